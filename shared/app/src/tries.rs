//! Trying again what met another change of the same records.

use crate::Error;

/// How often something is done again. Of those that meet, one gets through each time.
pub(crate) struct Tries {
    left: usize,
}

impl Tries {
    /// At most so many tries.
    pub(crate) fn most(tries: usize) -> Self {
        Self { left: tries }
    }

    /// Whether it is to be tried again after that error.
    pub(crate) fn again(&mut self, error: &Error) -> bool {
        let met = matches!(
            error,
            Error::Conflict { code: "changed_meanwhile", .. } | Error::Unavailable(_)
        );
        self.left = self.left.saturating_sub(1);
        met && self.left > 0
    }
}
