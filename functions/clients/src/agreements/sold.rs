//! `GET /api/clients/{id}/services`

use clearmargin_app::agreements::{self, Sold};
use clearmargin_domain::{id::ClientId, metrics, money::Money};
use clearmargin_web::{Amount, Caller, Data, Path, Ratio, Result};
use serde::Serialize;

use super::view::{LineView, Sight};

/// Something that a client buys. Amounts are null for those who may not see revenue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SoldView {
    /// The line of the agreement.
    #[serde(flatten)]
    line: LineView,
    /// The agreement's name.
    agreement_name: String,
    /// The catalogue entry's name; null for something else.
    service_name: Option<String>,
    /// What a unit costs today, rises included; null before the first price.
    unit_price: Option<Amount>,
    /// Its part of the contracted monthly recurring revenue; 0 when it does not recur.
    mrr: Option<Amount>,
    /// That part as a share of all that the client has contracted; null without any, and while
    /// something has no price.
    mrr_share: Option<Ratio>,
}

/// What a client buys: the lines in force of its agreements in force.
#[utoipa::path(
    get,
    path = "/api/clients/{id}/services",
    tag = "Clients",
    extensions(("x-action" = json!("agreements.read"))),
    params(("id" = String, Path, description = "The client's id.")),
    responses((status = 200, description = "What the client buys.", body = Data<Vec<SoldView>>)),
)]
pub(crate) async fn list_client_services(
    Caller(ctx): Caller,
    Path(id): Path<ClientId>,
) -> Result<Data<Vec<SoldView>>> {
    let sold = agreements::of_client(&ctx, id).await?;
    let sight = Sight::of(&ctx);
    let all: Option<Vec<i64>> = sold.iter().map(|it| Some(it.mrr?.minor)).collect();
    let total = all.map(|minor| minor.iter().sum::<i64>());
    let share = |mrr: Option<Money>| {
        let mrr = mrr.filter(|_| sight.sees_revenue())?;
        metrics::ratio(mrr.minor, total?).map(Ratio)
    };
    let view = |sold: Sold| SoldView {
        line: LineView::new(&sold.line, sight),
        agreement_name: sold.agreement,
        service_name: sold.service,
        unit_price: sight.money(sold.unit_price),
        mrr: sight.money(sold.mrr),
        mrr_share: share(sold.mrr),
    };
    Ok(Data::new(sold.into_iter().map(view).collect()))
}
