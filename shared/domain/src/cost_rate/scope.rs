//! Whom a rate is for.

use std::fmt;

use crate::id::TechnicianId;

/// Whom a rate is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Whoever has no other rate.
    Default,
    /// Everybody of a role, in lower case and without spaces around it.
    Role(String),
    /// One technician.
    Technician(TechnicianId),
}

/// Why a rate cannot be for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Both a technician and a role.
    #[error("a rate is for a technician or for a role, not for both")]
    Both,
    /// Empty, too long, or with control characters.
    #[error("expected a role of 1 to 100 printable characters")]
    Role,
}

impl Scope {
    /// The scope of a technician or a role, or the organisation's default with neither.
    pub fn of(technician: Option<TechnicianId>, role: Option<&str>) -> Result<Self, ScopeError> {
        match (technician, role.map(str::trim)) {
            (Some(_), Some(_)) => Err(ScopeError::Both),
            (Some(technician), None) => Ok(Self::Technician(technician)),
            (None, None) => Ok(Self::Default),
            (None, Some(role)) => {
                let fits = (1..=100).contains(&role.chars().count());
                let printable = !role.chars().any(char::is_control);
                if fits && printable { Ok(Self::role(role)) } else { Err(ScopeError::Role) }
            }
        }
    }

    /// The scope of a role, however it is typed.
    pub fn role(role: &str) -> Self {
        Self::Role(role.trim().to_lowercase())
    }

    /// Whether a rate of this scope may be the one for a technician of a role.
    pub fn applies(&self, technician: TechnicianId, role: Option<&str>) -> bool {
        match self {
            Self::Default => true,
            Self::Role(_) => role.is_some_and(|role| Self::role(role) == *self),
            Self::Technician(own) => *own == technician,
        }
    }
}

/// The name that a rate's id is derived from; no two scopes share one.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Role(role) => write!(f, "role:{role}"),
            Self::Technician(technician) => technician.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn ana() -> TechnicianId {
        TechnicianId::new(Timestamp::UNIX_EPOCH, 1)
    }

    #[test]
    fn a_rate_is_for_a_technician_or_a_role_or_whoever_has_no_other() {
        assert_eq!(Scope::of(None, None), Ok(Scope::Default));
        assert_eq!(Scope::of(Some(ana()), None), Ok(Scope::Technician(ana())));
        assert_eq!(Scope::of(None, Some(" Engineer ")), Ok(Scope::role("engineer")));
        assert_eq!(Scope::of(Some(ana()), Some("Engineer")), Err(ScopeError::Both));
        let long = "x".repeat(101);
        for role in ["", " ", "a\u{0}b", &long] {
            assert_eq!(Scope::of(None, Some(role)), Err(ScopeError::Role), "{role:?}");
        }
    }

    #[test]
    fn the_name_of_a_scope_is_its_own() {
        assert_eq!(Scope::Default.to_string(), "default");
        assert_eq!(Scope::role("Default").to_string(), "role:default");
        assert_eq!(Scope::Technician(ana()).to_string(), ana().to_string());
    }

    #[test]
    fn a_roles_rate_applies_to_those_of_the_role() {
        let engineer = Scope::role("Engineer");
        assert!(engineer.applies(ana(), Some("ENGINEER ")));
        assert!(!engineer.applies(ana(), Some("Dispatcher")) && !engineer.applies(ana(), None));
        assert!(Scope::Default.applies(ana(), None));
        assert!(Scope::Technician(ana()).applies(ana(), Some("Engineer")));
    }
}
