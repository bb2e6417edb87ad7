//! How long work has been waiting for its invoice.

/// The age of unbilled work, in days since it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnbilledAge {
    /// Up to 30 days.
    Days30,
    /// 31 to 60 days.
    Days60,
    /// 61 to 90 days.
    Days90,
    /// More than 90 days.
    Older,
}

impl UnbilledAge {
    /// Every age, the youngest first.
    pub const ALL: [Self; 4] = [Self::Days30, Self::Days60, Self::Days90, Self::Older];

    /// The age of work that was done so many days ago.
    pub const fn of(days: i64) -> Self {
        match days {
            ..=30 => Self::Days30,
            31..=60 => Self::Days60,
            61..=90 => Self::Days90,
            _ => Self::Older,
        }
    }

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Days30 => "0_30",
            Self::Days60 => "31_60",
            Self::Days90 => "61_90",
            Self::Older => "over_90",
        }
    }
}
