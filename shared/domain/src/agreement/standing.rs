//! What an agreement comes to on a day.

use jiff::civil::Date;

use super::{Agreement, AgreementLine, AgreementStatus, AgreementTerms, contract_value, mrr};
use crate::money::{Money, MoneyError};

/// What an agreement comes to on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Contracted monthly recurring revenue; zero while it is not in force, none without prices.
    pub mrr: Option<Money>,
    /// How many lines that recur have no price yet, and so no part in that revenue.
    pub unpriced_lines: usize,
    /// What its lines come to over its term; none without an end, or without any charge.
    pub contract_value: Option<Money>,
    /// When it next renews or ends: the next renewal in its terms, else its last day. None for one
    /// that has ended, or goes on without an end.
    pub renewal: Option<Date>,
}

impl Standing {
    /// What an agreement with these terms and lines comes to on a day.
    pub fn on<'a>(
        day: Date,
        agreement: &Agreement,
        terms: Option<&AgreementTerms>,
        lines: impl IntoIterator<Item = &'a AgreementLine> + Clone,
    ) -> Result<Self, MoneyError> {
        let escalator = terms.and_then(|terms| terms.escalator.as_ref());
        let (start, end) = (agreement.start, agreement.end);
        let value = contract_value(lines.clone(), start, end, escalator)?;
        let mrr = mrr(lines.clone().into_iter().map(|line| (line, escalator)), day)?;
        let in_force = agreement.is_in_force_on(day);
        let unpriced = lines.into_iter().filter(|line| in_force && line.is_unpriced_on(day));
        Ok(Self {
            mrr: mrr.map(|mrr| if in_force { mrr } else { Money { minor: 0, ..mrr } }),
            unpriced_lines: unpriced.count(),
            contract_value: value,
            renewal: renewal(day, agreement, terms),
        })
    }
}

fn renewal(day: Date, agreement: &Agreement, terms: Option<&AgreementTerms>) -> Option<Date> {
    if agreement.status == AgreementStatus::Inactive {
        return None;
    }
    let before = day.yesterday().unwrap_or(day);
    let agreed = terms.and_then(|terms| terms.renewal.as_ref());
    let next = agreed.and_then(|renewal| renewal.next_renewal(before));
    next.or(agreement.end.filter(|end| day <= *end))
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::{
        agreement::{
            AgreementFields, AgreementKind, Frequency, Months, Renewal,
            line::tests::{line, price},
        },
        id::{AgreementId, ClientId},
        source::{Origin, Source},
    };

    const START: Date = date(2026, 1, 1);
    const END: Date = date(2026, 12, 31);

    pub(crate) fn agreement() -> Agreement {
        Agreement {
            id: AgreementId::new(Timestamp::UNIX_EPOCH, 1),
            client: ClientId::new(Timestamp::UNIX_EPOCH, 1),
            name: "Managed service".to_owned(),
            kind: AgreementKind::Service,
            status: AgreementStatus::Active,
            start: START,
            end: Some(END),
            origin: Some(Origin {
                source: Source::SuperOps,
                kind: "ClientContract".to_owned(),
                external_id: "1".to_owned(),
                revision: None,
            }),
            said: None,
        }
    }

    #[test]
    fn an_agreement_counts_while_it_is_in_force() {
        let lines = [line("2", &[price(5_000, START)])];
        let minor = |agreement: &Agreement, day| {
            let standing = Standing::on(day, agreement, None, &lines).unwrap();
            (standing.mrr.unwrap().minor, standing.contract_value.map(|value| value.minor))
        };
        assert_eq!(minor(&agreement(), date(2026, 6, 1)), (10_000, Some(120_000)));
        assert_eq!(minor(&agreement(), date(2027, 1, 1)).0, 0);
        let draft = Agreement { status: AgreementStatus::Draft, ..agreement() };
        assert_eq!(minor(&draft, date(2026, 6, 1)).0, 0);
        let without = Standing::on(START, &agreement(), None, []).unwrap();
        assert_eq!((without.mrr, without.contract_value), (None, None));
    }

    #[test]
    fn one_that_has_ended_was_in_force_until_its_last_day_as_far_as_that_is_known() {
        let today = date(2027, 3, 1);
        let was = |agreement: &Agreement, day| agreement.was_in_force_on(day, today);
        let ended = Agreement { status: AgreementStatus::Inactive, ..agreement() };
        for (day, expected) in [
            (date(2025, 12, 31), Some(false)),
            (START, Some(true)),
            (END, Some(true)),
            (date(2027, 1, 1), Some(false)),
        ] {
            assert_eq!((was(&ended, day), was(&agreement(), day)), (expected, expected), "{day}");
        }
        for end in [None, Some(date(2027, 12, 31))] {
            let undated = Agreement { end, ..ended.clone() };
            assert_eq!(was(&undated, START), None);
            assert_eq!(was(&undated, date(2025, 12, 31)), Some(false));
        }
        let draft = Agreement { status: AgreementStatus::Draft, ..agreement() };
        assert_eq!(was(&draft, START), Some(false));
    }

    #[test]
    fn lines_without_a_price_are_told_beside_the_sum_that_leaves_them_out() {
        let later = date(2026, 7, 1);
        let lines = [line("2", &[price(5_000, START)]), line("1", &[price(9_900, later)])];
        let on = |agreement: &Agreement, day| {
            let standing = Standing::on(day, agreement, None, &lines).unwrap();
            (standing.mrr.map(|mrr| mrr.minor), standing.unpriced_lines)
        };
        assert_eq!(on(&agreement(), START), (Some(10_000), 1));
        assert_eq!(on(&agreement(), later), (Some(19_900), 0));
        let draft = Agreement { status: AgreementStatus::Draft, ..agreement() };
        assert_eq!(on(&draft, START), (Some(0), 0));
    }

    #[test]
    fn it_renews_as_its_terms_say_and_else_ends() {
        let day = date(2026, 6, 1);
        let standing = |agreement: &Agreement, terms: Option<&AgreementTerms>| {
            Standing::on(day, agreement, terms, []).unwrap().renewal
        };
        assert_eq!(standing(&agreement(), None), Some(END));
        let mut terms = AgreementTerms::new(agreement().id, agreement().client, Frequency::Monthly);
        let term_months = Months::YEAR;
        terms.renewal = Some(Renewal { on: day, automatic: true, notice_days: 30, term_months });
        assert_eq!(standing(&agreement(), Some(&terms)), Some(day));
        let ended = Agreement { status: AgreementStatus::Inactive, ..agreement() };
        assert_eq!(standing(&ended, Some(&terms)), None);
        assert_eq!(standing(&Agreement { end: None, ..agreement() }, None), None);
    }

    #[test]
    fn what_was_changed_here_stays_until_the_source_itself_changes() {
        let longer = AgreementFields { end: Some(date(2027, 6, 30)), ..agreement().fields() };
        let edited = agreement().edited(longer.clone());
        assert_eq!(agreement().read_over(&edited), edited);
        let ended = Agreement { status: AgreementStatus::Inactive, ..agreement() };
        let read = ended.read_over(&edited);
        assert_eq!((read.end, read.status), (longer.end, AgreementStatus::Inactive));
        let moved = Agreement { end: Some(date(2026, 9, 30)), ..agreement() };
        assert_eq!(moved.clone().read_over(&edited), moved);
    }
}
