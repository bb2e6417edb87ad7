//! Schemas of texts with a form of their own, for `schema_with`: the document says what is
//! accepted as exactly as the code does, so that a client can know before asking.

use clearmargin_domain::{
    money::Currency, sla::SlaState, ticket::TicketStatus, usage_count::UsageKind,
};
use serde_json::{Value, json};
use utoipa::openapi::{
    KnownFormat, Object, ObjectBuilder, SchemaFormat, Type,
    schema::{ArrayBuilder, SchemaType},
};

use crate::Format;

/// A month of this or an earlier time, such as `2026-10`.
pub fn month() -> Object {
    text("^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$").examples([json!("2026-10")]).build()
}

/// A day that figures can begin at, such as `2026-01-01`.
pub fn day() -> Object {
    text("^(199[0-9]|20[0-9]{2}|2100)-[0-9]{2}-[0-9]{2}$")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .examples([json!("2026-01-01")])
        .build()
}

/// A day, or null.
pub fn day_or_null() -> Object {
    or_null(day())
}

/// A currency that amounts can be in.
pub fn currency() -> Object {
    one_of(Currency::codes())
}

/// Where a ticket stands.
pub fn ticket_status() -> Object {
    one_of(TicketStatus::ALL.map(TicketStatus::as_str))
}

/// One printable line of at most that many characters.
pub fn line(max: usize) -> Object {
    let visible = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";
    text(visible).min_length(Some(1)).max_length(Some(max)).build()
}

/// A printable text of at most that many characters.
pub fn prose(max: usize) -> Object {
    let visible = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
    text(visible).min_length(Some(1)).max_length(Some(max)).build()
}

/// How a promise stands.
pub fn sla_state() -> Object {
    one_of(SlaState::ALL.map(SlaState::as_str))
}

/// A moment.
pub fn moment() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples([json!("2026-10-15T09:30:00Z")])
        .build()
}

/// Work or product.
pub fn offering() -> Object {
    one_of(["service", "product"])
}

/// How an agreement is charged.
pub fn agreement_kind() -> Object {
    one_of(["service", "usage", "one_time", "time_and_material"])
}

/// Where an agreement stands.
pub fn agreement_status() -> Object {
    one_of(["draft", "active", "inactive"])
}

/// How often something is charged.
pub fn frequency() -> Object {
    one_of(["monthly", "quarterly", "annual", "one_time"])
}

/// What a price is for.
pub fn pricing_unit() -> Object {
    one_of(["user", "device", "hour", "month", "flat"])
}

/// Which way time is rounded.
pub fn rounding_direction() -> Object {
    one_of(["up", "nearest"])
}

/// What is counted.
pub fn usage_kind() -> Object {
    one_of(UsageKind::ALL.map(UsageKind::as_str))
}

/// A name of a person or an organisation: printable, and not blank.
pub fn name() -> Object {
    line(100)
}

/// An e-mail address.
pub fn email() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
        .max_length(Some(254))
        .build()
}

/// An id of the kind that has this prefix.
pub fn id(prefix: &str) -> Object {
    let example = format!("{prefix}_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C");
    text(&format!("^{prefix}_[0-7][0-9A-HJKMNP-TV-Z]{{25}}$")).examples([json!(example)]).build()
}

/// At most so many ids of the kind that has this prefix.
pub fn ids(prefix: &str, most: usize) -> ArrayBuilder {
    ArrayBuilder::new().items(id(prefix)).max_items(Some(most))
}

/// A domain name.
pub fn domain() -> Object {
    let label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    text(&format!(r"^{label}(\.{label})+$")).max_length(Some(253)).build()
}

/// The same, or null.
pub fn or_null(mut schema: Object) -> Object {
    schema.schema_type = SchemaType::from_iter([Type::String, Type::Null]);
    // A list of what is allowed has to have the null in it, too.
    schema.enum_values.iter_mut().for_each(|words| words.push(Value::Null));
    schema
}

/// One of these words.
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// A format of a report.
pub fn format() -> Object {
    one_of(Format::NAMES)
}

fn text(pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern))
}
