//! What our ids of QuickBooks' records are derived from.
//!
//! QuickBooks counts each entity by itself, so an invoice and a credit memo may both be number 12;
//! where several entities become one kind of record, the entity's name goes into the key.

use clearmargin_domain::id::{
    ClientId, ExpenseAccountId, ExpenseId, InvoiceId, PaymentId, ServiceId,
};

use super::{SOURCE, entity::Entity};
use crate::record::Context;

/// The key of an entity's object: what its id is derived from.
pub(super) fn of(entity: Entity, id: &str) -> String {
    match entity {
        Entity::Customer | Entity::Item | Entity::Invoice | Entity::Payment => id.to_owned(),
        Entity::CreditMemo => format!("creditmemo:{id}"),
        Entity::Bill => format!("bill:{id}"),
        Entity::Purchase => format!("purchase:{id}"),
    }
}

pub(super) fn client(context: &Context, id: &str) -> ClientId {
    ClientId::imported(context.org, SOURCE, &of(Entity::Customer, id))
}

pub(super) fn service(context: &Context, id: &str) -> ServiceId {
    ServiceId::imported(context.org, SOURCE, &of(Entity::Item, id))
}

pub(super) fn invoice(context: &Context, id: &str) -> InvoiceId {
    InvoiceId::imported(context.org, SOURCE, &of(Entity::Invoice, id))
}

pub(super) fn credit_memo(context: &Context, id: &str) -> InvoiceId {
    InvoiceId::imported(context.org, SOURCE, &of(Entity::CreditMemo, id))
}

pub(super) fn payment(context: &Context, id: &str) -> PaymentId {
    PaymentId::imported(context.org, SOURCE, &of(Entity::Payment, id))
}

pub(super) fn bill(context: &Context, id: &str) -> ExpenseId {
    ExpenseId::imported(context.org, SOURCE, &of(Entity::Bill, id))
}

pub(super) fn purchase(context: &Context, id: &str) -> ExpenseId {
    ExpenseId::imported(context.org, SOURCE, &of(Entity::Purchase, id))
}

pub(super) fn account(context: &Context, id: &str) -> ExpenseAccountId {
    ExpenseAccountId::imported(context.org, SOURCE, id)
}
