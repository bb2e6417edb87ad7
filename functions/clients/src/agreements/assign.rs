//! `POST /api/services/{id}/assign`

use clearmargin_app::{
    Error,
    agreements::{self, LineChange, Place},
};
use clearmargin_domain::{
    agreement::{Frequency, PricingUnit},
    id::{AgreementId, ClientId, ServiceId, TaxCodeId},
    identity::Name,
    money::Currency,
};
use clearmargin_web::{AmountIn, Caller, Created, Data, Json, NumberIn, Path, Result, schema};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::openapi::Object;

use super::{
    lines::Description,
    view::{LineView, Sight},
};

/// To whom a service is sold, and how.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AssignService {
    /// The client.
    #[schema(value_type = String, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: ClientId,
    /// The agreement that takes the line; either this or the name of a new one.
    #[schema(value_type = Option<String>, pattern = "^agr_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    agreement_id: Option<AgreementId>,
    /// The name of a new agreement, with the line's term.
    #[schema(schema_with = name, required = false)]
    agreement_name: Option<Name>,
    /// What the line says.
    #[serde(default)]
    #[schema(max_length = 500)]
    description: Description,
    /// What the price is for.
    #[schema(schema_with = schema::pricing_unit)]
    unit: PricingUnit,
    /// How many units one charge is for: 0 to 1,000,000, at most two decimals.
    quantity: NumberIn,
    /// What a unit costs; the list price unless said.
    unit_price: Option<AmountIn>,
    /// The currency: that of the organisation's books.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
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

fn name() -> Object {
    schema::or_null(schema::name())
}

impl AssignService {
    fn place(&self) -> Result<Place> {
        match (self.agreement_id, &self.agreement_name) {
            (Some(id), None) => Ok(Place::Agreement(id)),
            (None, Some(name)) => Ok(Place::New(name.clone())),
            _ => {
                let message = "say either agreementId or agreementName";
                Err(Error::invalid("agreementId", message).into())
            }
        }
    }

    fn line(self) -> Result<LineChange> {
        let price = self.unit_price.map(|price| price.money(self.currency, "unitPrice"));
        Ok(LineChange {
            service: None,
            description: self.description.0,
            offering: None,
            unit: self.unit,
            quantity: self.quantity.to("quantity")?,
            price: price.transpose()?.map(|price| (price, None)),
            price_from: None,
            frequency: self.frequency,
            start: self.start,
            end: self.end,
            included_minutes: self.included_minutes,
            tax_code: self.tax_code_id,
        })
    }
}

/// Sells a service to a client: adds a line to an agreement of the client's, or makes a new one.
#[utoipa::path(
    post,
    path = "/api/services/{id}/assign",
    tag = "Services",
    extensions(("x-action" = json!("agreements.write"))),
    params(("id" = String, Path, description = "The service's id.")),
    request_body(content = AssignService, example = json!({
        "clientId": "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "agreementName": "Managed services",
        "unit": "user", "quantity": 12, "unitPrice": 120, "currency": "USD",
        "frequency": "monthly", "start": "2026-11-01", "end": "2027-10-31", "includedMinutes": 300
    })),
    responses((status = 201, description = "The line.", body = Data<LineView>)),
)]
pub(crate) async fn assign_service(
    Caller(ctx): Caller,
    Path(id): Path<ServiceId>,
    Json(body): Json<AssignService>,
) -> Result<Created<LineView>> {
    let (client, place) = (body.client_id, body.place()?);
    let assigned = agreements::assign(&ctx, id, client, place, body.line()?).await?;
    Ok(Created(LineView::new(&assigned.line, Sight::of(&ctx))))
}
