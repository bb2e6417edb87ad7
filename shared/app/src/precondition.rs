//! What the caller has seen of a thing before changing it: `If-Match`.

use crate::Error;

/// Which versions of a thing a change may meet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Precondition {
    /// Any: the caller did not say.
    #[default]
    None,
    /// Any that is there.
    Exists,
    /// These.
    Versions(Vec<u64>),
}

impl Precondition {
    /// Goes on only if the thing may have that version.
    pub fn check(&self, version: u64) -> Result<(), Error> {
        let met = match self {
            Self::None | Self::Exists => true,
            Self::Versions(versions) => versions.contains(&version),
        };
        if met { Ok(()) } else { Err(Error::Stale) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_meets_the_version_that_was_seen_or_none() {
        let seen = Precondition::Versions(vec![3, 4]);
        assert!(seen.check(3).is_ok() && seen.check(4).is_ok());
        assert!(matches!(seen.check(5), Err(Error::Stale)));
        assert!(matches!(Precondition::Versions(Vec::new()).check(1), Err(Error::Stale)));
        assert!(Precondition::None.check(1).is_ok() && Precondition::Exists.check(1).is_ok());
    }
}
