//! For whom a line of a bill was bought, when it was bought for several.
//!
//! A line is divided either as somebody states, or by a key: what each uses of something that can be
//! counted. Whatever is given to nobody stays with the line and is told, so that nothing is lost.
//! Without a basis there is no division: an even one would be a claim that nobody made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    billing::apportion,
    id::{ClientId, ServiceId},
    money::Money,
};

/// For whom, or for what, a part of a line was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A client.
    Client(ClientId),
    /// A catalogue entry, for whichever clients.
    Service(ServiceId),
    /// A catalogue entry as one client has it.
    ClientService(ClientId, ServiceId),
}

impl Target {
    /// The client, if it is for one.
    pub const fn client(self) -> Option<ClientId> {
        match self {
            Self::Client(client) | Self::ClientService(client, _) => Some(client),
            Self::Service(_) => None,
        }
    }

    /// The catalogue entry, if it is for one.
    pub const fn service(self) -> Option<ServiceId> {
        match self {
            Self::Service(service) | Self::ClientService(_, service) => Some(service),
            Self::Client(_) => None,
        }
    }
}

/// By what a line is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllocationKey {
    /// People who are looked after.
    Seats,
    /// Devices that are looked after.
    Endpoints,
    /// Worked time, in seconds.
    Hours,
    /// Revenue, in smallest units.
    Revenue,
}

/// How sure the parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Somebody stated them.
    Exact,
    /// They were reckoned.
    Key(AllocationKey),
}

/// Why a line is not divided like that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// Two parts are for the same.
    #[error("two parts are for the same client and service")]
    Twice(Target),
    /// A part of a purchase is a credit, or the other way round.
    #[error("a part has another sign than the line")]
    OtherSign(Target),
    /// The parts are more than the line.
    #[error("the parts are more than the line")]
    MoreThanLine,
    /// Nobody counted what one of them uses: the others would pay for it.
    #[error("the key is not known for everyone")]
    MissingWeight(Target),
    /// One of them uses less than nothing, such as revenue that is a net credit.
    #[error("a weight is below zero")]
    NegativeWeight(Target),
    /// Nobody uses any of it.
    #[error("there is no basis: all weights are zero")]
    NoBasis(AllocationKey),
    /// The amount does not fit.
    #[error("amount out of range")]
    OutOfRange,
}

/// A line with its parts: they and what is unallocated make up the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAllocation {
    line: Money,
    basis: Basis,
    parts: BTreeMap<Target, i64>,
}

impl LineAllocation {
    /// The line with parts as somebody states them, in smallest units of its currency. They may be
    /// less than the line, whose rest stays unallocated; never more, and none of another sign.
    pub fn exact(
        line: Money,
        stated: impl IntoIterator<Item = (Target, i64)>,
    ) -> Result<Self, AllocationError> {
        let parts = each_once(stated)?;
        let against = |minor: i64| minor.signum() * line.minor.signum() < 0;
        if let Some((target, _)) = parts.iter().find(|(_, minor)| against(**minor)) {
            return Err(AllocationError::OtherSign(*target));
        }
        let sum: i128 = parts.values().map(|minor| i128::from(*minor)).sum();
        if sum.abs() > i128::from(line.minor).abs() {
            return Err(AllocationError::MoreThanLine);
        }
        Ok(Self { line, basis: Basis::Exact, parts })
    }

    /// The line divided in proportion to what each uses of the key, in its unit; `None` where nobody
    /// counted. Nothing stays unallocated.
    ///
    /// By largest remainder, so that no part is a smallest unit away from its exact share; of equal
    /// remainders that of the lower id goes first, in whichever order they are named. A credit is
    /// divided as the purchase that it takes back. Who uses none of it gets no part.
    pub fn by_key(
        line: Money,
        key: AllocationKey,
        weights: impl IntoIterator<Item = (Target, Option<i64>)>,
    ) -> Result<Self, AllocationError> {
        let mut known = BTreeMap::new();
        for (target, weight) in each_once(weights)? {
            match weight {
                None => return Err(AllocationError::MissingWeight(target)),
                Some(..0) => return Err(AllocationError::NegativeWeight(target)),
                Some(0) => {}
                Some(weight) => drop(known.insert(target, weight)),
            }
        }
        if known.is_empty() {
            return Err(AllocationError::NoBasis(key));
        }
        let (targets, weights): (Vec<_>, Vec<_>) = known.into_iter().unzip();
        // Of the amount without its sign, so that a credit's odd units go where a purchase's do.
        let whole = line.minor.checked_abs().ok_or(AllocationError::OutOfRange)?;
        let minor = apportion(whole, &weights).into_iter().map(|part| part * line.minor.signum());
        Ok(Self { line, basis: Basis::Key(key), parts: targets.into_iter().zip(minor).collect() })
    }

    /// The whole line.
    pub const fn line(&self) -> Money {
        self.line
    }

    /// How sure the parts are.
    pub const fn basis(&self) -> Basis {
        self.basis
    }

    /// Each part, by target.
    pub fn parts(&self) -> impl Iterator<Item = (Target, Money)> {
        self.parts.iter().map(|(target, minor)| (*target, Money { minor: *minor, ..self.line }))
    }

    /// What is left of the line for nobody in particular.
    pub fn unallocated(&self) -> Money {
        let given: i64 = self.parts.values().sum();
        Money { minor: self.line.minor - given, ..self.line }
    }
}

fn each_once<T>(
    items: impl IntoIterator<Item = (Target, T)>,
) -> Result<BTreeMap<Target, T>, AllocationError> {
    let mut by_target = BTreeMap::new();
    for (target, item) in items {
        if by_target.insert(target, item).is_some() {
            return Err(AllocationError::Twice(target));
        }
    }
    Ok(by_target)
}

#[cfg(test)]
mod tests;
