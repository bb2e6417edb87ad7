//! Audit rows as people read them: newest first, filtered, page by page.

use clearmargin_domain::{
    audit::{Actor, AuditEntry},
    id::{AuditId, OrgId},
};
use jiff::{SignedDuration, Timestamp};

use super::AuditRow;
use crate::{
    backwards::Backwards,
    key,
    tenant::{ListError, Tenant},
};

/// Which rows.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// The id of who acted.
    pub actor: Option<String>,
    /// The action, or the beginning of its name.
    pub action: Option<String>,
    /// The subject.
    pub subject: Option<String>,
}

impl AuditFilter {
    fn takes_all(&self) -> bool {
        self.actor.is_none() && self.action.is_none() && self.subject.is_none()
    }

    fn takes(&self, entry: &AuditEntry) -> bool {
        let actor = match entry.actor {
            Actor::User(id) => id.to_string(),
            Actor::Key(id) => id.to_string(),
            Actor::System => "system".to_owned(),
        };
        self.actor.as_ref().is_none_or(|wanted| *wanted == actor)
            && self.action.as_ref().is_none_or(|wanted| names(wanted, &entry.action))
            && self.subject.as_ref().is_none_or(|wanted| *wanted == entry.subject)
    }
}

/// Whether the wanted action is this one, or begins its name up to a dot.
fn names(wanted: &str, action: &str) -> bool {
    wanted == action || wanted.ends_with('.') && action.starts_with(wanted)
}

/// Which rows, and how many.
#[derive(Debug, Clone)]
pub struct AuditList {
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment, if at all.
    pub before: Option<Timestamp>,
    /// There is nothing after this moment.
    pub now: Timestamp,
    /// Which of them.
    pub filter: AuditFilter,
    /// How many rows at most.
    pub limit: usize,
    /// How many rows to look at at most.
    pub look_at: usize,
}

impl AuditList {
    fn end(&self) -> Timestamp {
        self.before.map_or(self.now, |before| before.min(self.now))
    }

    fn backwards(&self, org: OrgId) -> Backwards {
        let Self { from, before, filter, .. } = self;
        let mut months = Vec::new();
        if self.end() > *from {
            months = key::audit_months(org, *from, self.end());
            months.reverse();
        }
        // Ids begin with the time.
        let last = self.end().checked_sub(SignedDuration::from_millis(1)).unwrap_or(self.now);
        let between =
            (AuditId::new(*from, 0).to_string(), AuditId::new(last, u128::MAX).to_string());
        Backwards {
            scope: format!("audit|{from}|{before:?}|{filter:?}"),
            forwards: false,
            months,
            between,
            index: None,
            filtered: !filter.takes_all(),
            limit: self.limit,
            look_at: self.look_at,
        }
    }
}

impl Tenant<'_> {
    /// Rows, newest first, and where the next page begins. A page may hold fewer rows than wanted,
    /// although there are more: it looks at a limited number.
    pub async fn audit_rows(
        &self,
        list: &AuditList,
        cursor: Option<&str>,
    ) -> Result<(Vec<AuditRow>, Option<String>), ListError> {
        let read = |item| {
            let row = AuditRow::read(item)?;
            Ok(list.filter.takes(&row.entry).then_some(row))
        };
        self.page_back(&list.backwards(self.org), cursor, read).await
    }
}
