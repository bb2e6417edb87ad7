//! One client as the API shows it.

use clearmargin_app::clients::{Detail, Figures};
use clearmargin_web::{Amount, Versioned};
use serde::Serialize;

use crate::{
    view::{ClientView, RecordView},
    words,
};

/// A client with the records that it is made of, and with what its figures rest on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientDetail {
    /// The client.
    #[serde(flatten)]
    client: ClientView,
    /// Its records in the source systems, the leading one first.
    records: Vec<RecordView>,
    /// How its health comes about; null for who may not see margins.
    health_parts: Option<HealthView>,
    /// How the desk kept what was promised.
    service_level: ServiceLevelView,
    /// How many contacts it has.
    #[schema(minimum = 0)]
    contacts: usize,
    /// When it was archived.
    #[schema(format = DateTime)]
    archived_at: Option<String>,
}

/// How a client's health comes about: the worst part that is known counts, and it is good only if
/// all are.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct HealthView {
    /// By its margin: a loss is a risk, one below 0.2 is to be watched.
    #[schema(schema_with = words::standing)]
    margin: &'static str,
    /// By what is overdue: as much as an average month's revenue is to be watched, as much as two
    /// months' is a risk; unknown when nothing was invoiced in twelve months.
    #[schema(schema_with = words::standing)]
    payment: &'static str,
    /// Open on invoices that were due in the twelve whole months before this one.
    overdue: Amount,
}

/// How the desk kept what was promised in the three whole months before this one. It is told beside
/// the health and does not count in it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ServiceLevelView {
    /// Resolutions for which there was a target.
    #[schema(minimum = 0)]
    resolutions: i64,
    /// Those of them that came late.
    #[schema(minimum = 0)]
    late: i64,
}

impl HealthView {
    fn new(figures: &Figures) -> Self {
        Self {
            margin: figures.health.margin.as_str(),
            payment: figures.health.payment.as_str(),
            overdue: Amount(figures.overdue),
        }
    }
}

impl ClientDetail {
    /// The answer that shows a client, in its version.
    pub(crate) fn answer(detail: &Detail) -> Versioned<Self> {
        Versioned::new(detail.row.group.revision(), Self::new(detail))
    }

    pub(crate) fn new(detail: &Detail) -> Self {
        let group = &detail.row.group;
        let level = detail.service_level;
        Self {
            client: ClientView::new(&detail.row),
            records: group.members().iter().map(RecordView::new).collect(),
            health_parts: detail.row.figures.as_ref().map(HealthView::new),
            service_level: ServiceLevelView { resolutions: level.resolutions, late: level.late },
            contacts: detail.contacts,
            archived_at: group.profile().and_then(|it| it.archived_at).map(|at| at.to_string()),
        }
    }
}
