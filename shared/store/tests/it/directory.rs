//! Sign-in addresses, signing keys and the list of organisations.

use clearmargin_domain::identity::{Account, Organization};
use clearmargin_store::{Conflict, Consent, SigningKeyRecord, StoreError};
use jiff::ToSpan as _;

use crate::{
    bench::{Bench, NOW, audit, org},
    sample::{account, organization, user},
};

async fn register(bench: &Bench, number: u128, email: &str) -> Result<(), StoreError> {
    let mut change = bench.store.tenant(org(number)).change(audit());
    change.register(&organization(number), &user(number, email))?;
    change.add_account(&account(number, email))?;
    change.commit().await
}

#[tokio::test]
async fn an_address_leads_to_its_account_however_it_is_typed() {
    let bench = Bench::new().await;
    let directory = bench.store.directory();
    let email = "Ada@Example.com".parse().unwrap();
    assert_eq!(directory.account_of(&email).await.unwrap(), None);
    register(&bench, 1, "ada@example.com").await.unwrap();
    let found = directory.account_of(&email).await.unwrap().unwrap();
    assert_eq!((found.value, found.version), (account(1, "ada@example.com"), 1));
    assert_eq!(directory.organizations().await.unwrap(), [org(1)]);
}

#[tokio::test]
async fn an_account_is_replaced_and_removed_only_as_it_was_read() {
    let bench = Bench::new().await;
    register(&bench, 1, "ada@example.com").await.unwrap();
    let directory = bench.store.directory();
    let id = account(1, "ada@example.com").id;
    let read = directory.account(id).await.unwrap().unwrap();
    let after = Account { reset: None, ..read.value.clone() };
    let mut change = bench.change();
    change.update_account(&read, &after).unwrap();
    change.commit().await.unwrap();
    let mut late = bench.change();
    late.remove_account(&read).unwrap();
    let refused = late.commit().await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Version))), "{refused:?}");
    let fresh = directory.account(id).await.unwrap().unwrap();
    assert_eq!(fresh.value, after);
    let mut change = bench.change();
    change.remove_account(&fresh).unwrap();
    change.commit().await.unwrap();
    assert_eq!(directory.account_of(&fresh.email).await.unwrap(), None);
    register(&bench, 3, "ada@example.com").await.unwrap();
}

#[tokio::test]
async fn a_user_of_before_there_were_accounts_gets_one() {
    let bench = Bench::new().await;
    for file in ["login.1.json", "user.1.json"] {
        bench.put(&crate::fixtures::read(file));
    }
    let email = "ada@example.com".parse().unwrap();
    let directory = bench.store.directory();
    let looks = [0, 1, 2].map(|_| directory.account_of(&email));
    for found in futures_util::future::join_all(looks).await {
        let found = found.unwrap().unwrap().value;
        assert_eq!(
            (found.password_hash.as_str(), found.email),
            ("$argon2id$v=19$…", email.clone())
        );
        assert_eq!(found.organizations, [org(1)]);
    }
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
    let mut change = bench.change();
    change.expect_consent("unguessable", &consent).unwrap();
    change.commit().await.unwrap();
    assert!(!format!("{:?}", bench.items()).contains("unguessable"));
    assert_eq!(directory.take_consent("guessed").await.unwrap(), None);
    let attempts = [0, 1, 2].map(|_| directory.take_consent("unguessable"));
    let outcomes = futures_util::future::join_all(attempts).await;
    let taken: Vec<_> = outcomes.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(taken, [consent]);
}
