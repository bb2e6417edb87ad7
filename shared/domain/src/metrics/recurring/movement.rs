//! How recurring revenue got from one state to another.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::{RecurringRevenue, Retention};
use crate::id::ClientId;

/// What became of a client's recurring revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MovementKind {
    /// A client that never had any before has some.
    New,
    /// More than before.
    Expansion,
    /// Less than before.
    Contraction,
    /// A client that had some has none.
    Churn,
    /// A client that once had some, and then none, has some again.
    Reactivation,
}

impl MovementKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::New, Self::Expansion, Self::Contraction, Self::Churn, Self::Reactivation];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Expansion => "expansion",
            Self::Contraction => "contraction",
            Self::Churn => "churn",
            Self::Reactivation => "reactivation",
        }
    }

    /// 1 for what adds to revenue, −1 for what takes from it.
    pub const fn sign(self) -> i64 {
        match self {
            Self::New | Self::Expansion | Self::Reactivation => 1,
            Self::Contraction | Self::Churn => -1,
        }
    }
}

/// One client's recurring revenue in two states, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientMovement {
    client: ClientId,
    start: i64,
    end: i64,
    known: bool,
}

impl ClientMovement {
    /// A client's movement between two amounts in smallest units; `known` for a client that had
    /// recurring revenue at any time before the first.
    pub const fn between(client: ClientId, start: i64, end: i64, known: bool) -> Self {
        Self { client, start, end, known }
    }

    /// Whose it is.
    pub const fn client(self) -> ClientId {
        self.client
    }

    /// The amount that it starts from, in smallest units.
    pub const fn start(self) -> i64 {
        self.start
    }

    /// The amount that it ends at, in smallest units.
    pub const fn end(self) -> i64 {
        self.end
    }

    /// What became of it; `None` when nothing changed.
    ///
    /// Who comes or goes does so with the whole difference, also where a net credit is on the other
    /// side. A net credit that grows is a contraction, one that shrinks an expansion.
    pub fn kind(self) -> Option<MovementKind> {
        let (had, has) = (self.start > 0, self.end > 0);
        match (self.end.cmp(&self.start), had, has) {
            (Ordering::Equal, ..) => None,
            (Ordering::Greater, false, true) if self.known => Some(MovementKind::Reactivation),
            (Ordering::Greater, false, true) => Some(MovementKind::New),
            (Ordering::Greater, ..) => Some(MovementKind::Expansion),
            (Ordering::Less, true, false) => Some(MovementKind::Churn),
            (Ordering::Less, ..) => Some(MovementKind::Contraction),
        }
    }

    /// By how much it moved, in smallest units; never below zero. The kind says in which direction.
    pub const fn minor(self) -> i64 {
        (self.end - self.start).abs()
    }
}

/// What moved in one way, altogether.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// By how much, in smallest units; never below zero.
    pub minor: i64,
    /// How many clients (logos).
    pub clients: usize,
}

/// How recurring revenue got from one state to another.
///
/// Start + new + expansion + reactivation − contraction − churn = end, for every client and in
/// total: each client has one kind of movement, which is its difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movements {
    clients: Vec<ClientMovement>,
}

impl Movements {
    /// The movements from `start` to `end`. `ever` are the clients that had recurring revenue at any
    /// time before `start`: one of them that has none at the start and some at the end is
    /// reactivated and not new.
    pub fn between(
        start: &RecurringRevenue,
        end: &RecurringRevenue,
        ever: &BTreeSet<ClientId>,
    ) -> Self {
        let all: BTreeSet<_> =
            start.amounts().chain(end.amounts()).map(|(client, _)| client).collect();
        let movement = |client| {
            let (from, to) = (start.of(client), end.of(client));
            ClientMovement::between(client, from, to, ever.contains(&client))
        };
        Self { clients: all.into_iter().map(movement).collect() }
    }

    /// Each client that has an amount in either state, those that did not move included, by id.
    pub fn clients(&self) -> &[ClientMovement] {
        &self.clients
    }

    /// All that it starts from, in smallest units.
    pub fn start(&self) -> i64 {
        self.clients.iter().map(|client| client.start).sum()
    }

    /// All that it ends at, in smallest units.
    pub fn end(&self) -> i64 {
        self.clients.iter().map(|client| client.end).sum()
    }

    /// What moved in each way; kinds that nothing moved in are zero.
    pub fn tallies(&self) -> BTreeMap<MovementKind, Tally> {
        MovementKind::ALL.into_iter().map(|kind| (kind, self.tally(kind))).collect()
    }

    /// What moved in one way.
    pub fn tally(&self, kind: MovementKind) -> Tally {
        let moved = self.clients.iter().filter(|client| client.kind() == Some(kind));
        moved.fold(Tally::default(), |sum, client| Tally {
            minor: sum.minor + client.minor(),
            clients: sum.clients + 1,
        })
    }

    /// How much of what it starts from stayed.
    pub fn retention(&self) -> Retention {
        Retention::of(self.clients.iter().copied())
    }
}
