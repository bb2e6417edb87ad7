//! `POST /api/services`

use clearmargin_app::services::{self, ServiceChange};
use clearmargin_domain::{identity::Name, service::Offering};
use clearmargin_web::{Caller, Created, Data, Json, Result, schema};
use serde::Deserialize;

use super::{
    price::SetPrice,
    view::{Eyes, ServiceView},
};

/// A catalogue entry to add.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateService {
    /// Its name.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// Work or product.
    #[schema(schema_with = schema::offering)]
    offering: Offering,
    /// Its first list price; null or absent for none.
    price: Option<SetPrice>,
}

/// Adds a service or a product to the catalogue.
#[utoipa::path(
    post,
    path = "/api/services",
    tag = "Services",
    extensions(("x-action" = json!("services.write"))),
    request_body(content = CreateService, example = json!({
        "name": "Managed workstation", "offering": "service",
        "price": {
            "unitPrice": 75, "unitCost": null, "currency": "USD", "effectiveFrom": "2026-10-01"
        }
    })),
    responses((status = 201, description = "The service.", body = Data<ServiceView>)),
)]
pub(crate) async fn create_service(
    Caller(ctx): Caller,
    Json(body): Json<CreateService>,
) -> Result<Created<ServiceView>> {
    let price = body.price.map(|price| price.price("price.")).transpose()?;
    let new = ServiceChange { name: body.name, offering: body.offering, active: true };
    let service = services::create(&ctx, new, price).await?;
    Ok(Created(Eyes::of(&ctx).await?.see(&service)))
}
