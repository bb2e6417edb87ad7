use jiff::{Timestamp, ToSpan as _, civil::date};
use proptest::{
    collection::{btree_set, vec},
    prelude::*,
};

use super::*;
use crate::{
    id::ClientId,
    invoice::{DocumentKind, Invoice, tests::issued},
    money::{Currency, Money},
};

/// The day on which the sample invoice is due.
const DUE: jiff::civil::Date = date(2026, 11, 14);

fn step(days_after_due: i16) -> DunningStep {
    let subject = Subject::try_from("{{number}} is due".to_owned()).unwrap();
    let body = Body::try_from("Please pay {{open}}.".to_owned()).unwrap();
    DunningStep { days_after_due, subject, body }
}

fn policy(days: &[i16]) -> DunningPolicy {
    let steps = days.iter().map(|days| step(*days)).collect();
    DunningPolicy { enabled: true, steps, ..DunningPolicy::none() }
}

fn none() -> InvoiceDunning {
    InvoiceDunning::none(issued(1).id)
}

fn sent(days_after_due: i16) -> Reminder {
    let to = "bills@acme.com".parse().unwrap();
    Reminder::ordered(days_after_due, DUE, Timestamp::UNIX_EPOCH, to)
}

/// The step for the sample invoice so many days after it was due.
fn step_on(
    policy: &DunningPolicy,
    invoice: &Invoice,
    dunning: &InvoiceDunning,
    days: i64,
) -> Result<i16, NotReminded> {
    let found = policy.step_for(invoice, dunning, DUE + days.days());
    found.map(|step| step.days_after_due)
}

#[test]
fn only_the_latest_step_that_is_reached_counts_and_once() {
    let (policy, invoice) = (policy(&[-3, 0, 7, 14]), issued(10_000));
    let on = |days| step_on(&policy, &invoice, &none(), days);
    assert_eq!(on(-4), Err(NotReminded::NotDue));
    assert_eq!((on(-3), on(-1), on(0), on(6)), (Ok(-3), Ok(-3), Ok(0), Ok(0)));
    // Switched on late: one mail, not three.
    assert_eq!((on(7), on(13), on(14), on(90)), (Ok(7), Ok(7), Ok(14), Ok(14)));
    assert_eq!(on(91), Err(NotReminded::TooOld));
    let mut dunning = none();
    dunning.reminders.push(sent(7));
    let on = |days| step_on(&policy, &invoice, &dunning, days);
    assert_eq!(
        (on(7), on(13), on(14)),
        (Err(NotReminded::AlreadySent), Err(NotReminded::AlreadySent), Ok(14))
    );
    // What was withdrawn does not count.
    dunning.reminders[0].withdrawn = Some(NotReminded::OnHold);
    assert_eq!(step_on(&policy, &invoice, &dunning, 7), Ok(7));
}

#[test]
fn a_step_before_the_due_day_is_for_what_is_not_overdue() {
    let (policy, invoice) = (policy(&[-5, 7]), issued(10_000));
    let on = |days| step_on(&policy, &invoice, &none(), days);
    assert_eq!((on(-5), on(0), on(1), on(7)), (Ok(-5), Ok(-5), Err(NotReminded::NotDue), Ok(7)));
    // Nobody is reminded of an invoice before the day it counts for.
    let ahead = Invoice { day: DUE, ..invoice };
    assert_eq!(step_on(&policy, &ahead, &none(), -1), Err(NotReminded::NotDue));
}

#[test]
fn what_is_not_to_be_reminded_of_says_why() {
    let mut policy = policy(&[0]);
    let why = |policy: &DunningPolicy, invoice: &Invoice, dunning: &InvoiceDunning| {
        step_on(policy, invoice, dunning, 1).err()
    };
    let invoice = issued(10_000);
    assert_eq!(why(&policy, &issued(0), &none()), Some(NotReminded::NothingOpen));
    let memo = Invoice { kind: DocumentKind::CreditMemo, ..issued(-500) };
    assert_eq!(why(&policy, &memo, &none()), Some(NotReminded::NothingOpen));
    let void = issued(10_000).voided(DUE).unwrap();
    assert_eq!(why(&policy, &void, &none()), Some(NotReminded::NothingOpen));
    let disputed = Hold { reason: "disputed".parse().unwrap(), since: Timestamp::UNIX_EPOCH };
    let held = InvoiceDunning { hold: Some(disputed), ..none() };
    assert_eq!(why(&policy, &invoice, &held), Some(NotReminded::OnHold));
    let mut often = none();
    let withdrawn = Reminder { withdrawn: Some(NotReminded::OnHold), ..sent(0) };
    often.reminders = vec![withdrawn; MOST_REMINDERS];
    assert_eq!(why(&policy, &invoice, &often), Some(NotReminded::TooOften));
    policy.minimum_minor = 10_001;
    assert_eq!(why(&policy, &invoice, &none()), Some(NotReminded::BelowMinimum));
    policy.minimum_minor = 10_000;
    assert_eq!(why(&policy, &invoice, &none()), None);
}

#[test]
fn a_client_is_left_out_by_any_of_its_records_until_a_day() {
    let client = |number| ClientId::new(Timestamp::UNIX_EPOCH, number);
    let mut policy = policy(&[0]);
    let until = Some(DUE);
    policy.left_out = vec![LeftOutClient { client: client(1), until, reason: None }];
    let group = [client(2), client(1)];
    assert!(policy.leaves_out(&group, DUE));
    assert!(!policy.leaves_out(&group, DUE + 1.day()) && !policy.leaves_out(&[client(2)], DUE));
    policy.left_out[0].until = None;
    assert!(policy.leaves_out(&group, DUE + 900.days()));
}

#[test]
fn a_policy_says_which_part_of_it_is_wrong() {
    let refused = |policy: DunningPolicy| policy.check().err().map(PolicyError::path);
    assert_eq!(refused(DunningPolicy::none()), None);
    assert_eq!(refused(policy(&[-30, 0, 90])), None);
    assert_eq!(refused(policy(&[])), Some("steps".to_owned()));
    assert_eq!(refused(policy(&[1, 2, 3, 4, 5, 6, 7])), Some("steps".to_owned()));
    for (days, place) in [(&[3, 3][..], 1), (&[3, 2], 1), (&[-31], 0), (&[0, 366], 1)] {
        let path = format!("steps[{place}].daysAfterDue");
        assert_eq!(refused(policy(days)), Some(path), "{days:?}");
    }
    assert_eq!(refused(policy(&[91])), Some("maxDaysOverdue".to_owned()));
    for most_days_overdue in [0, -1, 366] {
        let wrong = DunningPolicy { most_days_overdue, ..policy(&[]) };
        assert_eq!(refused(wrong), Some("maxDaysOverdue".to_owned()), "{most_days_overdue}");
    }
    for hour in [-1, 24] {
        assert_eq!(refused(DunningPolicy { hour, ..policy(&[0]) }), Some("hour".to_owned()));
    }
    let minimum = DunningPolicy { minimum_minor: -1, ..policy(&[0]) };
    assert_eq!(refused(minimum), Some("minimumOpen".to_owned()));
    let client = ClientId::new(Timestamp::UNIX_EPOCH, 1);
    let left_out = vec![LeftOutClient { client, until: None, reason: None }; 2];
    let twice = DunningPolicy { left_out, ..policy(&[0]) };
    assert_eq!(refused(twice), Some("leftOut[1].clientId".to_owned()));
}

fn values<'a>(client: &'a str, number: &'a str) -> Values<'a> {
    let usd = |minor| Money::new(minor, Currency::USD);
    Values {
        client,
        number,
        due: DUE,
        open: usd(7_500),
        total: usd(10_000),
        today: DUE + 3.days(),
        owed_in_all: usd(-250),
        organization: "TechWave",
    }
}

#[test]
fn placeholders_stand_for_their_values() {
    let every: Vec<_> =
        Placeholder::ALL.iter().map(|one| format!("{{{{{}}}}}", one.as_str())).collect();
    let body = Body::try_from(every.join("|")).unwrap();
    let told = "Acme|INV-1|2026-11-14|75.00 USD|100.00 USD|3|0|-2.50 USD|TechWave";
    assert_eq!(body.filled(&values("Acme", "INV-1")), told);
    let spaced = Body::try_from("Dear {{ client }}, }} pay\n{{open}}".to_owned()).unwrap();
    assert_eq!(spaced.filled(&values("Acme", "1")), "Dear Acme, }} pay\n75.00 USD");
    let early = Values { today: DUE - 5.days(), ..values("Acme", "1") };
    let days = Body::try_from("{{daysOverdue}} {{daysUntilDue}}".to_owned()).unwrap();
    assert_eq!(days.filled(&early), "0 5");
}

#[test]
fn a_template_names_what_is_on_the_list_and_a_subject_is_one_line() {
    for wrong in ["{{nobody}}", "{{}}", "{{Client}}", "{{{client}}}", "{{client}} {{ total"] {
        assert!(Subject::try_from(wrong.to_owned()).is_err(), "{wrong}");
        assert!(Body::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
    for wrong in ["", "a\nBcc: eve@example.com", "a\r\nb"] {
        assert!(Subject::try_from(wrong.to_owned()).is_err(), "{wrong:?}");
    }
    let told = TemplateError::Unknown.to_string();
    assert!(Placeholder::ALL.iter().all(|one| told.contains(&format!("{{{{{}}}}}", one.as_str()))));
}

#[test]
fn words_are_those_that_are_stored() {
    for why in NotReminded::ALL {
        assert_eq!(serde_json::to_value(why).unwrap(), why.as_str());
    }
}

/// A random policy that is switched on, of at most six steps.
fn policies() -> impl Strategy<Value = DunningPolicy> {
    (btree_set(EARLIEST_STEP..=120, 1..=MOST_STEPS), 120_i16..=365).prop_map(|(days, most)| {
        let days: Vec<_> = days.into_iter().collect();
        DunningPolicy { most_days_overdue: most, ..policy(&days) }
    })
}

proptest! {
    /// However irregularly somebody looks: each step goes out once at most, in order, when it is
    /// reached and never what was skipped; whoever looks every day sends all of them.
    #[test]
    fn each_step_goes_out_once_and_in_order(
        policy in policies(),
        first in -60_i64..200,
        gaps in vec(0_i64..20, 1..200),
        daily in any::<bool>(),
    ) {
        policy.check().unwrap();
        let invoice = issued(10_000);
        let (mut dunning, mut day) = (none(), if daily { -40 } else { first });
        let mut out: Vec<(i16, i64)> = Vec::new();
        for gap in gaps.into_iter().chain([0; 200]) {
            if let Ok(step) = step_on(&policy, &invoice, &dunning, day) {
                prop_assert!(i64::from(step) <= day);
                prop_assert!(day <= i64::from(policy.most_days_overdue));
                prop_assert!(step >= 0 || day <= 0);
                let later = policy.steps.iter().map(|it| it.days_after_due).filter(|it| *it > step);
                prop_assert!(later.into_iter().all(|later| i64::from(later) > day));
                prop_assert!(out.last().is_none_or(|(before, on)| *before < step && *on < day));
                let (from, to) = policy.reach(DUE + day.days()).unwrap();
                prop_assert!((from..=to).contains(&DUE), "the walk does not see it");
                out.push((step, day));
                dunning.reminders.push(sent(step));
            }
            day += if daily { 1 } else { gap };
        }
        if daily {
            let every: Vec<_> = policy.steps.iter().map(|it| it.days_after_due).collect();
            let on: Vec<_> = out.iter().map(|(step, _)| *step).collect();
            prop_assert_eq!(on, every);
            prop_assert!(out.iter().all(|(step, day)| i64::from(*step) == *day));
        }
    }

    /// Whatever a client is called: a subject is one line, what a value says is no template, and
    /// texts without placeholders are mailed as they are.
    #[test]
    fn values_are_words_and_a_subject_stays_one_line(
        client in any::<String>(),
        text in "[^{\\p{Cc}]{1,100}",
    ) {
        let subject = Subject::try_from("To {{client}}: {{total}}".to_owned()).unwrap();
        let filled = subject.filled(&values(&client, "{{open}}"));
        prop_assert!(!filled.chars().any(char::is_control));
        prop_assert!(filled.chars().count() <= 250);
        if !text.trim().is_empty() {
            let body = Body::try_from(text.clone()).unwrap();
            prop_assert_eq!(body.filled(&values(&client, "")), text.trim());
        }
        let number = Subject::try_from("{{number}}".to_owned()).unwrap();
        prop_assert_eq!(number.filled(&values(&client, "{{open}}")), "{{open}}");
    }

    /// No text makes it panic, and what is taken says the same when it is read back.
    #[test]
    fn any_text_is_a_template_or_refused(text in any::<String>()) {
        if let Ok(body) = Body::try_from(text) {
            prop_assert_eq!(Body::try_from(body.as_str().to_owned()).unwrap(), body);
        }
    }
}
