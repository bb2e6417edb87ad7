//! A series that a model can be fitted to.

/// The most values that a series may have.
pub const LONGEST: usize = 1_000;

/// The largest value, either way. Beyond it the places of a double would not hold minor units.
const LARGEST: f64 = 9e15;

/// Series without anything larger are taken as they are: their unit would be no normal number.
const SMALLEST: f64 = 1e-300;

/// How often there is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Each day; what repeats is the week.
    Daily,
    /// Each week; what repeats is the year.
    Weekly,
    /// Each month; what repeats is the year.
    Monthly,
}

impl Rhythm {
    /// How many values make up what repeats.
    pub fn period(self) -> usize {
        match self {
            Self::Daily => 7,
            Self::Weekly => 52,
            Self::Monthly => 12,
        }
    }

    /// How many values a forecast needs: half of them to fit the first model of its backtest.
    pub fn needed(self) -> usize {
        match self {
            Self::Daily => 28,
            Self::Weekly => 26,
            Self::Monthly => 12,
        }
    }
}

/// Values without gaps, oldest first: each finite and within bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    rhythm: Rhythm,
    values: Vec<f64>,
}

/// Why values are no series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeriesError {
    /// One is missing.
    #[error("value {0} is missing")]
    Missing(usize),
    /// One is no number, infinite or too large.
    #[error("value {0} is no number that can be worked with")]
    Unusable(usize),
    /// There are too many.
    #[error("{0} values are more than {LONGEST}")]
    TooMany(usize),
}

impl Series {
    /// A series of these values.
    pub fn new(rhythm: Rhythm, values: &[f64]) -> Result<Self, SeriesError> {
        let values: Vec<_> = values.iter().copied().map(Some).collect();
        Self::with_gaps(rhythm, &values)
    }

    /// A series of these values, where a gap is refused and never filled.
    pub fn with_gaps(rhythm: Rhythm, values: &[Option<f64>]) -> Result<Self, SeriesError> {
        if values.len() > LONGEST {
            return Err(SeriesError::TooMany(values.len()));
        }
        let usable = |(at, value): (usize, &Option<f64>)| match value {
            None => Err(SeriesError::Missing(at)),
            Some(value) if value.abs() <= LARGEST => Ok(*value),
            Some(_) => Err(SeriesError::Unusable(at)),
        };
        let values = values.iter().enumerate().map(usable).collect::<Result<_, _>>()?;
        Ok(Self { rhythm, values })
    }

    /// A series of whole amounts.
    pub fn of_minor(rhythm: Rhythm, amounts: &[i64]) -> Result<Self, SeriesError> {
        let values: Vec<f64> = amounts.iter().map(|amount| *amount as f64).collect();
        Self::new(rhythm, &values)
    }

    /// How often there is a value.
    pub fn rhythm(&self) -> Rhythm {
        self.rhythm
    }

    /// How many values make up what repeats.
    pub fn period(&self) -> usize {
        self.rhythm.period()
    }

    /// The values, oldest first.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The same counted in a power of two that is about as large as its largest value, and that unit.
    /// When a search for parameters is good enough depends on the size of what is searched over, so
    /// without it the same figures in cents would have another forecast than in dollars.
    pub(super) fn in_own_unit(&self) -> (Self, f64) {
        let largest = self.values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        if largest < SMALLEST {
            return (self.clone(), 1.0);
        }
        let unit = largest.log2().floor().exp2();
        let values = self.values.iter().map(|value| value / unit).collect();
        (Self { rhythm: self.rhythm, values }, unit)
    }

    /// The first `length` values.
    pub(super) fn until(&self, length: usize) -> Self {
        let values = self.values[..length.min(self.values.len())].to_vec();
        Self { rhythm: self.rhythm, values }
    }

    /// Whether no value lies below zero; then no forecast does.
    pub(super) fn never_negative(&self) -> bool {
        self.values.iter().all(|value| *value >= 0.0)
    }
}
