//! `/api/ai/insights/competitive/quotes`

use clearmargin_app::market::{self, NewQuote};
use clearmargin_domain::{
    agreement::PricingUnit,
    id::{CompetitorQuoteId, ServiceId},
    market::{CompetitorQuote, QuoteOutcome},
    money::Currency,
    text::Prose,
};
use clearmargin_web::{
    Amount, AmountIn, Caller, Created, Data, Done, Json, NumberIn, Page, PageQuery, Path, Query,
    Ratio, Result, schema,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

/// What a competitor quoted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompetitorQuoteView {
    /// Its id.
    #[schema(example = "cqt_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// To whom: a client or a prospect; null where nobody said.
    customer: Option<String>,
    /// Who quoted.
    competitor: String,
    /// Which entry of the own catalogue it stands against; null: none.
    service_id: Option<String>,
    /// What the price is for.
    #[schema(schema_with = schema::pricing_unit)]
    unit: PricingUnit,
    /// What a unit costs in a month.
    unit_price: Amount,
    /// The currency of the price.
    #[schema(example = "USD")]
    currency: String,
    /// How many units; null where nobody said.
    quantity: Option<Ratio>,
    /// The day of the quote.
    #[schema(format = Date, example = "2026-10-20")]
    quoted_on: String,
    /// What became of the own offer.
    #[schema(schema_with = outcome)]
    outcome: &'static str,
}

impl CompetitorQuoteView {
    fn new(quote: &CompetitorQuote) -> Self {
        Self {
            id: quote.id.to_string(),
            customer: quote.customer.clone().map(String::from),
            competitor: quote.competitor.as_str().to_owned(),
            service_id: quote.service.map(|id| id.to_string()),
            unit: quote.unit,
            unit_price: Amount(quote.unit_price),
            currency: quote.unit_price.currency.to_string(),
            quantity: quote.quantity.map(|quantity| Ratio(quantity.into())),
            quoted_on: quote.quoted_on.to_string(),
            outcome: quote.outcome.as_str(),
        }
    }
}

/// A quote to record.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CompetitorQuoteBody {
    /// To whom: a client or a prospect.
    #[schema(schema_with = customer, required = false)]
    customer: Option<Prose<200>>,
    /// Who quoted.
    #[schema(schema_with = competitor)]
    competitor: Prose<100>,
    /// Which entry of the own catalogue it stands against.
    #[schema(value_type = Option<String>, pattern = "^svc_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    service_id: Option<ServiceId>,
    /// What the price is for.
    #[schema(schema_with = schema::pricing_unit)]
    unit: PricingUnit,
    /// What a unit costs in a month: more than 0 and at most 1,000,000.
    unit_price: AmountIn,
    /// The currency: that of the organisation's books.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// How many units: 0 to 1,000,000, at most two decimals.
    quantity: Option<NumberIn>,
    /// The day of the quote, not ahead.
    #[schema(schema_with = schema::day)]
    quoted_on: Date,
    /// What became of the own offer; `pending` unless given.
    #[serde(default)]
    #[schema(schema_with = outcome, required = false)]
    outcome: QuoteOutcome,
}

fn customer() -> Object {
    schema::or_null(schema::prose(200))
}

fn competitor() -> Object {
    schema::prose(100)
}

fn outcome() -> Object {
    schema::one_of(QuoteOutcome::NAMES)
}

impl CompetitorQuoteBody {
    fn quote(self) -> Result<NewQuote> {
        Ok(NewQuote {
            customer: self.customer,
            competitor: self.competitor,
            service: self.service_id,
            unit: self.unit,
            unit_price: self.unit_price.money(self.currency, "unitPrice")?,
            quantity: self.quantity.map(|quantity| quantity.to("quantity")).transpose()?,
            quoted_on: self.quoted_on,
            outcome: self.outcome,
        })
    }
}

/// Records what a competitor quoted. It is removed and recorded anew when something becomes of it.
#[utoipa::path(
    post,
    path = "/api/ai/insights/competitive/quotes",
    tag = "Analytics",
    extensions(("x-action" = json!("quotes.write"))),
    request_body(content = CompetitorQuoteBody, example = json!({
        "customer": "Acme Dental", "competitor": "Rival IT", "unit": "user", "unitPrice": 145,
        "currency": "USD", "quantity": 40, "quotedOn": "2026-10-20", "outcome": "lost"
    })),
    responses((status = 201, description = "The quote.", body = Data<CompetitorQuoteView>)),
)]
pub(crate) async fn record_competitor_quote(
    Caller(ctx): Caller,
    Json(body): Json<CompetitorQuoteBody>,
) -> Result<Created<CompetitorQuoteView>> {
    let quote = market::record_quote(&ctx, body.quote()?).await?;
    Ok(Created(CompetitorQuoteView::new(&quote)))
}

/// What competitors quoted, the last recorded first.
#[utoipa::path(
    get,
    path = "/api/ai/insights/competitive/quotes",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of quotes.", body = Page<CompetitorQuoteView>)),
)]
pub(crate) async fn list_competitor_quotes(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<CompetitorQuoteView>> {
    let page = market::quotes(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::of(page, query.limit, |quote| CompetitorQuoteView::new(&quote)))
}

/// Removes what a competitor quoted.
#[utoipa::path(
    delete,
    path = "/api/ai/insights/competitive/quotes/{id}",
    tag = "Analytics",
    extensions(("x-action" = json!("quotes.write"))),
    params(("id" = String, Path, description = "The quote's id.")),
    responses((status = 204, description = "The quote is gone.")),
)]
pub(crate) async fn remove_competitor_quote(
    Caller(ctx): Caller,
    Path(id): Path<CompetitorQuoteId>,
) -> Result<Done> {
    market::remove_quote(&ctx, id).await?;
    Ok(Done)
}
