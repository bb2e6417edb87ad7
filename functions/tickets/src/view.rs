//! What the API shows of tickets.

use clearmargin_app::tickets::Described;
use clearmargin_domain::{
    source::Source,
    ticket::{Escalation, Promise, Rating, Reached, Ticket, TicketSla, TicketStatus},
};
use clearmargin_web::{Ratio, schema};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

/// A ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketView {
    /// Its id.
    #[schema(example = "tic_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The number people use.
    #[schema(example = "101526-0042")]
    number: String,
    /// One line about it.
    #[schema(example = "The printer is on fire")]
    subject: String,
    /// The client's record that it came with; null for internal tickets.
    client_id: Option<String>,
    /// The client's site.
    site_id: Option<String>,
    /// Who works on it; null for nobody.
    technician_id: Option<String>,
    /// Where it stands.
    #[schema(schema_with = schema::ticket_status)]
    status: TicketStatus,
    /// The source's own word for where it stands.
    #[schema(example = "Work in Progress")]
    source_status: Option<String>,
    /// The organisation's own word for its priority.
    #[schema(example = "High")]
    priority: Option<String>,
    /// The organisation's own word for its category.
    #[schema(example = "Hardware")]
    category: Option<String>,
    /// What it is filed under.
    tags: Vec<String>,
    /// When it was opened.
    #[schema(example = "2026-10-15T09:30:00Z")]
    created_at: String,
    /// When it was last changed.
    #[schema(example = "2026-10-15T10:00:00Z")]
    updated_at: String,
    /// The first answer of a person; null while there is none.
    first_response: Option<ReachedView>,
    /// The resolution; null while it is open.
    resolution: Option<ReachedView>,
    /// How often it was opened again.
    reopened: usize,
    /// What was promised, and how that stood when somebody last looked; null where nothing was.
    sla: Option<SlaView>,
    /// That it needs more than usual; null unless somebody said so.
    escalation: Option<EscalationView>,
    /// What the client said of the work; null while nothing.
    rating: Option<RatingView>,
    /// The system that it came from; null for a ticket made here.
    #[schema(value_type = Option<String>, example = "superops")]
    source: Option<Source>,
}

/// A ticket with all that was written about it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TicketDetail {
    /// The ticket.
    #[serde(flatten)]
    ticket: TicketView,
    /// All about it; null where nobody wrote more. Lists go without.
    description: Option<String>,
}

impl TicketDetail {
    pub(crate) fn new(described: Described) -> Self {
        let Described { ticket, description } = described;
        Self { ticket: TicketView::new(&ticket), description: description.map(String::from) }
    }
}

/// A goal that a ticket has reached.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReachedView {
    /// When.
    #[schema(example = "2026-10-15T09:40:00Z")]
    at: String,
    /// Business time since the ticket was opened.
    business_minutes: Ratio,
    /// Whether it was in time; null where nothing was promised.
    in_time: Option<bool>,
}

impl TicketView {
    pub(crate) fn new(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id.to_string(),
            number: ticket.number.clone(),
            subject: ticket.subject.clone(),
            client_id: ticket.client.map(|id| id.to_string()),
            site_id: ticket.site.map(|id| id.to_string()),
            technician_id: ticket.technician.map(|id| id.to_string()),
            status: ticket.status,
            source_status: ticket.source_status.clone(),
            priority: ticket.priority.clone(),
            category: ticket.category.clone(),
            tags: ticket.tags.iter().map(str::to_owned).collect(),
            created_at: ticket.created_at.to_string(),
            updated_at: ticket.updated_at.to_string(),
            first_response: ticket.first_response.map(ReachedView::new),
            resolution: ticket.resolution.map(ReachedView::new),
            reopened: ticket.reopened_on.len(),
            sla: ticket.sla.as_ref().map(SlaView::new),
            escalation: ticket.escalation.as_ref().map(EscalationView::new),
            rating: ticket.rating.as_ref().map(RatingView::new),
            source: ticket.origin.as_ref().map(|origin| origin.source),
        }
    }
}

impl ReachedView {
    fn new(reached: Reached) -> Self {
        let minutes = Decimal::from(reached.seconds) / Decimal::from(60);
        let minutes = minutes.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven);
        let (at, in_time) = (reached.at.to_string(), reached.in_time);
        Self { at, business_minutes: Ratio(minutes), in_time }
    }
}

/// What was promised of a ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketSlaView)]
struct SlaView {
    /// By which policy.
    #[schema(example = "slp_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    policy_id: String,
    /// The worse of the two states.
    #[schema(schema_with = schema::sla_state)]
    state: &'static str,
    /// The first answer.
    response: PromiseView,
    /// The resolution.
    resolution: PromiseView,
}

/// How one promise stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PromiseView {
    /// How it stands.
    #[schema(schema_with = schema::sla_state)]
    state: &'static str,
    /// Whether its clock stands still, since the ticket waits for the customer.
    paused: bool,
    /// When it is due, or was; null while a pause leaves that open.
    #[schema(example = "2026-10-15T10:00:00Z")]
    due: Option<String>,
}

impl PromiseView {
    fn new(promise: &Promise) -> Self {
        let due = promise.due.map(|at| at.to_string());
        Self { state: promise.state.as_str(), paused: promise.paused, due }
    }
}

impl SlaView {
    fn new(sla: &TicketSla) -> Self {
        Self {
            policy_id: sla.policy.to_string(),
            state: sla.state().as_str(),
            response: PromiseView::new(&sla.response),
            resolution: PromiseView::new(&sla.resolution),
        }
    }
}

/// That a ticket needs more than usual.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EscalationView {
    /// How often it was escalated.
    level: u8,
    /// Why, the last time.
    #[schema(example = "The owner called twice.")]
    reason: String,
    /// When, the last time.
    #[schema(schema_with = schema::moment)]
    at: String,
    /// By whom, the last time: the id of a person or an API key.
    by: String,
}

impl EscalationView {
    fn new(escalation: &Escalation) -> Self {
        Self {
            level: escalation.level,
            reason: escalation.reason.clone(),
            at: escalation.at.to_string(),
            by: escalation.by.to_string(),
        }
    }
}

/// What a client said of the work.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RatingView {
    /// From 1, the worst, to 5.
    score: u8,
    /// The day, on the organisation's clocks.
    #[schema(example = "2026-10-16")]
    on: String,
    /// In the client's words.
    comment: Option<String>,
}

impl RatingView {
    fn new(rating: &Rating) -> Self {
        Self { score: rating.score, on: rating.on.to_string(), comment: rating.comment.clone() }
    }
}
