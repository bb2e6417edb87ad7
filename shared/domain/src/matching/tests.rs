use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::source::{Origin, Source};

fn org() -> OrgId {
    OrgId::new(Timestamp::UNIX_EPOCH, 7)
}

fn client(source: Source, number: usize, name: &str, domains: &[&str]) -> Client {
    let external_id = number.to_string();
    Client {
        id: ClientId::imported(org(), source, &external_id),
        name: name.to_owned(),
        domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        stage: None,
        active: true,
        parent: None,
        merged_into: None,
        origin: Some(Origin { source, kind: "Client".to_owned(), external_id, revision: None }),
    }
}

fn side(source: Source, names: &[(&str, &str)]) -> Vec<Client> {
    let clients = names.iter().enumerate();
    clients
        .map(|(number, (name, domain))| {
            let domains: &[&str] = if domain.is_empty() { &[] } else { &[domain] };
            client(source, number, name, domains)
        })
        .collect()
}

fn superops(names: &[(&str, &str)]) -> Vec<Client> {
    side(Source::SuperOps, names)
}

fn quickbooks(names: &[(&str, &str)]) -> Vec<Client> {
    side(Source::QuickBooks, names)
}

fn find(left: &[Client], right: &[Client]) -> Vec<ClientMatch> {
    propose(left, right, &[], org())
}

fn rules(found: &ClientMatch) -> Vec<&str> {
    found.trail.iter().map(|step| step.rule.as_str()).collect()
}

#[track_caller]
fn assert_match(found: &[ClientMatch], customer: &Client, into: &Client, status: MatchStatus) {
    let mut of_customer = found.iter().filter(|found| found.client == customer.id);
    let found = of_customer.next().unwrap();
    assert_eq!((found.into, found.status), (into.id, status), "{found:?}");
    assert!(of_customer.next().is_none());
    assert!(!found.trail.is_empty());
}

#[test]
fn a_domain_of_two_clients_alone_joins_them() {
    let left = superops(&[("Greenfield Organic Farms", "greenfield.com"), ("Acme", "acme.com")]);
    let right = quickbooks(&[("Greenfield Organics dba Green Field Farms", "greenfield.com")]);
    let found = find(&left, &right);
    assert_match(&found, &right[0], &left[0], MatchStatus::Certain);
    assert_eq!(rules(&found[0]), ["domain"]);
}

#[test]
fn a_domain_of_a_mail_provider_says_nothing() {
    let left = superops(&[("Alpha Plumbing", "gmail.com")]);
    let right = quickbooks(&[("Omega Bakery", "gmail.com"), ("Kilo Cafe", "yahoo.co.uk")]);
    assert!(find(&left, &right).is_empty());
}

#[test]
fn a_domain_that_contradicts_the_names_waits_for_a_person() {
    let left = superops(&[("Lakeside Family Practice", "lfp.com")]);
    let right = quickbooks(&[("Zenith Holdings", "lfp.com")]);
    let found = find(&left, &right);
    assert_match(&found, &right[0], &left[0], MatchStatus::Doubtful);
    assert_eq!(rules(&found[0]), ["domain", "different_names"]);
}

#[test]
fn a_name_of_two_clients_alone_joins_them() {
    let left = superops(&[("Acme Dental LLC", ""), ("Northwind Legal", "")]);
    let right =
        quickbooks(&[("The ACME DENTAL, L.L.C. (deleted)", ""), ("Northwind Legal PLLC", "")]);
    let found = find(&left, &right);
    assert_match(&found, &right[0], &left[0], MatchStatus::Certain);
    assert_match(&found, &right[1], &left[1], MatchStatus::Certain);
    assert_eq!(found[0].score_per_mille, 1_000);
}

#[test]
fn a_name_that_two_customers_have_waits_for_a_person() {
    let left = superops(&[("Acme", "")]);
    let right = quickbooks(&[("Acme LLC", ""), ("Acme Inc", "")]);
    let found = find(&left, &right);
    assert_match(&found, &right[0], &left[0], MatchStatus::Doubtful);
    assert_match(&found, &right[1], &left[0], MatchStatus::Doubtful);
    assert!(rules(&found[0]).contains(&"ambiguous"));
}

#[test]
fn a_domain_that_names_contradict_among_several_clients_waits_for_a_person() {
    let left = superops(&[("Summit Dental", "summit.com"), ("Summit Legal", "")]);
    let right = quickbooks(&[("Summit Legal", "summit.com")]);
    let found = find(&left, &right);
    assert_match(&found, &right[0], &left[1], MatchStatus::Doubtful);
    assert!(rules(&found[0]).contains(&"ambiguous"));
}

#[test]
fn names_that_are_only_alike_wait_for_a_person() {
    let left = superops(&[
        ("Horizon Freight Brokers", "horizonfreight.com"),
        ("Northwind Logistics", ""),
        ("Northwind Legal", ""),
        ("Summit Health", ""),
        ("Summit Dental Health", "summitdental.com"),
    ]);
    let right = quickbooks(&[
        ("Horizon Frieght Brokers", ""),
        ("Northwind Logistics Group", ""),
        ("Summit Healthcare Partners", ""),
        ("Summit Dental Health", "summitdental.com"),
        ("Harlow Print Studio", ""),
    ]);
    let found = find(&left, &right);
    assert_match(&found, &right[0], &left[0], MatchStatus::Doubtful);
    assert_match(&found, &right[1], &left[1], MatchStatus::Doubtful);
    assert_match(&found, &right[2], &left[3], MatchStatus::Doubtful);
    assert_match(&found, &right[3], &left[4], MatchStatus::Certain);
    assert_eq!(found.len(), 4);
}

#[test]
fn names_all_but_identical_with_support_join() {
    let left = superops(&[("Brightwater Chiropractic", "brightwater.example")]);
    let supported = quickbooks(&[("Brightwater Chiropratic", "brightwaterchiropractic.com")]);
    let found = find(&left, &supported);
    assert_match(&found, &supported[0], &left[0], MatchStatus::Certain);
    assert_eq!(rules(&found[0]), ["name_similarity", "support"]);
    let unsupported = quickbooks(&[("Brightwater Chiropratic", "")]);
    let found = find(&left, &unsupported);
    assert_match(&found, &unsupported[0], &left[0], MatchStatus::Doubtful);
}

#[test]
fn support_does_not_decide_between_two() {
    let left = superops(&[("Brightwater Chiropractic", ""), ("Brightwater Chiropractics", "")]);
    let right = quickbooks(&[("Brightwater Chiropratic", "brightwaterchiropractic.com")]);
    let found = find(&left, &right);
    assert_match(&found, &right[0], &left[0], MatchStatus::Doubtful);
    let rivals = quickbooks(&[
        ("Brightwater Chiropratic", "brightwaterchiropractic.com"),
        ("Brightwater Chirapractic", ""),
    ]);
    let found = find(&left[..1], &rivals);
    assert_match(&found, &rivals[0], &left[0], MatchStatus::Doubtful);
}

#[test]
fn all_but_identical_begins_at_its_threshold() {
    // 16 letters with one wrong are 938 of 1000, 17 are 942.
    let support = "northernlightsco.example";
    let left = superops(&[("Northernlightsco", support), ("Other", support)]);
    let below = quickbooks(&[("Northernlightzco", support)]);
    assert_eq!(find(&left, &below)[0].status, MatchStatus::Doubtful);
    let left = superops(&[("Northernlightscos", support), ("Other", support)]);
    let at = quickbooks(&[("Northernlightzcos", support)]);
    assert_eq!(find(&left, &at)[0].status, MatchStatus::Certain);
}

fn family() -> (Vec<Client>, Vec<Client>) {
    let left = superops(&[("Evergreen Clinic", "")]);
    let mut right = quickbooks(&[("Evergreen Clinic", ""), ("East Branch", ""), ("Room 4", "")]);
    right[1].parent = Some(right[0].id);
    right[2].parent = Some(right[1].id);
    (left, right)
}

#[test]
fn sub_customers_follow_their_parent() {
    let (left, right) = family();
    let found = find(&left, &right);
    for customer in &right {
        assert_match(&found, customer, &left[0], MatchStatus::Certain);
    }
}

#[test]
fn sub_customers_of_an_unmatched_parent_are_part_of_it() {
    let (_, right) = family();
    let found = find(&[], &right);
    assert_eq!(found.len(), 2);
    assert_match(&found, &right[1], &right[0], MatchStatus::Certain);
    assert_match(&found, &right[2], &right[0], MatchStatus::Certain);
}

#[test]
fn a_sub_customer_that_a_person_took_out_stands_for_itself() {
    let (mut left, right) = family();
    left.push(client(Source::SuperOps, 9, "East Branch", &[]));
    let mut decided = find(&left, &right);
    let refused = decided.iter_mut().find(|found| found.client == right[1].id);
    refused.unwrap().status = MatchStatus::Rejected;
    let found = propose(&left, &right, &decided, org());
    assert_match(&found, &right[1], &left[1], MatchStatus::Certain);
    assert_match(&found, &right[2], &left[1], MatchStatus::Certain);
}

#[test]
fn customers_that_are_each_others_parents_do_not_stop_the_search() {
    let left = superops(&[("Alpha", "")]);
    let mut right = quickbooks(&[("Alpha", ""), ("Beta", "")]);
    right[0].parent = Some(right[1].id);
    right[1].parent = Some(right[0].id);
    let found = find(&left, &right);
    assert_match(&found, &right[0], &left[0], MatchStatus::Certain);
    assert_eq!(found.len(), 1);
}

#[test]
fn what_a_person_accepted_stands() {
    let left = superops(&[("Acme", "acme.com"), ("Unlike", "")]);
    let right = quickbooks(&[("Acme", "acme.com")]);
    let accepted = ClientMatch {
        into: left[1].id,
        status: MatchStatus::Accepted,
        decided_at: Some(Timestamp::UNIX_EPOCH),
        ..find(&left, &right).remove(0)
    };
    let found = propose(&left, &right, std::slice::from_ref(&accepted), org());
    assert_eq!(found, [accepted]);
}

#[test]
fn what_a_person_rejected_is_not_proposed_again_but_the_next_best_is() {
    let left = superops(&[("Northwind Logistics", ""), ("Northwind", "")]);
    let right = quickbooks(&[("Northwind Logistics Group", "")]);
    let first = find(&left, &right).remove(0);
    assert_eq!(first.into, left[0].id);
    let rejected = ClientMatch { status: MatchStatus::Rejected, ..first };
    let second = propose(&left, &right, &[rejected], org());
    assert_match(&second, &right[0], &left[1], MatchStatus::Doubtful);
}

#[test]
fn a_match_that_was_certain_is_doubtful_once_another_client_has_the_name() {
    let left = superops(&[("Acme", "")]);
    let mut right = quickbooks(&[("Acme", "")]);
    let first = find(&left, &right);
    assert_eq!(propose(&left, &right, &first, org()), first);
    right.push(client(Source::QuickBooks, 9, "Acme Inc", &[]));
    let changed = propose(&left, &right, &first, org());
    let changed = changed.iter().find(|found| found.id == first[0].id).unwrap();
    assert_eq!(changed.status, MatchStatus::Doubtful);
}

#[test]
fn groups_follow_chains_of_merges_and_survive_circles_and_gaps() {
    let mut clients =
        quickbooks(&[("a", ""), ("b", ""), ("c", ""), ("d", ""), ("e", ""), ("f", "")]);
    clients.sort_by_key(|client| client.id);
    let ids: Vec<_> = clients.iter().map(|client| client.id).collect();
    clients[0].merged_into = Some(ids[1]);
    clients[1].merged_into = Some(ids[2]);
    clients[3].merged_into = Some(ids[4]);
    clients[4].merged_into = Some(ids[3]);
    clients[5].merged_into = Some(ClientId::imported(org(), Source::SuperOps, "gone"));
    let groups = groups(&clients);
    let expected = [
        (ids[2], vec![ids[0], ids[1], ids[2]]),
        (ids[3], vec![ids[3], ids[4]]),
        (ids[5], vec![ids[5]]),
    ];
    assert_eq!(groups, BTreeMap::from(expected));
}

prop_compose! {
    fn any_name()(
        words in prop::collection::vec(
            prop::sample::select(vec!["Acme", "Acne", "Dental", "Summit", "Health", "Group", "LLC"]),
            1..4,
        ),
    ) -> String {
        words.join(" ")
    }
}

prop_compose! {
    fn any_side(source: Source)(
        clients in prop::collection::vec(
            (
                any_name(),
                prop::sample::subsequence(vec!["a.com", "acme.com", "gmail.com"], 0..=2),
                prop::option::of(0..6_usize),
            ),
            0..6,
        ),
    ) -> Vec<Client> {
        let clients = clients.into_iter().enumerate();
        clients.map(|(number, (name, domains, parent))| Client {
            parent: parent.map(|id| ClientId::imported(org(), source, &id.to_string())),
            ..client(source, number, &name, &domains)
        }).collect()
    }
}

/// The matches found, with a person's word on some of them.
fn decide(found: &[ClientMatch], words: &[Option<bool>]) -> Vec<ClientMatch> {
    let decided = found.iter().zip(words.iter().chain(std::iter::repeat(&None)));
    let decided = decided.map(|(found, word)| ClientMatch {
        status: match word {
            Some(true) => MatchStatus::Accepted,
            Some(false) => MatchStatus::Rejected,
            None => found.status,
        },
        ..found.clone()
    });
    decided.collect()
}

proptest! {
    #[test]
    fn the_order_of_the_clients_does_not_matter(
        (left, right, left_again, right_again) in
            (any_side(Source::SuperOps), any_side(Source::QuickBooks)).prop_flat_map(|(left, right)| (
                Just(left.clone()),
                Just(right.clone()),
                Just(left).prop_shuffle(),
                Just(right).prop_shuffle(),
            )),
    ) {
        prop_assert_eq!(find(&left, &right), find(&left_again, &right_again));
    }

    #[test]
    fn proposing_over_its_own_result_changes_nothing_and_people_have_the_last_word(
        left in any_side(Source::SuperOps),
        right in any_side(Source::QuickBooks),
        words in prop::collection::vec(any::<Option<bool>>(), 0..6),
    ) {
        let first = find(&left, &right);
        prop_assert_eq!(&propose(&left, &right, &first, org()), &first);

        let mut known = decide(&first, &words);
        let second = propose(&left, &right, &known, org());
        for decided in &known {
            match decided.status {
                MatchStatus::Accepted => prop_assert!(second.contains(decided)),
                MatchStatus::Rejected => {
                    let again = |found: &&ClientMatch| found.id == decided.id;
                    prop_assert_eq!(second.iter().find(again), None);
                }
                _ => {}
            }
        }
        let clients: BTreeSet<_> = second.iter().map(|found| found.client).collect();
        prop_assert_eq!(clients.len(), second.len());

        let decisions = |known: &ClientMatch| known.status == MatchStatus::Rejected;
        known.retain(decisions);
        known.extend(second.clone());
        prop_assert_eq!(propose(&left, &right, &known, org()), second);
    }
}

/// Fifty clients as two systems spell them, some known to one alone, with what is to be found.
#[test]
fn the_clients_of_a_real_looking_provider_find_each_other_and_nobody_else() {
    let lines = include_str!("names.txt").lines().filter(|line| !line.starts_with('#'));
    let lines = lines.map(|line| line.split(" | ").map(str::trim).collect::<Vec<_>>());
    let lines: Vec<_> = lines.collect();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (number, line) in lines.iter().enumerate() {
        if !line[0].is_empty() {
            left.push(client(Source::SuperOps, number, line[0], &[line[2]]));
        }
        if !line[1].is_empty() {
            right.push(client(Source::QuickBooks, number, line[1], &[line[3]]));
        }
    }
    let found = find(&left, &right);
    for (number, line) in lines.iter().enumerate() {
        let id = |source| ClientId::imported(org(), source, &number.to_string());
        let of_customer = found.iter().find(|found| found.client == id(Source::QuickBooks));
        let told = match of_customer {
            Some(found) if found.into != id(Source::SuperOps) => "wrong",
            Some(found) if found.status == MatchStatus::Certain => "certain",
            Some(_) => "doubtful",
            None => "nothing",
        };
        assert_eq!(told, line[4], "{} / {}", line[0], line[1]);
    }
}
