//! Recurring revenue by client on a day.

use std::collections::BTreeMap;

use crate::{id::ClientId, money::divide_half_even};

/// Monthly recurring revenue by client on a day, in smallest units of one currency. Clients without
/// any are absent, so two equal states are equal values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecurringRevenue {
    by_client: BTreeMap<ClientId, i64>,
}

impl FromIterator<(ClientId, i64)> for RecurringRevenue {
    /// Adds up what is said of the same client more than once, such as several agreements.
    fn from_iter<I: IntoIterator<Item = (ClientId, i64)>>(amounts: I) -> Self {
        let mut by_client = BTreeMap::<_, i64>::new();
        for (client, minor) in amounts {
            *by_client.entry(client).or_default() += minor;
        }
        by_client.retain(|_, minor| *minor != 0);
        Self { by_client }
    }
}

impl RecurringRevenue {
    /// A client's amount in smallest units: zero for one without any, below zero for a net credit.
    pub fn of(&self, client: ClientId) -> i64 {
        self.by_client.get(&client).copied().unwrap_or_default()
    }

    /// Every amount that is not zero, in smallest units, by client.
    pub fn amounts(&self) -> impl Iterator<Item = (ClientId, i64)> {
        self.by_client.iter().map(|(client, minor)| (*client, *minor))
    }

    /// The clients that have recurring revenue, each with its amount above zero, in smallest units.
    pub fn clients(&self) -> impl Iterator<Item = (ClientId, i64)> {
        self.amounts().filter(|(_, minor)| *minor > 0)
    }

    /// All of it in smallest units, net credits taken off.
    pub fn total(&self) -> i64 {
        self.by_client.values().sum()
    }

    /// Average revenue per account: the total ÷ clients that have recurring revenue, in smallest
    /// units, half to even. `None` when no client has any.
    ///
    /// Net credits lower it, so that it times the clients is the total again.
    pub fn arpa(&self) -> Option<i64> {
        let clients = i128::try_from(self.clients().count()).ok()?;
        divide_half_even(self.total().into(), clients).and_then(|minor| i64::try_from(minor).ok())
    }
}
