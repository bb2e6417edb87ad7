//! Sign-in addresses, signing keys and the list of organisations.

use clearmargin_domain::identity::Organization;
use clearmargin_store::{Conflict, Consent, Login, SigningKeyRecord, StoreError};
use jiff::ToSpan as _;

use crate::{
    bench::{Bench, NOW, audit, org},
    sample::{organization, user},
};

async fn register(bench: &Bench, number: u128, email: &str) -> Result<(), StoreError> {
    let mut change = bench.store.tenant(org(number)).change(audit());
    change.register(&organization(number), &user(number, email))?;
    change.commit().await
}

#[tokio::test]
async fn an_address_leads_to_its_organisation_and_person_however_it_is_typed() {
    let bench = Bench::new().await;
    let directory = bench.store.directory();
    assert_eq!(directory.login(&"ada@example.com".parse().unwrap()).await.unwrap(), None);
    register(&bench, 1, "ada@example.com").await.unwrap();
    let login = directory.login(&"Ada@Example.com".parse().unwrap()).await.unwrap();
    let (org, user) = (org(1), user(1, "ada@example.com").id);
    assert_eq!(login, Some(Login { org, user }));
    assert_eq!(directory.organizations().await.unwrap(), [org]);
}

#[tokio::test]
async fn of_many_registrations_with_one_address_one_wins_and_the_others_leave_nothing() {
    let bench = Bench::new().await;
    let registrations = (1..=8).map(|number| register(&bench, number, "ada@example.com"));
    let outcomes = futures_util::future::join_all(registrations).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        let lost = matches!(refused, StoreError::Conflict(Conflict::Unique) | StoreError::Busy);
        assert!(lost, "{refused:?}");
    }
    let organizations = bench.store.directory().organizations().await.unwrap();
    assert_eq!(organizations.len(), 1);
    assert_eq!(bench.items_of("ORGANIZATION").len(), 1);
    assert_eq!(bench.items_of("USER").len(), 1);
}

#[tokio::test]
async fn a_taken_address_is_told_from_a_taken_id() {
    let bench = Bench::new().await;
    register(&bench, 1, "ada@example.com").await.unwrap();
    let address = register(&bench, 2, "ada@example.com").await;
    assert!(matches!(address, Err(StoreError::Conflict(Conflict::Unique))), "{address:?}");
    assert_eq!(bench.other().get::<Organization>(org(2)).await.unwrap(), None);
    let id = register(&bench, 1, "grace@example.com").await;
    assert!(matches!(id, Err(StoreError::Conflict(Conflict::Version))), "{id:?}");
}

#[tokio::test]
async fn no_address_stands_in_a_key() {
    let bench = Bench::new().await;
    register(&bench, 1, "ada@example.com").await.unwrap();
    for item in bench.items() {
        for name in ["pk", "sk", "gsi1pk", "gsi1sk"] {
            assert!(!item[name].to_string().contains("ada"), "{item}");
        }
    }
}

#[tokio::test]
async fn signing_keys_come_oldest_first_and_a_name_is_given_once() {
    let bench = Bench::new().await;
    let directory = bench.store.directory();
    let key = |kid: &str, age: i64| SigningKeyRecord {
        kid: kid.to_owned(),
        public_jwk: "{}".to_owned(),
        sealed_private: "v1.AAAA.AAAA".to_owned(),
        created_at: NOW - age.hours(),
    };
    assert!(directory.add_signing_key(&key("a", 1)).await.unwrap());
    assert!(directory.add_signing_key(&key("b", 2)).await.unwrap());
    assert!(!directory.add_signing_key(&key("a", 3)).await.unwrap());
    assert_eq!(directory.signing_keys().await.unwrap(), [key("b", 2), key("a", 1)]);
}

#[tokio::test]
async fn warming_reads_nothing_and_needs_only_the_table() {
    let bench = Bench::new().await;
    bench.store.ping().await.unwrap();
    assert!(bench.items().is_empty());
}

#[tokio::test]
async fn a_consent_is_taken_once_under_its_state_which_is_not_in_the_table() {
    let bench = Bench::new().await;
    let directory = bench.store.directory();
    let consent = Consent { org: org(1), user: user(1, "ada@example.com").id, until: NOW };
    directory.expect_consent("unguessable", &consent).await.unwrap();
    assert!(!format!("{:?}", bench.items()).contains("unguessable"));
    assert_eq!(directory.take_consent("guessed").await.unwrap(), None);
    let attempts = [0, 1, 2].map(|_| directory.take_consent("unguessable"));
    let outcomes = futures_util::future::join_all(attempts).await;
    let taken: Vec<_> = outcomes.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(taken, [consent]);
}
