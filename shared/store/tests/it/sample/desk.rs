//! What the service desk works with.

use clearmargin_domain::{
    audit::Actor,
    id::{
        BulkId, ClientId, CommentId, RoutingRuleId, SiteId, SlaPolicyId, TechnicianId,
        TicketEventId, TicketId, TicketTemplateId, UserId,
    },
    identity::{OneTime, SecretHash},
    sequence::{Numbered, Sequence},
    sla::{
        AtRiskPercent, Pause, PriorityTarget, SlaHours, SlaPolicy, SlaState, SlaTarget, SlaTargets,
    },
    ticket::{
        BulkAction, BulkError, BulkFailure, BulkPart, BulkRun, Candidates, Comment, Escalation,
        FieldChange, Promise, Rating, RatingOffer, Reached, RoutingConditions, RoutingMethod,
        RoutingRule, RoutingTurn, TechnicianSkills, Ticket, TicketDescription, TicketEvent,
        TicketField, TicketSla, TicketStatus, TicketTemplate,
    },
};

use super::{DAY, origin};
use crate::bench::NOW;

pub(crate) fn ticket(number: u128) -> Ticket {
    let reached = |at: &str, seconds| {
        let at = at.parse().unwrap();
        Some(Reached { at, on: DAY, seconds, in_time: Some(true) })
    };
    Ticket {
        id: TicketId::new(NOW, number),
        number: number.to_string(),
        subject: "The printer is on fire".to_owned(),
        client: Some(ClientId::new(NOW, 1)),
        site: Some(SiteId::new(NOW, 1)),
        technician: Some(TechnicianId::new(NOW, 1)),
        status: TicketStatus::Resolved,
        source_status: Some("Solved".to_owned()),
        priority: Some("High".to_owned()),
        category: Some("Hardware".to_owned()),
        tags: vec!["vip".parse().unwrap()].try_into().unwrap(),
        created_at: "2026-10-15T09:30:00Z".parse().unwrap(),
        opened_on: DAY,
        updated_at: "2026-10-15T10:00:00Z".parse().unwrap(),
        first_response: reached("2026-10-15T09:40:00Z", 600),
        resolution: reached("2026-10-15T10:00:00Z", 1_800),
        pauses: vec![Pause { from: NOW, to: Some(NOW) }],
        sla: Some(ticket_sla()),
        escalation: Some(Escalation {
            level: 1,
            reason: "The owner called".to_owned(),
            at: NOW,
            by: Actor::System,
        }),
        reopened_on: vec![DAY],
        source_words: None,
        rating: Some(Rating { score: 5, on: DAY, comment: Some("Thanks!".to_owned()) }),
        origin: Some(origin("Ticket", number)),
    }
}

fn ticket_sla() -> TicketSla {
    let promise = Promise { state: SlaState::Met, paused: false, due: Some(NOW) };
    TicketSla {
        policy: SlaPolicyId::new(NOW, 1),
        response: promise,
        resolution: promise,
        next_change: Some(NOW),
    }
}

pub(crate) fn sla_policy(number: u128) -> SlaPolicy {
    let minutes = |minutes: u32| minutes.try_into().unwrap();
    let target = SlaTarget { response_minutes: minutes(30), resolution_minutes: minutes(480) };
    let critical = PriorityTarget { priority: "Critical".to_owned(), target };
    SlaPolicy {
        id: SlaPolicyId::new(NOW, number),
        name: "Gold".parse().unwrap(),
        client: Some(ClientId::new(NOW, 1)),
        targets: SlaTargets::new(vec![critical], Some(target)).unwrap(),
        hours: SlaHours::RoundTheClock,
        time_zone: Some("America/New_York".parse().unwrap()),
        holidays: Some(Vec::new()),
        at_risk: AtRiskPercent::default(),
        effective_from: DAY,
    }
}

pub(crate) fn comment(number: u128) -> Comment {
    Comment {
        id: CommentId::new(NOW, number),
        ticket: TicketId::new(NOW, 1),
        author: Actor::User(UserId::new(NOW, 1)),
        at: NOW,
        internal: true,
        text: "Call them back.".parse().unwrap(),
    }
}

pub(crate) fn ticket_event(number: u128) -> TicketEvent {
    TicketEvent {
        id: TicketEventId::new(NOW, number),
        ticket: TicketId::new(NOW, 1),
        by: Actor::System,
        at: NOW,
        changes: vec![FieldChange {
            field: TicketField::Priority,
            from: Some("Low".to_owned()),
            to: Some("High".to_owned()),
        }],
    }
}

pub(crate) fn ticket_template(number: u128) -> TicketTemplate {
    TicketTemplate {
        id: TicketTemplateId::new(NOW, number),
        name: "New employee".parse().unwrap(),
        subject: "Set up a work place".parse().unwrap(),
        description: Some("Laptop, mail, phone.".parse().unwrap()),
        priority: Some("Low".parse().unwrap()),
        category: Some("Onboarding".parse().unwrap()),
        tags: vec!["hr".parse().unwrap()].try_into().unwrap(),
        technician: Some(TechnicianId::new(NOW, 1)),
    }
}

pub(crate) fn routing_rule(number: u128) -> RoutingRule {
    RoutingRule {
        id: RoutingRuleId::new(NOW, number),
        name: "Printers".parse().unwrap(),
        position: 1,
        active: true,
        conditions: RoutingConditions {
            clients: vec![ClientId::new(NOW, 1)],
            priorities: vec!["High".parse().unwrap()],
            categories: vec!["Hardware".parse().unwrap()],
            subject: Some("printer".parse().unwrap()),
        },
        among: Candidates::Skill("printers".parse().unwrap()),
        by: RoutingMethod::LeastLoaded,
    }
}

pub(crate) fn routing_turn(number: u128) -> RoutingTurn {
    RoutingTurn { rule: RoutingRuleId::new(NOW, number), last: TechnicianId::new(NOW, 1) }
}

pub(crate) fn technician_skills(number: u128) -> TechnicianSkills {
    TechnicianSkills {
        technician: TechnicianId::new(NOW, number),
        skills: vec!["printers".parse().unwrap()].try_into().unwrap(),
    }
}

pub(crate) fn bulk_run(number: u128) -> BulkRun {
    BulkRun {
        id: BulkId::new(NOW, number),
        by: Actor::System,
        at: NOW,
        action: BulkAction::Status { status: TicketStatus::OnHold },
        total: 31,
        parts: 2,
        parts_done: 1,
        done: 29,
        failed: 1,
    }
}

pub(crate) fn bulk_part(number: usize) -> BulkPart {
    let ticket = TicketId::new(NOW, 1);
    BulkPart {
        run: BulkId::new(NOW, 1),
        number,
        tickets: vec![ticket],
        failures: vec![BulkFailure::new(ticket, BulkError::Missing)],
    }
}

pub(crate) fn rating_offer(number: u128) -> RatingOffer {
    let hash = SecretHash::of_text("secret");
    RatingOffer { ticket: TicketId::new(NOW, number), secret: OneTime { hash, until: NOW } }
}

pub(crate) fn ticket_description(number: u128) -> TicketDescription {
    let text = "It burns.".parse().unwrap();
    TicketDescription { ticket: TicketId::new(NOW, number), text }
}

pub(crate) fn sequence() -> Sequence {
    Sequence { of: Numbered::Tickets, last: 41 }
}
