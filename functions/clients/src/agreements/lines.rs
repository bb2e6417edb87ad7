//! `/api/agreements/{id}/lines`

use clearmargin_app::agreements::{self, LineChange};
use clearmargin_domain::{
    agreement::{Frequency, PricingUnit},
    id::{AgreementId, AgreementLineId, ServiceId, TaxCodeId},
    money::Currency,
    service::Offering,
};
use clearmargin_web::{
    AmountIn, Caller, Created, Data, Done, IfMatch, Json, NumberIn, Path, Result, Versioned, schema,
};
use jiff::civil::Date;
use serde::Deserialize;

use super::view::{LineView, Sight};

/// A line as it is to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LineIn {
    /// The catalogue entry sold; null or absent for something else.
    #[schema(value_type = Option<String>, pattern = "^svc_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    service_id: Option<ServiceId>,
    /// What it says.
    #[serde(default)]
    #[schema(max_length = 500)]
    description: Description,
    /// Work or product; that of the catalogue entry unless said.
    #[schema(schema_with = schema::offering)]
    offering: Option<Offering>,
    /// What the price is for.
    #[schema(schema_with = schema::pricing_unit)]
    unit: PricingUnit,
    /// How many units one charge is for: 0 to 1,000,000, at most two decimals.
    quantity: NumberIn,
    /// What a unit costs; unless said, of a new line the list price, and of another what it is.
    unit_price: Option<AmountIn>,
    /// What a unit costs to buy; null or absent where that is not known.
    unit_cost: Option<AmountIn>,
    /// The currency: that of the organisation's books.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// From when on the price applies: unless said, from the first day of a new line, and else from
    /// today. In no closed month, when it changes a price.
    #[schema(value_type = Option<String>, format = Date)]
    price_from: Option<Date>,
    /// How often it is charged; as the agreement's terms say unless said.
    #[schema(schema_with = schema::frequency)]
    frequency: Option<Frequency>,
    /// First day.
    #[schema(schema_with = schema::day)]
    start: Date,
    /// Last day; null or absent when none is agreed.
    #[schema(value_type = Option<String>, format = Date)]
    end: Option<Date>,
    /// Minutes of work that the price includes with every charge.
    #[schema(minimum = 0, maximum = 1_000_000)]
    included_minutes: Option<u32>,
    /// Which taxes its invoices charge; those of the agreement's terms unless said.
    #[schema(value_type = Option<String>, pattern = "^tax_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    tax_code_id: Option<TaxCodeId>,
}

/// What a line says, in at most 500 characters.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String)]
pub(crate) struct Description(pub(crate) String);

impl TryFrom<String> for Description {
    type Error = &'static str;

    fn try_from(text: String) -> std::result::Result<Self, &'static str> {
        if text.chars().count() <= 500 {
            Ok(Self(text))
        } else {
            Err("expected at most 500 characters")
        }
    }
}

impl LineIn {
    fn change(self) -> Result<LineChange> {
        let money = |amount: AmountIn, path| amount.money(self.currency, path);
        let cost = self.unit_cost.map(|cost| money(cost, "unitCost")).transpose()?;
        let price = self.unit_price.map(|price| money(price, "unitPrice")).transpose()?;
        Ok(LineChange {
            service: self.service_id,
            description: self.description.0,
            offering: self.offering,
            unit: self.unit,
            quantity: self.quantity.to("quantity")?,
            price: price.map(|price| (price, cost)),
            price_from: self.price_from,
            frequency: self.frequency,
            start: self.start,
            end: self.end,
            included_minutes: self.included_minutes,
            tax_code: self.tax_code_id,
        })
    }
}

/// Adds a line to an agreement.
#[utoipa::path(
    post,
    path = "/api/agreements/{id}/lines",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.write"))),
    params(("id" = String, Path, description = "The agreement's id.")),
    request_body(content = LineIn, example = json!({
        "description": "Managed workstations", "offering": "service", "unit": "device",
        "quantity": 25, "unitPrice": 75, "currency": "USD", "frequency": "monthly",
        "start": "2026-01-01", "end": null, "includedMinutes": null
    })),
    responses((status = 201, description = "The line.", body = Data<LineView>)),
)]
pub(crate) async fn add_agreement_line(
    Caller(ctx): Caller,
    Path(id): Path<AgreementId>,
    Json(body): Json<LineIn>,
) -> Result<Created<LineView>> {
    let line = agreements::add_line(&ctx, id, body.change()?).await?;
    Ok(Created(LineView::new(&line, Sight::of(&ctx))))
}

/// A line of an agreement.
#[utoipa::path(
    get,
    path = "/api/agreements/{id}/lines/{lineId}",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.read")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The agreement's id."),
        ("lineId" = String, Path, description = "The line's id."),
    ),
    responses((status = 200, description = "The line.", body = Data<LineView>)),
)]
pub(crate) async fn get_agreement_line(
    Caller(ctx): Caller,
    Path((id, line)): Path<(AgreementId, AgreementLineId)>,
) -> Result<Versioned<LineView>> {
    let line = agreements::line(&ctx, id, line).await?;
    Ok(Versioned::new(line.version, LineView::new(&line, Sight::of(&ctx))))
}

/// Changes a line. Another price is set from its day on and leaves earlier prices as they were.
#[utoipa::path(
    put,
    path = "/api/agreements/{id}/lines/{lineId}",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.write")), ("x-versioned" = json!(true))),
    params(
        ("id" = String, Path, description = "The agreement's id."),
        ("lineId" = String, Path, description = "The line's id."),
    ),
    request_body(content = LineIn, example = json!({
        "description": "Managed workstations", "unit": "device", "quantity": 30,
        "unitPrice": 78.50, "currency": "USD", "priceFrom": "2099-01-01", "frequency": "monthly",
        "start": "2026-01-01"
    })),
    responses((status = 200, description = "The line.", body = Data<LineView>)),
)]
pub(crate) async fn update_agreement_line(
    Caller(ctx): Caller,
    Path((id, line)): Path<(AgreementId, AgreementLineId)>,
    IfMatch(seen): IfMatch,
    Json(body): Json<LineIn>,
) -> Result<Versioned<LineView>> {
    let line = agreements::update_line(&ctx, id, line, body.change()?, &seen).await?;
    Ok(Versioned::new(line.version, LineView::new(&line, Sight::of(&ctx))))
}

/// Ends a line yesterday; one that has not begun is removed.
#[utoipa::path(
    delete,
    path = "/api/agreements/{id}/lines/{lineId}",
    tag = "Agreements",
    extensions(("x-action" = json!("agreements.write"))),
    params(
        ("id" = String, Path, description = "The agreement's id."),
        ("lineId" = String, Path, description = "The line's id."),
    ),
    responses((status = 204, description = "It has ended.")),
)]
pub(crate) async fn end_agreement_line(
    Caller(ctx): Caller,
    Path((id, line)): Path<(AgreementId, AgreementLineId)>,
) -> Result<Done> {
    agreements::remove_line(&ctx, id, line).await?;
    Ok(Done)
}
