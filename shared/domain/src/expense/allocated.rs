//! What somebody decided about a line: for whom it was bought, by which weights, and whether that
//! still holds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ExpenseLine,
    allocation::{AllocationError, AllocationKey, LineAllocation, Target},
};
use crate::{
    id::{ClientId, ServiceId},
    money::Money,
    period::Month,
};

/// A part of a line. It is stored as a row without names: a line may have hundreds of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct AllocatedPart {
    /// Whose it is; none if it is for a catalogue entry alone.
    pub client: Option<ClientId>,
    /// For which catalogue entry; none if it is for a client as a whole.
    pub service: Option<ServiceId>,
    /// What the client used of the key, in its unit; none of a part that was stated.
    pub weight: Option<i64>,
    /// How much, in smallest units of the line's currency.
    pub minor: i64,
}

type Row = (Option<ClientId>, Option<ServiceId>, Option<i64>, i64);

impl From<Row> for AllocatedPart {
    fn from((client, service, weight, minor): Row) -> Self {
        Self { client, service, weight, minor }
    }
}

impl From<AllocatedPart> for Row {
    fn from(part: AllocatedPart) -> Self {
        (part.client, part.service, part.weight, part.minor)
    }
}

impl AllocatedPart {
    fn new(target: Target, weight: Option<i64>, minor: i64) -> Self {
        Self { client: target.client(), service: target.service(), weight, minor }
    }

    fn target(&self) -> Option<Target> {
        match (self.client, self.service) {
            (Some(client), Some(service)) => Some(Target::ClientService(client, service)),
            (Some(client), None) => Some(Target::Client(client)),
            (None, Some(service)) => Some(Target::Service(service)),
            (None, None) => None,
        }
    }
}

/// How a line was divided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "how")]
pub enum Division {
    /// As somebody stated it.
    Exact,
    /// By what each used.
    Key {
        /// Of what.
        key: AllocationKey,
        /// In which month.
        month: Month,
        /// Clients of whom that is not known and who were left out therefore.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left_out: Vec<ClientId>,
    },
}

/// Why what was decided of a line does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// The source names a client by now.
    NamesClient,
    /// The parts come to more than the line by now.
    MoreThanLine,
    /// The line gives back by now what it charged, or the other way round.
    OtherSign,
}

impl Lapse {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::NamesClient, Self::MoreThanLine, Self::OtherSign];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NamesClient => "names_client",
            Self::MoreThanLine => "more_than_line",
            Self::OtherSign => "other_sign",
        }
    }
}

/// What somebody decided about a line. The parts are kept as they came out, with all that they
/// followed from, so that they can be explained later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allocated {
    /// How it was divided.
    pub division: Division,
    /// The parts, by client and catalogue entry.
    pub parts: Vec<AllocatedPart>,
    /// When it was decided.
    pub at: Timestamp,
}

impl Allocated {
    /// A line in parts as somebody states them, in smallest units of its currency.
    pub fn exact(
        line: Money,
        stated: impl IntoIterator<Item = (Target, i64)>,
        at: Timestamp,
    ) -> Result<Self, AllocationError> {
        let allocation = LineAllocation::exact(line, stated)?;
        let part = |(target, part): (Target, Money)| AllocatedPart::new(target, None, part.minor);
        Ok(Self { division: Division::Exact, parts: allocation.parts().map(part).collect(), at })
    }

    /// A line divided by what each used of a key in a month; `None` where nobody counted. Nothing
    /// stays unallocated.
    pub fn by_key(
        line: Money,
        (key, month): (AllocationKey, Month),
        weights: &[(Target, Option<i64>)],
        at: Timestamp,
    ) -> Result<Self, AllocationError> {
        let allocation = LineAllocation::by_key(line, key, weights.iter().copied())?;
        let weight = |of: Target| {
            weights.iter().find(|(target, _)| *target == of).and_then(|(_, weight)| *weight)
        };
        let part = |(target, part): (Target, Money)| {
            AllocatedPart::new(target, weight(target), part.minor)
        };
        let division = Division::Key { key, month, left_out: Vec::new() };
        Ok(Self { division, parts: allocation.parts().map(part).collect(), at })
    }

    /// With clients that were left out, since nobody knows what they used.
    #[must_use]
    pub fn without(mut self, clients: Vec<ClientId>) -> Self {
        if let Division::Key { left_out, .. } = &mut self.division {
            *left_out = clients;
        }
        self
    }

    /// The same for a line that comes to another amount by now: divided again by the weights of then
    /// or, if the parts were stated, left as it is.
    #[must_use]
    pub fn refitted(mut self, line: Money) -> Self {
        let Division::Key { key, .. } = self.division else { return self };
        let weights = self.parts.iter().filter_map(|part| Some((part.target()?, part.weight)));
        if let Ok(again) = LineAllocation::by_key(line, key, weights) {
            for part in &mut self.parts {
                let found = again.parts().find(|(target, _)| Some(*target) == part.target());
                part.minor = found.map_or(0, |(_, money)| money.minor);
            }
        }
        self
    }

    /// All parts together, in smallest units.
    pub fn minor(&self) -> i64 {
        self.parts.iter().map(|part| part.minor).sum()
    }

    /// Why it does not hold for the line as that is by now; none if it does.
    pub fn lapse(&self, line: &ExpenseLine) -> Option<Lapse> {
        if line.client.is_some() {
            return Some(Lapse::NamesClient);
        }
        let parts = self.parts.iter().filter_map(|part| Some((part.target()?, part.minor)));
        match LineAllocation::exact(line.amount, parts) {
            Ok(_) => None,
            Err(AllocationError::OtherSign(_)) => Some(Lapse::OtherSign),
            Err(_) => Some(Lapse::MoreThanLine),
        }
    }
}
