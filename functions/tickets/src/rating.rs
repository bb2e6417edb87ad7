//! `POST /api/tickets/{id}/rating-link` and `POST /api/tickets/ratings`

use clearmargin_app::tickets;
use clearmargin_domain::{id::TicketId, ticket::RatingText};
use clearmargin_web::{Caller, Created, Data, Done, Json, Path, Result, Visitor, schema};
use serde::{Deserialize, Serialize};

use crate::texts;

/// A link for a client to say what they think of the work.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RatingLinkView {
    /// What proves that the client was asked.
    #[schema(format = Password, example = "cms_…")]
    token: String,
    /// The dashboard's page that takes it; null where no dashboard is known.
    #[schema(example = "https://dashboard.example.com/rate#token=cms_…")]
    url: Option<String>,
    /// The last moment at which it counts.
    #[schema(schema_with = schema::moment)]
    expires_at: String,
}

/// Makes a link for the client to say what they think of the work; the one before does not count
/// any more.
#[utoipa::path(
    post,
    path = "/api/tickets/{id}/rating-link",
    tag = "Tickets",
    extensions(("x-action" = json!("tickets.write"))),
    params(("id" = String, Path, description = "The ticket's id.")),
    responses((status = 201, description = "The link.", body = Data<RatingLinkView>)),
)]
pub(crate) async fn offer_rating(
    Caller(ctx): Caller,
    Path(id): Path<TicketId>,
) -> Result<Created<RatingLinkView>> {
    let link = tickets::offer_rating(&ctx, id).await?;
    Ok(Created(RatingLinkView {
        token: link.token.expose().to_owned(),
        url: link.url.map(|url| url.expose().to_owned()),
        expires_at: link.until.to_string(),
    }))
}

/// What a client says of the work.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateTicket {
    /// The token of the link.
    #[schema(format = Password, max_length = 200)]
    token: String,
    /// From 1, the worst, to 5.
    #[schema(minimum = 1, maximum = 5)]
    score: u8,
    /// In the client's own words.
    #[schema(schema_with = texts::rating, required = false)]
    comment: Option<RatingText>,
}

/// Says what a client thinks of the work, by the link that they were sent. While the link counts, a
/// later word replaces an earlier one.
#[utoipa::path(
    post,
    path = "/api/tickets/ratings",
    tag = "Tickets",
    security(()),
    request_body(content = RateTicket, example = json!({
        "token": "cms_…", "score": 5, "comment": "Fast and friendly."
    })),
    responses((status = 204, description = "Noted.")),
)]
pub(crate) async fn rate_ticket(visitor: Visitor, Json(body): Json<RateTicket>) -> Result<Done> {
    let RateTicket { token, score, comment } = body;
    tickets::rate(&visitor.app, &visitor.visit, &token, score, comment).await?;
    Ok(Done)
}
