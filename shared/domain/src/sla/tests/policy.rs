//! Which promise a ticket has, and by whose hours.

use jiff::civil::{Date, date};
use serde_json::json;

use super::*;
use crate::{
    id::{ClientId, OrgId, SlaPolicyId},
    identity::Organization,
    money::Currency,
};

fn policy(number: u128, client: Option<ClientId>, targets: SlaTargets) -> SlaPolicy {
    SlaPolicy {
        id: SlaPolicyId::new(Timestamp::UNIX_EPOCH, number),
        name: "Gold".parse().unwrap(),
        client,
        targets,
        hours: SlaHours::default(),
        time_zone: None,
        holidays: None,
        at_risk: AtRiskPercent::default(),
        effective_from: DAY,
    }
}

const DAY: Date = date(2026, 1, 1);

fn client(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

fn priority(word: &str, minutes: u32) -> PriorityTarget {
    PriorityTarget { priority: word.to_owned(), target: target(minutes) }
}

fn targets(priorities: &[(&str, u32)], default: Option<u32>) -> SlaTargets {
    let priorities = priorities.iter().map(|(word, minutes)| priority(word, *minutes)).collect();
    SlaTargets::new(priorities, default.map(target)).unwrap()
}

fn organization() -> Organization {
    let id = OrgId::new(Timestamp::UNIX_EPOCH, 1);
    let zone = "Europe/London".parse().unwrap();
    let name = "TechWave".parse().unwrap();
    let mut organization = Organization::new(id, name, Currency::USD, zone, Timestamp::UNIX_EPOCH);
    let hours = json!([{"day": "monday", "from": "09:00", "to": "17:00"}]);
    organization.business_hours = serde_json::from_value(hours).unwrap();
    let holidays = json!([{"date": "2026-06-08", "name": "Founders"}]);
    organization.holidays = serde_json::from_value(holidays).unwrap();
    organization
}

#[test]
fn the_own_policy_wins_and_then_the_priority_in_any_case() {
    let policies = [
        policy(1, None, targets(&[("Critical", 30)], Some(480))),
        policy(2, Some(client(7)), targets(&[("critical", 15)], None)),
    ];
    let choose = |who, word| {
        let found = choose(&policies, who, word, DAY);
        found.map(|(policy, target)| (policy.client, target.response_minutes.get()))
    };
    assert_eq!(choose(Some(client(7)), Some(" CRITICAL ")), Some((Some(client(7)), 15)));
    assert_eq!(choose(Some(client(8)), Some("critical")), Some((None, 30)));
    assert_eq!(choose(Some(client(8)), Some("Low")), Some((None, 480)));
    assert_eq!(choose(Some(client(8)), None), Some((None, 480)));
    assert_eq!(choose(None, Some("Critical")), Some((None, 30)));
}

#[test]
fn what_the_own_policy_does_not_promise_is_not_promised() {
    let policies = [
        policy(1, None, targets(&[], Some(480))),
        policy(2, Some(client(7)), targets(&[("critical", 15)], None)),
    ];
    assert_eq!(choose(&policies, Some(client(7)), Some("Low"), DAY), None);
    assert_eq!(choose(&policies[1..], None, Some("critical"), DAY), None);
    assert_eq!(choose(&[], Some(client(7)), Some("critical"), DAY), None);
}

#[test]
fn of_two_policies_for_the_same_the_older_wins_in_whatever_order() {
    let mut policies =
        [policy(5, None, targets(&[], Some(5))), policy(4, None, targets(&[], Some(4)))];
    let minutes = |policies: &[SlaPolicy]| {
        choose(policies, None, None, DAY).map(|(_, target)| target.response_minutes.get())
    };
    assert_eq!(minutes(&policies), Some(4));
    policies.reverse();
    assert_eq!(minutes(&policies), Some(4));
}

#[test]
fn a_policy_promises_nothing_of_tickets_opened_before_it() {
    let policies = [policy(1, None, targets(&[], Some(5)))];
    let before = DAY.yesterday().unwrap();
    assert!(choose(&policies, None, None, DAY).is_some());
    assert_eq!(choose(&policies, None, None, before), None);
}

#[test]
fn a_priority_has_a_name_and_one_target() {
    let refused = |words: &[&str]| {
        let priorities = words.iter().map(|word| priority(word, 1)).collect();
        SlaTargets::new(priorities, None).unwrap_err()
    };
    assert_eq!(refused(&["High", " high"]), InvalidSla::Priority);
    assert_eq!(refused(&[" "]), InvalidSla::Priority);
}

#[test]
fn a_policy_counts_by_the_organisations_hours_unless_it_has_its_own() {
    let hour = |policy: &SlaPolicy, from: &str, to: &str| {
        policy.calendar(&organization()).unwrap().open_seconds(at(from), at(to)) / 3_600
    };
    let mut policy = policy(1, None, targets(&[], Some(60)));
    let week = ("2026-06-01T00:00+01", "2026-06-08T00:00+01");
    let holiday = ("2026-06-08T00:00+01", "2026-06-09T00:00+01");
    assert_eq!((hour(&policy, week.0, week.1), hour(&policy, holiday.0, holiday.1)), (8, 0));
    policy.hours = SlaHours::RoundTheClock;
    assert_eq!((hour(&policy, week.0, week.1), hour(&policy, holiday.0, holiday.1)), (168, 0));
    policy.holidays = Some(Vec::new());
    assert_eq!(hour(&policy, holiday.0, holiday.1), 24);
    policy.hours = SlaHours::Weekly { windows: windows("Mon 22:00-06:00") };
    policy.time_zone = Some("America/New_York".parse().unwrap());
    assert_eq!(hour(&policy, "2026-06-01T22:00-04", "2026-06-02T06:00-04"), 8);
}

#[test]
fn a_policy_reads_back_as_it_was_written() {
    let text = json!({
        "id": SlaPolicyId::new(Timestamp::UNIX_EPOCH, 1),
        "name": "Gold",
        "client": client(7),
        "targets": {
            "priorities": [{
                "priority": "Critical",
                "target": {"responseMinutes": 15, "resolutionMinutes": 240},
            }],
            "default": {"responseMinutes": 240, "resolutionMinutes": 2880},
        },
        "hours": {
            "kind": "weekly",
            "windows": [{"day": "monday", "from": "22:00", "to": "06:00"}],
        },
        "timeZone": "Asia/Kolkata",
        "holidays": [{"date": "2026-12-25", "name": "Christmas"}],
        "atRisk": 80,
        "effectiveFrom": "2026-01-01",
    });
    let policy: SlaPolicy = serde_json::from_value(text.clone()).unwrap();
    assert_eq!(serde_json::to_value(&policy).unwrap(), text);
    assert_eq!(policy.at_risk.percent(), 80);
}

#[test]
fn a_policy_of_impossible_figures_is_not_read() {
    let reads = |at_risk: u8, minutes: u32| {
        let target = json!({"responseMinutes": minutes, "resolutionMinutes": 60});
        let text = json!({
            "id": SlaPolicyId::new(Timestamp::UNIX_EPOCH, 1),
            "name": "Gold", "targets": {"default": target}, "atRisk": at_risk, "effectiveFrom": "2026-01-01",
        });
        serde_json::from_value::<SlaPolicy>(text).is_ok()
    };
    assert!(reads(1, 1) && reads(99, u32::MAX));
    assert!(!reads(0, 1) && !reads(100, 1) && !reads(75, 0));
}
