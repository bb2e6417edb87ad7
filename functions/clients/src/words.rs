//! The words of `domain` for clients, in the document.

use clearmargin_domain::{
    client::{ClientStatus, ContractType, MarginBand, Standing},
    id::UserId,
};
use clearmargin_web::schema;
use utoipa::openapi::Object;

/// Where a client stands.
pub(crate) fn status() -> Object {
    schema::one_of(ClientStatus::ALL.map(ClientStatus::as_str))
}

/// How a client is charged.
pub(crate) fn contract_type() -> Object {
    schema::one_of(ContractType::ALL.map(ContractType::as_str))
}

/// The same, or null.
pub(crate) fn contract_type_or_null() -> Object {
    schema::or_null(contract_type())
}

/// How much of the revenue is left.
pub(crate) fn margin_band() -> Object {
    schema::one_of(MarginBand::ALL.map(MarginBand::as_str))
}

/// How something stands.
pub(crate) fn standing() -> Object {
    schema::one_of(Standing::ALL.map(Standing::as_str))
}

/// A person's id.
pub(crate) fn user_id() -> Object {
    schema::id(UserId::PREFIX)
}

/// A person's id, or null.
pub(crate) fn user_id_or_null() -> Object {
    schema::or_null(user_id())
}
