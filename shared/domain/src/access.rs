//! Who may do what: one table of actions and roles, default deny.
//!
//! The table is [`Role::may`]. The guard before every operation, the API's document and the test of
//! every operation with every role all read it; nothing else says who may do what.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a person is in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// The text names no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of an action such as clients.read")]
pub struct UnknownAction;

/// What an action does to an organisation, which decides who may be given it by an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// A person or a machine.
    Anyone,
    /// A person alone: a key must not make more keys, or change who gets in.
    Person,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal, $holder:ident, [$($role:ident)*];)*) => {
        /// What can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Action] = &[$(Action::$action,)*];

            /// The name in documents and in the scopes of API keys.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Action::$action => $name,)*
                }
            }

            /// The policy table: who may.
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Action::$action => &[$(Role::$role,)*],)*
                }
            }

            const fn holder(self) -> Holder {
                match self {
                    $(Action::$action => Holder::$holder,)*
                }
            }
        }
    };
}

actions! {
    /// Sign out, change one's own password and second factor, see one's own sessions.
    AccountManage = "account.manage", Person, [Owner Admin Finance Operations Viewer];
    /// See who works in the organisation, one by one.
    ColleaguesRead = "colleagues.read", Anyone, [Owner Admin Finance Operations Viewer];
    /// List the people of the organisation and its invitations.
    UsersRead = "users.read", Anyone, [Owner Admin];
    /// Invite people, change their roles, deactivate them.
    UsersWrite = "users.write", Person, [Owner Admin];
    /// See the organisation and its settings.
    OrganizationRead = "organization.read", Anyone, [Owner Admin Finance Operations Viewer];
    /// Change the organisation's settings.
    OrganizationWrite = "organization.write", Person, [Owner Admin];
    /// Delete the organisation, or keep it after all.
    OrganizationDelete = "organization.delete", Person, [Owner];
    /// Make, see and revoke API keys.
    ApiKeysManage = "apiKeys.manage", Person, [Owner Admin];
    /// See who changed what.
    AuditRead = "audit.read", Anyone, [Owner Admin];
    /// See how the API is used and how it answers.
    MetricsRead = "metrics.read", Anyone, [Owner Admin];
    /// See clients and services.
    ClientsRead = "clients.read", Anyone, [Owner Admin Finance Operations Viewer];
    /// Make and archive clients, and say things of them: profiles, contacts, sites, notes.
    ClientsWrite = "clients.write", Anyone, [Owner Admin Finance Operations];
    /// See tickets and what the service desk did.
    TicketsRead = "tickets.read", Anyone, [Owner Admin Finance Operations Viewer];
    /// Open tickets, change them, and log time.
    TicketsWrite = "tickets.write", Anyone, [Owner Admin Operations];
    /// Decide what is promised to clients and who gets tickets.
    DeskManage = "desk.manage", Anyone, [Owner Admin];
    /// See revenue, cost and margin.
    MarginsRead = "margins.read", Anyone, [Owner Admin Finance];
    /// Have everything analysed anew, or stop that.
    AnalysesRun = "analyses.run", Anyone, [Owner Admin Finance];
    /// Mute and approve leaks, say who takes care of them and what charges them.
    LeaksDecide = "leaks.decide", Anyone, [Owner Admin Finance];
    /// Accept and dismiss recommendations; what one changes has to be allowed besides.
    RecommendationsDecide = "recommendations.decide", Anyone, [Owner Admin Finance];
    /// Record what competitors quote.
    QuotesWrite = "quotes.write", Anyone, [Owner Admin Finance];
    /// Decide whether coarse figures are given to be compared with those of other organisations.
    CohortsJoin = "cohorts.join", Person, [Owner Admin];
    /// See labour cost rates.
    CostRatesRead = "costRates.read", Anyone, [Owner Admin Finance];
    /// Set labour cost rates.
    CostRatesWrite = "costRates.write", Anyone, [Owner Admin Finance];
    /// Change the catalogue of services and its prices.
    ServicesWrite = "services.write", Anyone, [Owner Admin Finance];
    /// See what was agreed with clients; what it is worth only with revenue.
    AgreementsRead = "agreements.read", Anyone, [Owner Admin Finance Operations Viewer];
    /// Change agreements and their lines.
    AgreementsWrite = "agreements.write", Anyone, [Owner Admin Finance];
    /// See how many endpoints, users and licences clients have.
    UsageRead = "usage.read", Anyone, [Owner Admin Finance Operations Viewer];
    /// Bring in such counts.
    UsageWrite = "usage.write", Anyone, [Owner Admin Finance Operations];
    /// See invoices, payments and taxes.
    InvoicesRead = "invoices.read", Anyone, [Owner Admin Finance];
    /// Make and issue invoices and credit memos, and take in payments.
    InvoicesWrite = "invoices.write", Anyone, [Owner Admin Finance];
    /// See vendors' bills and other purchases.
    ExpensesRead = "expenses.read", Anyone, [Owner Admin Finance];
    /// Decide for whom things were bought.
    ExpensesWrite = "expenses.write", Anyone, [Owner Admin Finance];
    /// See budgets and how they stand.
    BudgetsRead = "budgets.read", Anyone, [Owner Admin Finance];
    /// Plan budgets, submit plans, and record expenses.
    BudgetsWrite = "budgets.write", Anyone, [Owner Admin Finance];
    /// Approve plans, or send them back.
    BudgetsApprove = "budgets.approve", Anyone, [Owner Admin];
    /// See up to which month the books are closed.
    BooksRead = "books.read", Anyone, [Owner Admin Finance Operations Viewer];
    /// Close the books of a month.
    BooksClose = "books.close", Anyone, [Owner Admin Finance];
    /// Open closed books again.
    BooksReopen = "books.reopen", Person, [Owner Admin];
    /// See connections and synchronisation runs.
    IntegrationsRead = "integrations.read", Anyone, [Owner Admin Finance Operations Viewer];
    /// Start synchronisation runs.
    SyncsStart = "syncs.start", Anyone, [Owner Admin];
    /// Connect systems.
    IntegrationsConnect = "integrations.connect", Person, [Owner Admin];
    /// Decide which clients of two systems are one.
    MatchesDecide = "matches.decide", Anyone, [Owner Admin Finance];
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

    /// Whether the policy table lets the role do that.
    pub fn may(self, action: Action) -> bool {
        action.roles().contains(&self)
    }

    /// Whether somebody of this role may make somebody else one of that role, or change or
    /// deactivate somebody who is: nobody hands out more than they have.
    pub fn may_appoint(self, role: Role) -> bool {
        self.may(Action::UsersWrite) && self <= role
    }
}

impl Action {
    /// Whether an API key may be given it.
    pub fn is_for_keys(self) -> bool {
        self.holder() == Holder::Anyone
    }
}

/// What a caller may do: a person what the role allows, a machine what its key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A signed-in person, or a worker on the organisation's behalf.
    Role(Role),
    /// The holder of an API key: no more than the key's scopes, nor than the key's role.
    Key {
        /// The role of whoever made the key, at most.
        role: Role,
        /// What the key is for.
        scopes: BTreeSet<Action>,
    },
}

impl Grant {
    /// Whether that is allowed.
    pub fn may(&self, action: Action) -> bool {
        match self {
            Self::Role(role) => role.may(action),
            Self::Key { role, scopes } => {
                role.may(action) && scopes.contains(&action) && action.is_for_keys()
            }
        }
    }

    /// The role.
    pub fn role(&self) -> Role {
        match self {
            Self::Role(role) | Self::Key { role, .. } => *role,
        }
    }
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

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text).ok_or(UnknownAction)
    }
}

impl TryFrom<String> for Action {
    type Error = UnknownAction;

    fn try_from(text: String) -> Result<Self, UnknownAction> {
        text.parse()
    }
}

impl From<Action> for &'static str {
    fn from(action: Action) -> &'static str {
        action.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_owner_admin_and_finance_see_cost_and_margin() {
        for action in [Action::MarginsRead, Action::CostRatesRead, Action::CostRatesWrite] {
            assert_eq!(action.roles(), [Role::Owner, Role::Admin, Role::Finance]);
        }
    }

    #[test]
    fn the_owner_may_do_everything_and_a_viewer_only_read_and_keep_the_own_account() {
        assert!(Action::ALL.iter().all(|action| Role::Owner.may(*action)));
        for action in Action::ALL.iter().filter(|action| Role::Viewer.may(**action)) {
            let verb = action.as_str().split_once('.').map(|(_, verb)| verb);
            assert!(verb == Some("read") || *action == Action::AccountManage);
        }
    }

    #[test]
    fn an_action_is_known_by_its_name() {
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
        assert_eq!("clients.burn".parse::<Action>(), Err(UnknownAction));
    }

    #[test]
    fn nobody_hands_out_more_than_they_have() {
        assert!(Role::Owner.may_appoint(Role::Owner));
        assert!(!Role::Admin.may_appoint(Role::Owner));
        assert!(Role::Admin.may_appoint(Role::Admin));
        assert!(!Role::Finance.may_appoint(Role::Viewer));
    }

    #[test]
    fn a_key_does_what_it_is_for_and_its_role_allows() {
        let scopes = [Action::ClientsRead, Action::MarginsRead, Action::UsersWrite].into();
        let key = Grant::Key { role: Role::Viewer, scopes };
        let allowed: Vec<_> = Action::ALL.iter().filter(|action| key.may(**action)).collect();
        assert_eq!(allowed, [&Action::ClientsRead]);
    }
}
