//! Under which of its agreements a client's work is charged.

use jiff::civil::Date;

use super::{Agreement, AgreementTerms};
use crate::id::ServiceId;

/// The terms that work of a day is charged by: those of the agreement in force that covers it and
/// began first, so that what is agreed later does not move what was charged so before. `category`
/// is that of the work's ticket. `None` where no agreement covers it.
pub fn governing(
    agreed: impl IntoIterator<Item = (Agreement, AgreementTerms)>,
    day: Date,
    service: Option<ServiceId>,
    category: Option<&str>,
) -> Option<AgreementTerms> {
    let in_force = agreed.into_iter().filter(|(agreement, _)| agreement.is_in_force_on(day));
    let covering = in_force.filter(|(_, terms)| terms.covers(service, category));
    let first = covering.min_by_key(|(agreement, _)| (agreement.start, agreement.id));
    first.map(|(_, terms)| terms)
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::{
        agreement::{AgreementKind, AgreementStatus, Exclusion, Frequency},
        id::{AgreementId, ClientId},
    };

    const DAY: Date = date(2026, 7, 1);

    fn agreed(number: u128, start: Date) -> (Agreement, AgreementTerms) {
        let id = AgreementId::new(Timestamp::UNIX_EPOCH, number);
        let client = ClientId::new(Timestamp::UNIX_EPOCH, 1);
        let agreement = Agreement {
            id,
            client,
            name: "Managed service".to_owned(),
            kind: AgreementKind::Service,
            status: AgreementStatus::Active,
            start,
            end: None,
            origin: None,
            said: None,
        };
        (agreement, AgreementTerms::new(id, client, Frequency::Monthly))
    }

    #[test]
    fn the_agreement_that_covers_the_work_and_began_first_governs() {
        let service = ServiceId::new(Timestamp::UNIX_EPOCH, 1);
        let mut first = agreed(1, date(2026, 1, 1));
        first.1.exclusions = vec![Exclusion::Service(service)];
        let second = agreed(2, date(2026, 3, 1));
        let mut over = agreed(3, date(2025, 1, 1));
        over.0.end = Some(date(2026, 6, 30));
        let mut draft = agreed(4, date(2025, 1, 1));
        draft.0.status = AgreementStatus::Draft;
        let later = agreed(5, date(2026, 7, 2));
        let all = [later, draft, over, second.clone(), first.clone()];
        let found = |service| governing(all.clone(), DAY, service, None);
        assert_eq!(found(None), Some(first.1));
        assert_eq!(found(Some(service)), Some(second.1));
        assert_eq!(governing([], DAY, None, None), None);
    }
}
