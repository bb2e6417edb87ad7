//! The layout of invoices, credit memos and payments.

use clearmargin_domain::{
    dunning::{DunningPolicy, DunningRun, InvoiceDunning},
    id::{AgreementId, ClientId, InvoiceId, OrgId, PaymentId, SHARDS},
    invoice::Invoice,
    payment::Payment,
    period::Month,
    recurring::{Billed, ClaimedTime, RecurringRun, RecurringSchedule},
    rollup::Delta,
    standing::StandingDelta,
};
use jiff::civil::Date;

use super::{delta_of, large};
use crate::{
    entity::{Entity, Walked},
    key::{self, Index, IndexKey, Key},
};

large!(Invoice, InvoiceDunning, Payment);

impl Entity for Invoice {
    const KIND: &'static str = "INVOICE";
    /// Records of shape 1 are found by their client alone, and those of shape 2 say no units.
    const SHAPE: u16 = 3;
    type Id = InvoiceId;

    fn id(&self) -> InvoiceId {
        self.id
    }

    fn key(org: OrgId, id: InvoiceId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let month = Month::of(self.day);
        let sk = key::by_day("I", self.day, &self.id.to_string());
        let mut keys = vec![
            IndexKey {
                index: Index::Time,
                pk: key::client_month(org, Some(self.client), month),
                sk: sk.clone(),
            },
            IndexKey { index: Index::Owner, pk: key::kind_month(org, Self::KIND, month), sk },
        ];
        if self.is_owed() {
            let sk = format!("{}#{}", self.due_day(), self.id);
            keys.push(IndexKey { index: Index::Open, pk: key::owed(org), sk });
        }
        keys
    }

    fn contribution(&self) -> Delta {
        let mut delta = delta_of(self);
        delta.post(&self.postings());
        delta.stand(StandingDelta::of_document(self));
        delta
    }
}

impl Entity for Billed {
    const KIND: &'static str = "BILLED";
    type Id = (Month, AgreementId);

    fn id(&self) -> Self::Id {
        (self.period.month, self.period.agreement)
    }

    fn key(org: OrgId, (month, agreement): Self::Id) -> Key {
        key::billed(org, month, agreement)
    }
}

impl Walked for Billed {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for ClaimedTime {
    const KIND: &'static str = "CLAIMED";
    type Id = (ClientId, Month);

    fn id(&self) -> Self::Id {
        (self.client, self.month)
    }

    fn key(org: OrgId, (client, month): Self::Id) -> Key {
        key::about(org, Self::KIND, client, &month.to_string())
    }
}

impl Walked for ClaimedTime {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for RecurringSchedule {
    const KIND: &'static str = "SCHEDULE";
    /// There is one record.
    type Id = ();

    fn id(&self) {}

    fn key(org: OrgId, (): ()) -> Key {
        key::member(org, Self::KIND, "-")
    }
}

impl Walked for RecurringSchedule {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for RecurringRun {
    const KIND: &'static str = "BILLRUN";
    type Id = Month;

    fn id(&self) -> Month {
        self.month
    }

    fn key(org: OrgId, month: Month) -> Key {
        key::member(org, Self::KIND, &month.to_string())
    }
}

impl Walked for RecurringRun {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for DunningPolicy {
    const KIND: &'static str = "DUNNING";
    /// There is one record.
    type Id = ();

    fn id(&self) {}

    fn key(org: OrgId, (): ()) -> Key {
        key::member(org, Self::KIND, "-")
    }
}

impl Walked for DunningPolicy {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for DunningRun {
    const KIND: &'static str = "DUNRUN";
    type Id = Date;

    fn id(&self) -> Date {
        self.day
    }

    fn key(org: OrgId, day: Date) -> Key {
        key::member(org, Self::KIND, &day.to_string())
    }
}

impl Walked for DunningRun {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for InvoiceDunning {
    const KIND: &'static str = "DUNNED";
    type Id = InvoiceId;

    fn id(&self) -> InvoiceId {
        self.invoice
    }

    fn key(org: OrgId, invoice: InvoiceId) -> Key {
        Key { pk: key::shard(org, Self::KIND, invoice.shard()), sk: invoice.to_string() }
    }
}

impl Entity for Payment {
    const KIND: &'static str = "PAYMENT";
    /// Records of shape 1 do not know when they settle what, and are not found by their client.
    const SHAPE: u16 = 2;
    type Id = PaymentId;

    fn id(&self) -> PaymentId {
        self.id
    }

    fn key(org: OrgId, id: PaymentId) -> Key {
        Key { pk: key::shard(org, Self::KIND, id.shard()), sk: id.to_string() }
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let sk = key::by_day("P", self.day, &self.id.to_string());
        let pk = key::kind_month(org, Self::KIND, Month::of(self.day));
        vec![
            IndexKey { index: Index::Time, pk, sk: sk.clone() },
            IndexKey { index: Index::Owner, pk: key::owned(org, &self.client.to_string()), sk },
        ]
    }

    fn contribution(&self) -> Delta {
        let mut delta = delta_of(self);
        delta.post(&self.postings());
        delta.stand(StandingDelta::of_payment(self));
        delta
    }
}
