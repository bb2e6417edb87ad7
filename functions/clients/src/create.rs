//! `POST /api/clients`

use clearmargin_app::clients::{self, Said};
use clearmargin_domain::{
    client::{ContractType, Industry, Term},
    id::UserId,
    identity::{DomainName, Name},
    tags::Tags,
};
use clearmargin_web::{Caller, Created, Data, Json, Result, schema};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::openapi::Object;

use crate::{detail::ClientDetail, words};

/// A client to make.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateClient {
    /// Its name.
    #[schema(schema_with = schema::name)]
    name: Name,
    /// E-mail and web domains.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 20)]
    domains: Vec<DomainName>,
    /// What it does; null or absent if nothing is to be said.
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

/// What a client does, or null.
pub(crate) fn industry() -> Object {
    schema::or_null(schema::line(60))
}

/// The days from when until when it is a client; refused when it ends before it starts.
pub(crate) fn term(start: Option<Date>, end: Option<Date>) -> Result<Term> {
    let term = Term::new(start, end);
    Ok(term.map_err(|error| clearmargin_app::Error::invalid("endDate", error.to_string()))?)
}

/// Makes a client that no source system knows. When one comes to know it, the two can be joined.
#[utoipa::path(
    post,
    path = "/api/clients",
    tag = "Clients",
    extensions(("x-action" = json!("clients.write"))),
    request_body(content = CreateClient, example = json!({
        "name": "Acme Dental LLC", "domains": ["acmedental.com"], "industry": "Dental",
        "contractType": "recurring", "ownerId": null, "tags": ["VIP"],
        "startDate": "2026-01-01", "endDate": null
    })),
    responses((status = 201, description = "The client.", body = Data<ClientDetail>)),
)]
pub(crate) async fn create_client(
    Caller(ctx): Caller,
    Json(body): Json<CreateClient>,
) -> Result<Created<ClientDetail>> {
    let said = Said {
        industry: body.industry,
        contract_type: body.contract_type,
        owner: body.owner_id,
        tags: body.tags,
        term: term(body.start_date, body.end_date)?,
    };
    let id = clients::create(&ctx, body.name, body.domains, said).await?;
    Ok(Created(ClientDetail::new(&clients::get(&ctx, id).await?)))
}
