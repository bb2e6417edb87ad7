//! A bill.

use clearmargin_domain::{
    expense::{
        Allocated, AllocatedPart, Division, Expense, ExpenseAccount, ExpenseKind, ExpenseLine,
        Rebilled, allocation::AllocationKey,
    },
    id::{ClientId, ExpenseAccountId, ExpenseId, ServiceId},
    period::Month,
    source::Source,
};

use super::{DAY, origin, units, usd};
use crate::bench::NOW;

pub(crate) fn expense(number: u128) -> Expense {
    Expense {
        id: ExpenseId::new(NOW, number),
        kind: ExpenseKind::Bill,
        vendor: Some("Distributor".to_owned()),
        number: Some("B-7".to_owned()),
        day: DAY,
        lines: vec![ExpenseLine {
            units: Some(units()),
            rebilled: Rebilled::Due,
            client: Some(ClientId::new(NOW, 1)),
            service: Some(ServiceId::new(NOW, 1)),
            description: "Firewall".to_owned(),
            amount: usd(9_000),
            source_id: Some("2".to_owned()),
            account: Some(expense_account(1)),
            allocated: Some(allocated()),
        }],
        total: usd(9_720),
        rate: None,
        origin: origin("Bill", number),
    }
}

pub(crate) fn expense_account(number: u128) -> ExpenseAccount {
    ExpenseAccount {
        id: ExpenseAccountId::new(NOW, number),
        source: Source::QuickBooks,
        external_id: "61".to_owned(),
        name: Some("Licences".to_owned()),
    }
}

/// What somebody decided of a line before its source named a client.
fn allocated() -> Allocated {
    let month = Month::of(DAY);
    let left_out = vec![ClientId::new(NOW, 2)];
    let part = AllocatedPart {
        client: Some(ClientId::new(NOW, 1)),
        service: None,
        weight: Some(12),
        minor: 9_000,
    };
    Allocated {
        division: Division::Key { key: AllocationKey::Endpoints, month, left_out },
        parts: vec![part],
        at: NOW,
    }
}
