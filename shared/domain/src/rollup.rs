//! Monthly rollups: what is summed, for whom, and what each source row adds.
//!
//! A rollup is a sum over source rows and nothing else, so a change of a row moves it by
//! *new − old*, and summing the rows afresh must give the same: that is the drift check.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    expense::Expense,
    id::{ClientId, ServiceId, TechnicianId},
    invoice::Invoice,
    period::Month,
    service::Offering,
    time_entry::{BillingStatus, TimeEntry},
};

/// For whom is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "of", content = "id")]
pub enum Subject {
    /// Everything of the organisation, what belongs to no client included.
    Organization,
    /// One source system's record of a client.
    Client(ClientId),
    /// A catalogue entry.
    Service(ServiceId),
    /// A technician.
    Technician(TechnicianId),
}

/// One sum: a subject in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bucket {
    /// For whom.
    pub subject: Subject,
    /// When.
    pub month: Month,
}

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident: $short:literal,)*) => {
        /// What is summed. Money is in minor units of the organisation's currency, time in seconds.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Measures {
            $($(#[$doc])*
            #[serde(rename = $short, skip_serializing_if = "is_zero")]
            pub $name: i64,)*
        }

        impl Measures {
            /// The sum.
            #[must_use]
            pub fn plus(self, other: Self) -> Self {
                Self { $($name: self.$name + other.$name),* }
            }

            /// The difference.
            #[must_use]
            pub fn minus(self, other: Self) -> Self {
                Self { $($name: self.$name - other.$name),* }
            }

            /// The measures under those short names; others are passed over.
            pub fn from_named<'a>(named: impl Iterator<Item = (&'a str, i64)>) -> Self {
                let mut measures = Self::default();
                for (name, value) in named {
                    match name {
                        $($short => measures.$name = value,)*
                        _ => {}
                    }
                }
                measures
            }

            /// Each measure that is not zero, under its short name.
            pub fn non_zero(self) -> impl Iterator<Item = (&'static str, i64)> {
                [$(($short, self.$name)),*].into_iter().filter(|(_, value)| *value != 0)
            }
        }
    };
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(value: &i64) -> bool {
    *value == 0
}

measures! {
    /// Revenue from work, before tax, net of credits and discounts.
    service_revenue_minor: "sr",
    /// Revenue from products, before tax, net of credits.
    product_revenue_minor: "pr",
    /// Cost of the time that has a rate.
    labour_cost_minor: "lc",
    /// Cost of what was bought for the subject.
    product_cost_minor: "pc",
    /// All worked time.
    worked_seconds: "ws",
    /// Worked time without a cost rate.
    uncosted_seconds: "us",
    /// Billable time neither invoiced, covered nor written off.
    unbilled_seconds: "bs",
    /// What that time would bring at its price.
    unbilled_minor: "bm",
    /// The part of it that still waits for approval.
    unapproved_minor: "um",
    /// Unbilled time that has no price.
    unpriced_seconds: "ps",
    /// How many time entries.
    time_entries: "nt",
    /// How many invoices and credit memos.
    invoices: "ni",
    /// How many expense lines.
    expense_lines: "ne",
}

impl Measures {
    /// All revenue.
    pub fn revenue_minor(self) -> i64 {
        self.service_revenue_minor + self.product_revenue_minor
    }

    /// Whether nothing is summed here.
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}

/// A change of rollups: what to add to which bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    buckets: BTreeMap<Bucket, Measures>,
}

impl Delta {
    /// Adds to a bucket.
    pub fn add(&mut self, bucket: Bucket, measures: Measures) {
        let sum = self.buckets.entry(bucket).or_default();
        *sum = sum.plus(measures);
    }

    /// Adds all that a row contributes.
    pub fn add_row<R: Contributes>(&mut self, row: &R) {
        row.contribute(&mut |bucket, measures| self.add(bucket, measures));
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn negated(mut self) -> Self {
        self.buckets.values_mut().for_each(|sum| *sum = Measures::default().minus(*sum));
        self
    }

    /// How many buckets really change.
    pub fn len(&self) -> usize {
        self.buckets.values().filter(|measures| !measures.is_zero()).count()
    }

    /// Whether no bucket changes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds another change.
    pub fn merge(&mut self, other: Delta) {
        other.buckets.into_iter().for_each(|(bucket, measures)| self.add(bucket, measures));
    }

    /// The buckets that really change.
    pub fn into_changes(self) -> impl Iterator<Item = (Bucket, Measures)> {
        self.buckets.into_iter().filter(|(_, measures)| !measures.is_zero())
    }
}

/// A row that adds to rollups.
pub trait Contributes {
    /// Says what the row adds to which bucket.
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures));
}

impl Contributes for TimeEntry {
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures)) {
        let seconds = self.worked.seconds;
        let when = |condition: bool, value: i64| if condition { value } else { 0 };
        let unbilled = self.is_unbilled();
        let price = self.price().filter(|_| unbilled);
        let price_minor = price.map_or(0, |price| price.minor);
        let measures = Measures {
            labour_cost_minor: self.labour_cost.as_ref().map_or(0, |labour| labour.cost.minor),
            worked_seconds: seconds,
            uncosted_seconds: when(self.labour_cost.is_none(), seconds),
            unbilled_seconds: when(unbilled, seconds),
            unbilled_minor: price_minor,
            unapproved_minor: when(self.status == BillingStatus::Pending, price_minor),
            unpriced_seconds: when(unbilled && price.is_none(), seconds),
            time_entries: 1,
            ..Measures::default()
        };
        let month = Month::of(self.day);
        let subjects = [
            Some(Subject::Organization),
            self.client.map(Subject::Client),
            self.service.map(Subject::Service),
            Some(Subject::Technician(self.technician)),
        ];
        for subject in subjects.into_iter().flatten() {
            add(Bucket { subject, month }, measures);
        }
    }
}

impl Contributes for Invoice {
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures)) {
        let month = Month::of(self.day);
        let mut whole = Measures { invoices: 1, ..Measures::default() };
        for line in &self.lines {
            let minor = line.amount.minor;
            let measures = match line.offering {
                Offering::Service => {
                    Measures { service_revenue_minor: minor, ..Measures::default() }
                }
                Offering::Product => {
                    Measures { product_revenue_minor: minor, ..Measures::default() }
                }
            };
            whole = whole.plus(measures);
            if let Some(service) = line.service {
                add(Bucket { subject: Subject::Service(service), month }, measures);
            }
        }
        for subject in [Subject::Organization, Subject::Client(self.client)] {
            add(Bucket { subject, month }, whole);
        }
    }
}

impl Contributes for Expense {
    fn contribute(&self, add: &mut dyn FnMut(Bucket, Measures)) {
        let month = Month::of(self.day);
        for line in &self.lines {
            let measures = Measures {
                product_cost_minor: line.amount.minor,
                expense_lines: 1,
                ..Measures::default()
            };
            let subjects = [
                Some(Subject::Organization),
                line.client.map(Subject::Client),
                line.service.map(Subject::Service),
            ];
            for subject in subjects.into_iter().flatten() {
                add(Bucket { subject, month }, measures);
            }
        }
    }
}
