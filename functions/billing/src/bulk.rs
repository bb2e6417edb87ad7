//! `POST /api/invoices/bulk`

use clearmargin_app::{
    Error,
    invoices::{self, BulkOutcome, BulkRefusal, BulkStep, MOST_ITEMS},
};
use clearmargin_domain::{id::InvoiceId, payment::PaymentMethod, text::Line};
use clearmargin_web::{Caller, Data, Json, Result, schema};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{
    Object, Type,
    schema::{Array, SchemaType},
};

use crate::{
    body::DraftBody,
    payments::{method, reference},
};

/// One thing that is to be done to many invoices: to `invoiceIds`, or `invoices` that are to be
/// drafted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeInvoices {
    /// The invoices; for every action but `create`.
    #[schema(schema_with = invoice_ids, required = false)]
    invoice_ids: Option<Vec<InvoiceId>>,
    /// The drafts to make; for `create`.
    #[schema(min_items = 1, max_items = 100)]
    invoices: Option<Vec<DraftBody>>,
    /// What is to be done.
    action: InvoiceActionBody,
}

fn invoice_ids() -> Array {
    let ids = schema::ids(InvoiceId::PREFIX, MOST_ITEMS).min_items(Some(1));
    ids.schema_type(SchemaType::from_iter([Type::Array, Type::Null])).build()
}

/// What is to be done to each invoice.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum InvoiceActionBody {
    /// It is to be drafted.
    Create {},
    /// It is to be issued.
    Issue {},
    /// It is to be taken back.
    Void {
        /// Since which day; today unless given.
        #[schema(schema_with = schema::day_or_null, required = false)]
        day: Option<Date>,
    },
    /// What is open of it is given up.
    WriteOff {
        /// Why.
        #[schema(schema_with = reason)]
        reason: Line<200>,
        /// The day on which it counts; today unless given.
        #[schema(schema_with = schema::day_or_null, required = false)]
        day: Option<Date>,
    },
    /// What is open of it came in.
    MarkPaid {
        /// The day on which it came in; today unless given.
        #[schema(schema_with = schema::day_or_null, required = false)]
        day: Option<Date>,
        /// How it was paid.
        #[schema(schema_with = method, required = false)]
        method: Option<PaymentMethod>,
        /// The number that the bank or the client gives it.
        #[schema(schema_with = reference, required = false)]
        reference: Option<Line<200>>,
    },
}

fn reason() -> Object {
    schema::line(200)
}

impl InvoiceActionBody {
    /// What is to be done to an invoice that is there; nothing where one is to be made.
    fn to(&self, id: InvoiceId) -> Option<BulkStep> {
        Some(match self.clone() {
            Self::Create {} => return None,
            Self::Issue {} => BulkStep::Issue(id),
            Self::Void { day } => BulkStep::Void(id, day),
            Self::WriteOff { reason, day } => BulkStep::WriteOff { id, day, reason: reason.into() },
            Self::MarkPaid { day, method, reference } => {
                BulkStep::MarkPaid { id, day, method, reference: reference.map(String::from) }
            }
        })
    }
}

impl ChangeInvoices {
    fn steps(self) -> std::result::Result<Vec<BulkStep>, Error> {
        let create = matches!(self.action, InvoiceActionBody::Create {});
        let (steps, path) = match (create, self.invoices, self.invoice_ids) {
            (true, Some(drafts), None) => (created(drafts)?, "invoices"),
            (false, None, Some(ids)) => {
                (ids.into_iter().filter_map(|id| self.action.to(id)).collect(), "invoiceIds")
            }
            (true, ..) => {
                return Err(Error::invalid("invoices", "expected drafts to make, and no ids"));
            }
            (false, ..) => {
                return Err(Error::invalid("invoiceIds", "expected ids, and no drafts"));
            }
        };
        if !(1..=MOST_ITEMS).contains(&steps.len()) {
            return Err(Error::invalid(path, format!("expected 1 to {MOST_ITEMS}")));
        }
        Ok(steps)
    }
}

/// The drafts to make. One that cannot be read is refused with its place, and nothing is done.
fn created(drafts: Vec<DraftBody>) -> std::result::Result<Vec<BulkStep>, Error> {
    let step = |(place, draft): (usize, DraftBody)| match draft.change() {
        Ok(change) => Ok(BulkStep::Create(Box::new(change))),
        Err(Error::Invalid(mut fields)) => {
            for field in &mut fields {
                field.path = format!("invoices[{place}].{}", field.path);
            }
            Err(Error::Invalid(fields))
        }
        Err(error) => Err(error),
    };
    drafts.into_iter().enumerate().map(step).collect()
}

/// What became of many invoices.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangedInvoicesView {
    /// How many were done.
    #[schema(example = 99)]
    succeeded: usize,
    /// How many were left as they were.
    #[schema(example = 1)]
    failed: usize,
    /// What became of each, in the order in which they were named.
    items: Vec<ChangedInvoiceView>,
}

/// What became of an invoice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChangedInvoiceView {
    /// `done` or `failed`.
    #[schema(example = "done")]
    status: &'static str,
    /// The invoice; null for a draft that was not made.
    #[schema(example = "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    invoice_id: Option<String>,
    /// A stable word for the reason, as the operation on one invoice answers: `not_found`, `invalid`,
    /// `issued`, `nothing_open` and so on. `changed_meanwhile`, `in_progress` and `unavailable` pass:
    /// repeat the request. Null where it was done.
    #[schema(example = "nothing_open")]
    code: Option<String>,
    /// The value that is refused, if it is one.
    #[schema(example = "lines[0].unitPrice")]
    path: Option<String>,
    /// The reason, for people.
    message: Option<String>,
}

impl ChangedInvoiceView {
    fn new(outcome: BulkOutcome) -> Self {
        let invoice_id = outcome.invoice.map(|id| id.to_string());
        match outcome.refused {
            None => Self { status: "done", invoice_id, code: None, path: None, message: None },
            Some(BulkRefusal { code, path, message }) => {
                let (code, message) = (Some(code), Some(message));
                Self { status: "failed", invoice_id, code, path, message }
            }
        }
    }
}

/// Does one thing to many invoices, at most 100: each is done exactly once or left with a reason,
/// whatever becomes of the others. With an `Idempotency-Key` the whole is safe to repeat, also when
/// no answer came: what was done before is not done again, and the rest is.
#[utoipa::path(
    post,
    path = "/api/invoices/bulk",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write"))),
    request_body(content = ChangeInvoices, example = json!({
        "invoiceIds": ["inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"], "action": {"kind": "issue"}
    })),
    responses((
        status = 200, description = "What became of each.", body = Data<ChangedInvoicesView>
    )),
)]
pub(crate) async fn change_invoices(
    Caller(ctx): Caller,
    Json(body): Json<ChangeInvoices>,
) -> Result<Data<ChangedInvoicesView>> {
    let outcomes = invoices::bulk(&ctx, body.steps()?).await?;
    let failed = outcomes.iter().filter(|outcome| outcome.refused.is_some()).count();
    Ok(Data::new(ChangedInvoicesView {
        succeeded: outcomes.len() - failed,
        failed,
        items: outcomes.into_iter().map(ChangedInvoiceView::new).collect(),
    }))
}
