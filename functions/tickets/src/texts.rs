//! The forms of what people write about tickets.

use clearmargin_app::routing::WORDS;
use clearmargin_domain::tags::MAX_TAGS;
use clearmargin_web::schema::{line, or_null, prose};
use utoipa::openapi::{
    Object,
    schema::{Array, ArrayBuilder},
};

pub(crate) fn subject() -> Object {
    line(200)
}

pub(crate) fn subject_or_null() -> Object {
    or_null(subject())
}

pub(crate) fn description() -> Object {
    or_null(prose(20_000))
}

pub(crate) fn comment() -> Object {
    prose(20_000)
}

pub(crate) fn note() -> Object {
    or_null(prose(5_000))
}

pub(crate) fn rating() -> Object {
    or_null(prose(2_000))
}

pub(crate) fn word() -> Object {
    or_null(line(100))
}

pub(crate) fn tag() -> Object {
    line(40)
}

pub(crate) fn tags() -> Array {
    ArrayBuilder::new().items(tag()).max_items(Some(MAX_TAGS)).build()
}

pub(crate) fn words() -> Array {
    ArrayBuilder::new().items(line(100)).max_items(Some(WORDS)).build()
}
