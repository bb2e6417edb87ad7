//! The layout of what the service desk works with.

use clearmargin_domain::{
    id::{
        BulkId, CommentId, OrgId, RoutingRuleId, SHARDS, SlaPolicyId, TechnicianId, TicketEventId,
        TicketId, TicketTemplateId,
    },
    sequence::{Numbered, Sequence},
    sla::SlaPolicy,
    ticket::{
        BulkPart, BulkRun, Comment, RatingOffer, RoutingRule, RoutingTurn, TechnicianSkills,
        TicketDescription, TicketEvent, TicketTemplate,
    },
};

use super::{large, small};
use crate::{
    entity::{Entity, Listed, Walked},
    key::{self, Key},
};

small! {
    BulkRun: BulkId = "BULK", shape 1;
    RoutingRule: RoutingRuleId = "ROUTING", shape 1;
    SlaPolicy: SlaPolicyId = "SLA", shape 1;
    TicketTemplate: TicketTemplateId = "TEMPLATE", shape 1;
}

/// What belongs to tickets: spread like them, sorted by ticket and time.
macro_rules! of_ticket {
    ($($record:ident: $id:ident = $kind:literal;)*) => {$(
        impl Entity for $record {
            const KIND: &'static str = $kind;
            type Id = (TicketId, $id);

            fn id(&self) -> Self::Id {
                (self.ticket, self.id)
            }

            fn key(org: OrgId, (ticket, id): Self::Id) -> Key {
                let pk = key::of_ticket(org, Self::KIND, ticket);
                Key { pk, sk: format!("{ticket}#{id}") }
            }
        }
    )*};
}

of_ticket! {
    Comment: CommentId = "COMMENT";
    TicketEvent: TicketEventId = "HAPPENED";
}

/// What there is one of for a ticket: spread like them.
macro_rules! one_of_ticket {
    ($($record:ident = $kind:literal;)*) => {$(
        impl Entity for $record {
            const KIND: &'static str = $kind;
            type Id = TicketId;

            fn id(&self) -> TicketId {
                self.ticket
            }

            fn key(org: OrgId, ticket: TicketId) -> Key {
                Key { pk: key::of_ticket(org, Self::KIND, ticket), sk: ticket.to_string() }
            }
        }
    )*};
}

one_of_ticket! {
    RatingOffer = "OFFER";
    TicketDescription = "DESCRIPTION";
}

large!(Comment, RatingOffer, TicketDescription, TicketEvent);

impl Entity for BulkPart {
    const KIND: &'static str = "BULKPART";
    type Id = (BulkId, usize);

    fn id(&self) -> Self::Id {
        (self.run, self.number)
    }

    fn key(org: OrgId, (run, number): Self::Id) -> Key {
        key::member(org, Self::KIND, &format!("{run}#{number:04}"))
    }
}

impl Walked for BulkPart {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for RoutingTurn {
    const KIND: &'static str = "TURN";
    type Id = RoutingRuleId;

    fn id(&self) -> RoutingRuleId {
        self.rule
    }

    fn key(org: OrgId, rule: RoutingRuleId) -> Key {
        key::member(org, Self::KIND, &rule.to_string())
    }
}

impl Walked for RoutingTurn {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for TechnicianSkills {
    const KIND: &'static str = "SKILLS";
    type Id = TechnicianId;

    fn id(&self) -> TechnicianId {
        self.technician
    }

    fn key(org: OrgId, technician: TechnicianId) -> Key {
        key::member(org, Self::KIND, &technician.to_string())
    }
}

impl Listed for TechnicianSkills {}

impl Walked for TechnicianSkills {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for Sequence {
    const KIND: &'static str = "SEQUENCE";
    type Id = Numbered;

    fn id(&self) -> Numbered {
        self.of
    }

    fn key(org: OrgId, of: Numbered) -> Key {
        key::member(org, Self::KIND, of.as_str())
    }
}

impl Walked for Sequence {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}
