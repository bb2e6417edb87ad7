//! Margins in words.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How much of a client's revenue is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarginBand {
    /// Less than nothing.
    Loss,
    /// Less than a fifth.
    Low,
    /// Less than two fifths.
    Fair,
    /// Two fifths or more.
    Healthy,
    /// Nobody can say: there is no revenue, or time without a cost rate.
    Unknown,
}

impl MarginBand {
    /// Every band.
    pub const ALL: [Self; 5] = [Self::Loss, Self::Low, Self::Fair, Self::Healthy, Self::Unknown];

    /// The band of a margin, as a share of the revenue.
    pub fn of(margin: Option<Decimal>) -> Self {
        match margin {
            None => Self::Unknown,
            Some(share) if share < Decimal::ZERO => Self::Loss,
            Some(share) if share < Decimal::new(2, 1) => Self::Low,
            Some(share) if share < Decimal::new(4, 1) => Self::Fair,
            Some(_) => Self::Healthy,
        }
    }

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Low => "low",
            Self::Fair => "fair",
            Self::Healthy => "healthy",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_belong_to_the_better_band() {
        let bands = [
            ("-0.0001", MarginBand::Loss),
            ("0", MarginBand::Low),
            ("0.1999", MarginBand::Low),
            ("0.2", MarginBand::Fair),
            ("0.3999", MarginBand::Fair),
            ("0.4", MarginBand::Healthy),
            ("1", MarginBand::Healthy),
        ];
        for (share, band) in bands {
            assert_eq!(MarginBand::of(Some(share.parse().unwrap())), band, "{share}");
            assert_eq!(serde_json::to_value(band).unwrap(), band.as_str());
        }
        assert_eq!(MarginBand::of(None), MarginBand::Unknown);
    }
}
