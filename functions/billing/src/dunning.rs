//! `/api/invoices/dunning`, `GET /api/invoices/dunning/preview`, `GET /api/invoices/dunning/run`

mod body;
mod hold;
mod preview;
mod run;
mod view;

use clearmargin_app::dunning;
use clearmargin_web::{Caller, Data, IfMatch, Json, Result, Routes, Versioned, routes};

use self::{body::DunningPolicyBody, view::DunningPolicyView};

/// The operations of reminders.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(get_dunning_policy, set_dunning_policy))
        .routes(routes!(preview::preview_dunning))
        .routes(routes!(run::get_dunning_run))
        .routes(routes!(hold::get_invoice_dunning, hold::hold_invoice, hold::release_invoice))
}

/// How clients are reminded of what is open; not at all unless somebody wants it.
#[utoipa::path(
    get,
    path = "/api/invoices/dunning",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.read")), ("x-versioned" = json!(true))),
    responses((status = 200, description = "The policy.", body = Data<DunningPolicyView>)),
)]
pub(crate) async fn get_dunning_policy(
    Caller(ctx): Caller,
) -> Result<Versioned<DunningPolicyView>> {
    let policy = dunning::policy(&ctx).await?;
    let view = DunningPolicyView::new(&policy.value, dunning::currency(&ctx).await?);
    Ok(Versioned::new(policy.version, view))
}

/// Says how clients are reminded of what is open: by which steps, in which words, and who is left
/// alone. Every day at its hour, each invoice gets the latest step that it has reached, once; steps that
/// were skipped are not made up for. What is said here counts at once, also for mails that wait to
/// be handed over.
#[utoipa::path(
    put,
    path = "/api/invoices/dunning",
    tag = "Invoices",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    request_body(content = DunningPolicyBody, example = json!({
        "enabled": true, "hour": 9, "ownOnly": false, "maxDaysOverdue": 90, "minimumOpen": 5,
        "steps": [
            {"daysAfterDue": -3, "subject": "Invoice {{number}} is due on {{dueOn}}",
             "body": "Dear {{client}},\n\ninvoice {{number}} of {{open}} is due on {{dueOn}}.\n\n{{organization}}"},
            {"daysAfterDue": 7, "subject": "Invoice {{number}} is overdue",
             "body": "Dear {{client}},\n\n{{open}} of invoice {{number}} have been due for {{daysOverdue}} days.\n\n{{organization}}"}
        ],
        "leftOut": []
    })),
    responses((status = 200, description = "The policy.", body = Data<DunningPolicyView>)),
)]
pub(crate) async fn set_dunning_policy(
    Caller(ctx): Caller,
    IfMatch(seen): IfMatch,
    Json(body): Json<DunningPolicyBody>,
) -> Result<Versioned<DunningPolicyView>> {
    let currency = dunning::currency(&ctx).await?;
    let policy = dunning::set_policy(&ctx, body.policy(currency)?, &seen).await?;
    Ok(Versioned::new(policy.version, DunningPolicyView::new(&policy.value, currency)))
}
