//! `PUT /api/clients/{id}`

use clearmargin_app::clients::{self, ClientChange, Said};
use clearmargin_domain::{
    client::{ContractType, Industry},
    id::{ClientId, UserId},
    identity::{DomainName, Name},
    tags::Tags,
};
use clearmargin_web::{Caller, Data, IfMatch, Json, Path, Result, Versioned, schema};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::openapi::Object;

use crate::{
    create::{industry, term},
    detail::ClientDetail,
    words,
};

/// What the organisation says of a client, as it is to be. What is null or absent is not said any
/// more.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateClient {
    /// What to call it; null or absent to call it what its source does. A client that was made here
    /// needs one.
    #[schema(schema_with = name, required = false)]
    name: Option<Name>,
    /// E-mail and web domains, of a client that was made here; absent to leave them.
    #[schema(value_type = Option<Vec<String>>, max_items = 20)]
    domains: Option<Vec<DomainName>>,
    /// What it does.
    #[schema(schema_with = industry, required = false)]
    industry: Option<Industry>,
    /// How it is charged.
    #[schema(schema_with = words::contract_type_or_null, required = false)]
    contract_type: Option<ContractType>,
    /// Who looks after it: a person of the organisation.
    #[schema(schema_with = words::user_id_or_null, required = false)]
    owner_id: Option<UserId>,
    /// The organisation's own words for it; one that comes twice, in whatever case, counts once.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20)]
    tags: Tags,
    /// The first day on which it is a client.
    #[schema(value_type = Option<String>, format = Date)]
    start_date: Option<Date>,
    /// The last one.
    #[schema(value_type = Option<String>, format = Date)]
    end_date: Option<Date>,
}

fn name() -> Object {
    schema::or_null(schema::name())
}

/// Changes what the organisation says of a client; by the id of any of its records, the client that
/// it belongs to. What a source system says is changed there.
#[utoipa::path(
    put,
    path = "/api/clients/{id}",
    tag = "Clients",
    extensions(("x-action" = json!("clients.write")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The client's id.")),
    request_body(content = UpdateClient, example = json!({
        "name": "Acme Dental Group", "industry": "Dental", "contractType": "mixed",
        "ownerId": null, "tags": ["VIP", "Midtown"], "startDate": "2026-01-01", "endDate": null
    })),
    responses((status = 200, description = "The client.", body = Data<ClientDetail>)),
)]
pub(crate) async fn update_client(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<UpdateClient>,
) -> Result<Versioned<ClientDetail>> {
    let said = Said {
        industry: body.industry,
        contract_type: body.contract_type,
        owner: body.owner_id,
        tags: body.tags,
        term: term(body.start_date, body.end_date)?,
    };
    let change = ClientChange { name: body.name, domains: body.domains, said };
    clients::update(&ctx, id, change, &seen).await?;
    Ok(ClientDetail::answer(&clients::get(&ctx, id).await?))
}
