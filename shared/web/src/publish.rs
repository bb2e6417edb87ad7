//! The document as it is published: what readers and tools expect beside the operations. The
//! functions themselves do without, as they start.

use std::collections::BTreeSet;

use utoipa::openapi::{
    Components, OpenApi, RefOr, Schema, Server, Tag, schema::AdditionalProperties, tag::TagBuilder,
};

use crate::openapi::operations_mut;

/// What the operations are about. One of another tag fails the linter: it is to be described here.
const TAGS: [(&str, &str); 28] = [
    ("Agreements", "What was agreed with clients, and what it comes to."),
    ("Analytics", "Clients compared with each other."),
    ("API keys", "Keys for programs, with what each may do."),
    ("Audit", "Who changed what, and the proof that nobody changed the record."),
    ("Books", "Up to which month the figures are final."),
    ("Budgets", "What is planned to be spent, what was, and what that will come to."),
    ("Clients", "Clients, what each earns, and the rows behind every figure."),
    ("Client records", "People at clients, their sites, and what was written down about them."),
    ("Cost rates", "What an hour of work costs, and who works."),
    ("Expenses", "What was bought, and for whom."),
    ("Identity", "Registration, sign-in and one's own account."),
    (
        "Integrations",
        "Source systems: connections, synchronisation, and which records are one client.",
    ),
    ("Invitations", "Invitations into the organisation."),
    ("Invoices", "Invoices and credit memos: drafted, issued, settled and taken back."),
    ("Metrics", "How the API is used and how it answers."),
    ("Organizations", "The organisation and its settings."),
    ("Payments", "What came in for invoices, and what will not."),
    ("Revenue", "What comes in by month, what recurs of it, and how long clients take to pay."),
    ("Services", "The catalogue: what is sold, and for how much."),
    ("System", "Health, public keys and documentation."),
    ("Routing", "Who gets which tickets."),
    ("Service levels", "What is promised of tickets, and how that stands."),
    ("Taxes", "Which taxes lines of invoices bear."),
    ("Tickets", "What clients asked for."),
    ("Ticket templates", "Tickets to begin with."),
    ("Ticket analytics", "What the service desk did, over time and compared."),
    ("Usage counts", "How many endpoints, users and licences clients have."),
    ("Users", "The people of the organisation."),
];

/// Completes a document of operations.
pub fn publish(mut document: OpenApi) -> OpenApi {
    let mut server = Server::new("/");
    server.description = Some("Where this document comes from.".to_owned());
    document.servers = Some(vec![server]);
    let mut used = BTreeSet::new();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations_mut(item) {
            used.extend(operation.tags.iter().flatten().cloned());
            // A sentence that says it all is both.
            if operation.description.is_none() {
                operation.description.clone_from(&operation.summary);
            }
        }
    }
    document.components.iter_mut().for_each(close_kinds);
    let described = TAGS.iter().filter(|(name, _)| used.contains(*name));
    document.tags = Some(described.map(|(name, words)| tag(name, words)).collect());
    while let Ok(text) = document.to_json()
        && forget_unused(&mut document, &text)
    {}
    document
}

fn tag(name: &str, words: &str) -> Tag {
    TagBuilder::new().name(name).description(Some(words)).build()
}

/// Says of each thing that is one of several kinds that no kind takes members that it does not name.
fn close_kinds(components: &mut Components) {
    for schema in components.schemas.values_mut() {
        let RefOr::T(Schema::OneOf(kinds)) = schema else { continue };
        for kind in &mut kinds.items {
            if let RefOr::T(Schema::Object(kind)) = kind {
                kind.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
    }
}

/// Takes out schemas that nothing refers to; whether there were any. Others may be unused then.
fn forget_unused(document: &mut OpenApi, text: &str) -> bool {
    let Some(components) = &mut document.components else { return false };
    let before = components.schemas.len();
    let referred = |name: &str| text.contains(&format!("\"#/components/schemas/{name}\""));
    components.schemas.retain(|name, _| referred(name));
    components.schemas.len() < before
}
