//! `/api/tax-codes`

use clearmargin_app::{
    Error,
    tax_codes::{self, TaxCodeChange},
};
use clearmargin_domain::{
    billing::{TaxCode, TaxRate},
    id::TaxCodeId,
    text::Line,
};
use clearmargin_web::{
    Caller, Created, Data, IfMatch, Json, NumberIn, Page, PageQuery, Path, Query, Ratio, Result,
    Versioned, schema,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

/// Which taxes a line bears.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaxCodeView {
    /// Its id.
    #[schema(example = "tax_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What people call it.
    #[schema(example = "New York City")]
    name: String,
    /// Its taxes, in the order in which they are charged.
    rates: Vec<TaxRateView>,
    /// All of them together, as a share of the price before tax.
    combined: Ratio,
    /// Whether it can be chosen for new lines.
    active: bool,
}

/// One of the taxes of a code.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaxRateView {
    /// What it is called on the invoice.
    #[schema(example = "State sales tax")]
    name: String,
    /// How much of its base, in percent.
    percent: Ratio,
    /// Whether the taxes before it are part of its base.
    compound: bool,
}

impl TaxCodeView {
    fn new(code: &TaxCode) -> Self {
        let rate = |rate: &TaxRate| TaxRateView {
            name: rate.name.clone(),
            percent: Ratio(rate.percent.into()),
            compound: rate.compound,
        };
        Self {
            id: code.id.to_string(),
            name: code.name.clone(),
            rates: code.rates.iter().map(rate).collect(),
            combined: Ratio(code.combined()),
            active: code.active,
        }
    }
}

/// A tax code as it is to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TaxCodeBody {
    /// What people call it.
    #[schema(schema_with = name)]
    name: Line<100>,
    /// Its taxes, in the order in which they are charged; none for what is exempt.
    #[schema(max_items = 10)]
    rates: Vec<TaxRateBody>,
    /// Whether it can be chosen for new lines.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

/// One of the taxes of a code.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TaxRateBody {
    /// What it is called on the invoice.
    #[schema(schema_with = name)]
    name: Line<100>,
    /// How much of its base, in percent: at most four decimals.
    percent: NumberIn,
    /// Whether the taxes before it are part of its base.
    #[serde(default)]
    compound: bool,
}

fn name() -> Object {
    schema::line(100)
}

fn yes() -> bool {
    true
}

impl TaxCodeBody {
    fn change(self) -> Result<TaxCodeChange> {
        let rate = |(number, rate): (usize, TaxRateBody)| {
            let percent = rate.percent.to(&format!("rates[{number}].percent"))?;
            Ok(TaxRate { name: rate.name.into(), percent, compound: rate.compound })
        };
        let rates = self.rates.into_iter().enumerate().map(rate);
        let rates = rates.collect::<std::result::Result<Vec<_>, Error>>()?;
        Ok(TaxCodeChange { name: self.name, rates, active: self.active })
    }
}

/// Tax codes, by name.
#[utoipa::path(
    get,
    path = "/api/tax-codes",
    tag = "Taxes",
    extensions(("x-action" = json!("invoices.read"))),
    params(PageQuery),
    responses((status = 200, description = "A page of tax codes.", body = Page<TaxCodeView>)),
)]
pub(crate) async fn list_tax_codes(
    Caller(ctx): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Page<TaxCodeView>> {
    let (codes, next) = tax_codes::list(&ctx, query.limit.get(), query.cursor.as_deref()).await?;
    Ok(Page::new(codes.iter().map(TaxCodeView::new).collect(), query.limit, next))
}

/// Adds a tax code.
#[utoipa::path(
    post,
    path = "/api/tax-codes",
    tag = "Taxes",
    extensions(("x-action" = json!("invoices.write"))),
    request_body(content = TaxCodeBody, example = json!({
        "name": "New York City",
        "rates": [{"name": "State sales tax", "percent": 4}, {"name": "City", "percent": 4.5},
                  {"name": "MCTD", "percent": 0.375}]
    })),
    responses((status = 201, description = "The tax code.", body = Data<TaxCodeView>)),
)]
pub(crate) async fn create_tax_code(
    Caller(ctx): Caller,
    Json(body): Json<TaxCodeBody>,
) -> Result<Created<TaxCodeView>> {
    let code = tax_codes::create(&ctx, body.change()?).await?;
    Ok(Created(TaxCodeView::new(&code)))
}

/// A tax code.
#[utoipa::path(
    get,
    path = "/api/tax-codes/{id}",
    tag = "Taxes",
    extensions(("x-action" = json!("invoices.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The tax code's id.")),
    responses((status = 200, description = "The tax code.", body = Data<TaxCodeView>)),
)]
pub(crate) async fn get_tax_code(
    Caller(ctx): Caller,
    Path(id): Path<TaxCodeId>,
) -> Result<Versioned<TaxCodeView>> {
    let code = tax_codes::get(&ctx, id).await?;
    Ok(Versioned::new(code.version, TaxCodeView::new(&code)))
}

/// Writes a tax code anew. Documents keep the rates that they were made with.
#[utoipa::path(
    put,
    path = "/api/tax-codes/{id}",
    tag = "Taxes",
    extensions(("x-action" = json!("invoices.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The tax code's id.")),
    request_body(content = TaxCodeBody, example = json!({
        "name": "New York State", "rates": [{"name": "State sales tax", "percent": 4}]
    })),
    responses((status = 200, description = "The tax code.", body = Data<TaxCodeView>)),
)]
pub(crate) async fn update_tax_code(
    Caller(ctx): Caller,
    Path(id): Path<TaxCodeId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<TaxCodeBody>,
) -> Result<Versioned<TaxCodeView>> {
    let code = tax_codes::update(&ctx, id, body.change()?, &seen).await?;
    Ok(Versioned::new(code.version, TaxCodeView::new(&code)))
}
