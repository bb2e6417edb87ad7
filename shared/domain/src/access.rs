//! Who may do what: one table of actions and roles, default deny.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a person is in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Owns the organisation.
    Owner,
    /// Administers it.
    Admin,
    /// Works with its money.
    Finance,
    /// Works at the service desk.
    Operations,
    /// Looks.
    Viewer,
}

/// The text names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected owner, admin, finance, operations or viewer")]
pub struct UnknownRole;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See clients and services.
    ClientsRead,
    /// See revenue, cost and margin.
    MarginsRead,
    /// See labour cost rates.
    CostRatesRead,
    /// Set labour cost rates.
    CostRatesWrite,
    /// See connections and synchronisation runs.
    IntegrationsRead,
    /// Connect systems and start synchronisation runs.
    IntegrationsWrite,
    /// Decide which clients of two systems are one.
    MatchesDecide,
}

impl Role {
    /// Every role, from the mightiest.
    pub const ALL: [Role; 5] =
        [Role::Owner, Role::Admin, Role::Finance, Role::Operations, Role::Viewer];

    /// The name in tokens and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Finance => "finance",
            Self::Operations => "operations",
            Self::Viewer => "viewer",
        }
    }

    /// The policy table.
    pub const fn may(self, action: Action) -> bool {
        use Role::{Admin, Finance, Owner};
        match action {
            Action::ClientsRead | Action::IntegrationsRead => true,
            Action::MarginsRead | Action::CostRatesRead | Action::CostRatesWrite => {
                matches!(self, Owner | Admin | Finance)
            }
            Action::MatchesDecide => matches!(self, Owner | Admin | Finance),
            Action::IntegrationsWrite => matches!(self, Owner | Admin),
        }
    }
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 7] = [
        Action::ClientsRead,
        Action::MarginsRead,
        Action::CostRatesRead,
        Action::CostRatesWrite,
        Action::IntegrationsRead,
        Action::IntegrationsWrite,
        Action::MatchesDecide,
    ];
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_owner_admin_and_finance_see_cost_and_margin() {
        for action in [Action::MarginsRead, Action::CostRatesRead, Action::CostRatesWrite] {
            let may: Vec<_> = Role::ALL.into_iter().filter(|role| role.may(action)).collect();
            assert_eq!(may, [Role::Owner, Role::Admin, Role::Finance]);
        }
    }

    #[test]
    fn the_owner_may_do_everything_and_a_viewer_writes_nothing() {
        assert!(Action::ALL.into_iter().all(|action| Role::Owner.may(action)));
        let writes = [Action::CostRatesWrite, Action::IntegrationsWrite, Action::MatchesDecide];
        assert!(!writes.into_iter().any(|action| Role::Viewer.may(action)));
    }
}
