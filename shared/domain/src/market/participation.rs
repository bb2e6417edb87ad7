//! Whether an organisation takes part, and what it learned by it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Metric, SizeBand};
use crate::period::Month;

/// Of how many months shares and standings are kept at most.
pub const MOST_MONTHS: usize = 24;

/// The number that an organisation's shares stand under: drawn by lot when it begins to take part, and known
/// to nobody but itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Contributor(#[serde(with = "digits")] u128);

impl Contributor {
    /// The one of that random number.
    pub const fn of(random: u128) -> Self {
        Self(random)
    }

    /// Its digits.
    pub fn digits(self) -> String {
        format!("{:032x}", self.0)
    }
}

/// Whether an organisation takes part, and what it learned by it. Without a record it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participation {
    /// Under which number; none: it does not take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributor: Option<Contributor>,
    /// The months of which a share of it lies with those of others, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<Month>,
    /// How it stood in each month that was worked out, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standings: Vec<Standing>,
}

/// How an organisation stood in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The month.
    pub month: Month,
    /// Of each metric that enough gave.
    pub places: Vec<Place>,
}

/// The quartiles of a metric, and where an organisation stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The metric.
    pub metric: Metric,
    /// Of which size those are whom it is compared with; none: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<SizeBand>,
    /// Lower quartile, median, upper quartile.
    pub quartiles: [Decimal; 3],
    /// The share of the others below it; none where it gave no value itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percentile: Option<Decimal>,
}

impl Participation {
    /// Whether the organisation takes part.
    pub const fn takes_part(&self) -> bool {
        self.contributor.is_some()
    }

    /// The same with the share of another month; and the month whose share is to go for it, if there are
    /// as many as there may be.
    #[must_use]
    pub fn sharing(&self, month: Month) -> (Self, Option<Month>) {
        let mut with = self.clone();
        with.shared.push(month);
        with.shared.sort_unstable();
        let gone = (with.shared.len() > MOST_MONTHS).then(|| with.shared.remove(0));
        (with, gone)
    }

    /// The same with how it stood in another month.
    #[must_use]
    pub fn standing(&self, standing: Standing) -> Self {
        let mut with = self.clone();
        with.standings.push(standing);
        with.standings.sort_by_key(|standing| standing.month);
        if with.standings.len() > MOST_MONTHS {
            with.standings.remove(0);
        }
        with
    }

    /// The months of which the share lies with others' and that were not worked out for it yet.
    pub fn unsettled(&self) -> impl Iterator<Item = Month> {
        let known = |month: &Month| self.standings.iter().any(|it| it.month == *month);
        self.shared.iter().copied().filter(move |month| !known(month))
    }
}

mod digits {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(
        number: &u128,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{number:032x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        let text = String::deserialize(from)?;
        u128::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_months_are_kept_as_may_be() {
        let first: Month = "2024-01".parse().unwrap();
        let mut with = Participation::default();
        for later in 0..24 {
            let (next, gone) = with.sharing(first.plus(later));
            assert_eq!(gone, None);
            with = next.standing(Standing { month: first.plus(later), places: Vec::new() });
        }
        let (next, gone) = with.sharing(first.plus(24));
        assert_eq!((gone, next.shared.len()), (Some(first), MOST_MONTHS));
        assert_eq!(next.unsettled().collect::<Vec<_>>(), [first.plus(24)]);
        let after = next.standing(Standing { month: first.plus(24), places: Vec::new() });
        assert_eq!((after.standings.len(), after.unsettled().count()), (MOST_MONTHS, 0));
    }

    #[test]
    fn a_number_is_read_as_it_was_written() {
        let of = Participation { contributor: Some(Contributor::of(7)), ..Default::default() };
        let json = serde_json::to_string(&of).unwrap();
        assert!(json.contains("00000000000000000000000000000007"));
        assert_eq!(serde_json::from_str::<Participation>(&json).unwrap(), of);
    }
}
