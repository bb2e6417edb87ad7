//! `GET /api/ai/predictions/growth`

use std::{cmp::Reverse, collections::HashMap};

use clearmargin_app::analyses::{self, WhiteSpace};
use clearmargin_domain::{
    id::ServiceId,
    money::{Currency, Money},
};
use clearmargin_insight::growth::{
    BAND_LEVEL, Chance, FEWEST_CASES, FEWEST_CLIENTS, FIRST, Found, Growth, HeldOut,
    SHARE_DECIMALS, Tally, sums,
};
use clearmargin_web::{Amount, Caller, Data, Limit, Query, Ratio, Result, schema};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

use crate::predictions::PredictionSourceView;

/// What clients do not have that the clients most like them have.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GrowthView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// `not_analysed` as long as no analysis is done, `not_enough_data` if fewer clients can be compared than
    /// `comparedWith` says are needed; null else.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// What it rests on; null as long as nothing was analysed.
    compared_with: Option<GrowthBasisView>,
    /// What was found; null where nothing was looked for.
    white_space: Option<WhiteSpaceView>,
}

/// What it rests on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct GrowthBasisView {
    /// How many clients can be compared: they are active, pay for something that recurs, and have revenue.
    clients: usize,
    /// How many are needed.
    clients_needed: usize,
    /// How many active clients cannot be compared.
    left_out: usize,
    /// How many catalogue entries at least three of them have.
    services: usize,
}

/// What was found. Amounts are of a year.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct WhiteSpaceView {
    /// How many chances there are, those that are not shown included: at most five of a client.
    count: usize,
    /// What is expected of all of them.
    expected: Amount,
    /// The same by catalogue entry, the largest first; they make it up.
    services: Vec<ServiceSpaceView>,
    /// How well what clients have is found again when it is hidden; null with too few cases.
    held_out: Option<HeldOutView>,
    /// Why it is null: `not_enough_data`; null else.
    #[schema(schema_with = untested)]
    held_out_reason: Option<&'static str>,
    /// How many cases there are.
    cases: usize,
    /// How many are needed.
    cases_needed: usize,
    /// Those of which most is expected.
    chances: Vec<ChanceView>,
}

/// What is expected of a catalogue entry.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceSpaceView {
    /// The catalogue entry.
    service_id: String,
    /// Its name.
    name: String,
    /// How many clients could have it.
    count: usize,
    /// What is expected of them in a year.
    expected: Amount,
}

/// How well what was hidden is found again, each by itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct HeldOutView {
    /// How many were hidden.
    hidden: usize,
    /// Among how many of the first it has to be to be found.
    first: usize,
    /// By what look-alikes have.
    alike: RecallView,
    /// By how many clients have it: the baseline.
    popular: RecallView,
}

/// How well it was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecallView {
    /// The share that was among the first.
    recall: Option<Ratio>,
    /// The mean of 1 ÷ its place: of one that is to be found that is the average precision.
    average_precision: Option<Ratio>,
}

/// Something that a client does not have and its like have.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChanceView {
    /// The client.
    client_id: String,
    /// Its name.
    client: String,
    /// What it does not have.
    service_id: String,
    /// Its name.
    service: String,
    /// How many of its look-alikes have it.
    with: usize,
    /// Of how many.
    look_alikes: usize,
    /// How many of all other clients have it.
    everybody_with: usize,
    /// Of how many.
    everybody: usize,
    /// The share of its like that has it, drawn towards that of everybody. It says how usual it is for such a
    /// client to have it, not when it buys it.
    probability: Ratio,
    /// The band of that share.
    band: ShareBandView,
    /// What it would pay in a month, by its size.
    monthly: Amount,
    /// Probability × what it would pay × 12.
    expected: Amount,
}

/// A band of a share.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ShareBandView {
    /// Of how many per cent.
    level: u8,
    /// From.
    low: Ratio,
    /// To.
    high: Ratio,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed", "not_enough_data"]))
}

fn untested() -> Object {
    schema::or_null(schema::one_of(["not_enough_data"]))
}

fn share(units: i64) -> Ratio {
    Ratio(Decimal::new(units, SHARE_DECIMALS).normalize())
}

impl GrowthBasisView {
    const fn new(growth: &Growth) -> Self {
        Self {
            clients: growth.compared,
            clients_needed: FEWEST_CLIENTS,
            left_out: growth.left_out,
            services: growth.services,
        }
    }
}

impl RecallView {
    fn new(tally: &Tally, hidden: usize) -> Self {
        let of = |sum: Decimal| Some(Ratio(sum.checked_div(Decimal::from(hidden))?.round_dp(4)));
        Self {
            recall: of(Decimal::from(tally.found)),
            average_precision: of(Decimal::new(tally.precision, SHARE_DECIMALS)),
        }
    }
}

impl HeldOutView {
    fn new(held_out: &HeldOut) -> Self {
        Self {
            hidden: held_out.hidden,
            first: FIRST,
            alike: RecallView::new(&held_out.alike, held_out.hidden),
            popular: RecallView::new(&held_out.popular, held_out.hidden),
        }
    }
}

/// Renders what was found, with names.
struct Renders<'a> {
    space: &'a WhiteSpace,
    names: HashMap<ServiceId, String>,
    currency: Currency,
}

impl Renders<'_> {
    fn amount(&self, minor: i64) -> Amount {
        Amount(Money::new(minor, self.currency))
    }

    fn service(&self, id: ServiceId) -> String {
        self.names.get(&id).cloned().unwrap_or_default()
    }

    fn chance(&self, it: &Chance) -> ChanceView {
        ChanceView {
            client_id: it.client.to_string(),
            client: self.space.name(it.client),
            service_id: it.service.to_string(),
            service: self.service(it.service),
            with: it.with,
            look_alikes: it.alike,
            everybody_with: it.everybody_with,
            everybody: it.everybody,
            probability: share(it.share),
            band: ShareBandView {
                level: BAND_LEVEL,
                low: share(it.band.0),
                high: share(it.band.1),
            },
            monthly: self.amount(it.monthly),
            expected: self.amount(it.expected),
        }
    }

    fn found(&self, found: &Found, limit: Limit) -> WhiteSpaceView {
        let mut services: Vec<_> = sums(&found.chances, |it| it.service).into_iter().collect();
        services.sort_by_key(|(id, (_, expected))| (Reverse(*expected), *id));
        let services = services.into_iter().map(|(id, (count, expected))| ServiceSpaceView {
            service_id: id.to_string(),
            name: self.service(id),
            count,
            expected: self.amount(expected),
        });
        let chances = found.chances.iter().take(limit.get());
        WhiteSpaceView {
            count: found.chances.len(),
            expected: self.amount(found.chances.iter().map(|it| it.expected).sum()),
            services: services.collect(),
            held_out: found.held_out.as_ref().map(HeldOutView::new),
            held_out_reason: found.held_out.is_none().then_some("not_enough_data"),
            cases: found.cases,
            cases_needed: FEWEST_CASES,
            chances: chances.map(|it| self.chance(it)).collect(),
        }
    }
}

/// How many of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GrowthQuery {
    /// How many chances at most: those of which most is expected.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
}

/// White space: what clients do not have that the clients most like them have, with how usual that is, what it
/// would bring, and how well the same finds what clients have when it is hidden. It is from the last
/// analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/predictions/growth",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    params(GrowthQuery),
    responses((status = 200, description = "The white space.", body = Data<GrowthView>)),
)]
pub(crate) async fn predict_growth(
    Caller(ctx): Caller,
    Query(query): Query<GrowthQuery>,
) -> Result<Data<GrowthView>> {
    let space = analyses::white_space(&ctx).await?;
    let growth = space.shown.as_ref().map(|shown| &shown.result);
    let found = growth.and_then(|growth| growth.found.as_ref());
    let by_service = found.map(|found| sums(&found.chances, |it| it.service)).unwrap_or_default();
    let ids: Vec<ServiceId> = by_service.into_keys().collect();
    let names = analyses::service_names(&ctx, &ids).await?;
    let renders = Renders { space: &space, names, currency: space.currency };
    let reason = match growth {
        None => Some("not_analysed"),
        Some(growth) => growth.found.is_none().then_some("not_enough_data"),
    };
    Ok(Data::new(GrowthView {
        currency: space.currency.to_string(),
        analysis: space.shown.as_ref().map(PredictionSourceView::new),
        reason,
        compared_with: growth.map(GrowthBasisView::new),
        white_space: found.map(|found| renders.found(found, query.limit)),
    }))
}
