//! `GET /api/ai/insights/competitive`

pub(crate) mod quotes;

use clearmargin_app::market::{self, COMPETITION_MONTHS, Competition, MOST_ANALYSED};
use clearmargin_domain::{agreement::PricingUnit, money::Money};
use clearmargin_insight::{
    competition::{FEWEST_QUOTES, LEVEL, Outcomes, Rivalry, Spread},
    growth::SHARE_DECIMALS,
    market::OwnPrice,
};
use clearmargin_web::{Amount, Caller, Data, Ratio, Result, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

use crate::predictions::PredictionSourceView;

/// What competitors quoted, beside what own clients pay.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompetitionView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// `no_data` as long as no quote of these months is recorded; null else.
    #[schema(schema_with = no_data)]
    reason: Option<&'static str>,
    /// The analysis that own prices are from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// From which day on quotes are looked at.
    #[schema(format = Date, example = "2024-11-28")]
    since: String,
    /// How many months back that is.
    months: i32,
    /// How many quotes that is.
    quotes: usize,
    /// Whether more were recorded than are looked at, which are the last recorded ones.
    truncated: bool,
    /// How many are looked at, at most.
    most: usize,
    /// By catalogue entry and unit: the most quotes first, those that stand against no entry last.
    services: Vec<RivalryView>,
}

/// What was quoted against a catalogue entry by a unit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RivalryView {
    /// The catalogue entry; null of quotes that stand against none.
    service_id: Option<String>,
    /// Its name; null with it.
    service: Option<String>,
    /// What prices are for.
    #[schema(schema_with = schema::pricing_unit)]
    unit: PricingUnit,
    /// How many quotes.
    quotes: usize,
    /// From how many competitors.
    competitors: usize,
    /// What own clients pay for the same in a month; null where nobody does, or nothing was analysed.
    own: Option<OwnPriceView>,
    /// What competitors quote for a month; null with fewer than five quotes, and of what stands against no
    /// entry.
    price: Option<QuotedPriceView>,
    /// Why it is null: `not_enough_data` with fewer quotes than `pricesNeeded`, `no_service` of what stands
    /// against no entry; null else.
    #[schema(schema_with = no_price)]
    price_reason: Option<&'static str>,
    /// How many quotes have a price in the currency of the books.
    prices: usize,
    /// How many are needed.
    prices_needed: usize,
    /// How many of them lie above the middle one of what own clients pay; null where that is not known.
    above_own: Option<usize>,
    /// How many lie below it.
    below_own: Option<usize>,
    /// What became of the offers.
    outcomes: QuoteOutcomesView,
}

/// What own clients pay for a unit in a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OwnPriceView {
    /// How many clients pay for it.
    clients: usize,
    /// The middle one of what each pays on average, the lower one of two.
    median: Amount,
}

/// What competitors quote for a unit in a month. Each amount is one of the quotes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct QuotedPriceView {
    /// The lowest.
    lowest: Amount,
    /// The one at a quarter of them in order.
    lower_quartile: Amount,
    /// The one in the middle, the lower one of two.
    median: Amount,
    /// The one at three quarters.
    upper_quartile: Amount,
    /// The highest.
    highest: Amount,
    /// Between which two the median of all that competitors would quote lies, whatever their distribution.
    interval: MedianIntervalView,
}

/// An interval of a median.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MedianIntervalView {
    /// How sure it is at least, in per cent.
    level: u8,
    /// How sure it is.
    coverage: Ratio,
    /// From.
    low: Amount,
    /// To.
    high: Amount,
}

/// What became of offers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct QuoteOutcomesView {
    /// How many were won.
    won: usize,
    /// How many were lost.
    lost: usize,
    /// Of how many nobody said.
    pending: usize,
    /// Won ÷ (won + lost); null as long as nothing was decided.
    win_rate: Option<Ratio>,
    /// Its interval; null with it.
    interval: Option<WinIntervalView>,
}

/// The interval of a share that is won.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WinIntervalView {
    /// Of how many per cent.
    level: u8,
    /// From.
    low: Ratio,
    /// To.
    high: Ratio,
}

fn no_data() -> Object {
    schema::or_null(schema::one_of(["no_data"]))
}

fn no_price() -> Object {
    schema::or_null(schema::one_of(["not_enough_data", "no_service"]))
}

fn millionths(units: i64) -> Ratio {
    Ratio(Decimal::new(units, SHARE_DECIMALS).normalize())
}

/// Renders amounts, with names.
struct Renders<'a>(&'a Competition);

impl Renders<'_> {
    fn amount(&self, minor: i64) -> Amount {
        Amount(Money::new(minor, self.0.currency))
    }

    fn own(&self, own: OwnPrice) -> OwnPriceView {
        OwnPriceView { clients: own.clients, median: self.amount(own.median) }
    }

    fn price(&self, spread: &Spread) -> QuotedPriceView {
        QuotedPriceView {
            lowest: self.amount(spread.lowest),
            lower_quartile: self.amount(spread.lower_quartile),
            median: self.amount(spread.median),
            upper_quartile: self.amount(spread.upper_quartile),
            highest: self.amount(spread.highest),
            interval: MedianIntervalView {
                level: LEVEL,
                coverage: millionths(spread.coverage),
                low: self.amount(spread.between.0),
                high: self.amount(spread.between.1),
            },
        }
    }

    fn rivalry(&self, rivalry: &Rivalry) -> RivalryView {
        let lacks = if rivalry.service.is_none() { "no_service" } else { "not_enough_data" };
        RivalryView {
            service_id: rivalry.service.map(|id| id.to_string()),
            service: rivalry.service.map(|id| self.0.name(id)),
            unit: rivalry.unit,
            quotes: rivalry.quotes,
            competitors: rivalry.competitors,
            own: rivalry.own.map(|own| self.own(own)),
            price: rivalry.spread.as_ref().map(|spread| self.price(spread)),
            price_reason: rivalry.spread.is_none().then_some(lacks),
            prices: rivalry.priced,
            prices_needed: FEWEST_QUOTES,
            above_own: rivalry.beside_own.map(|(above, _)| above),
            below_own: rivalry.beside_own.map(|(_, below)| below),
            outcomes: QuoteOutcomesView::new(rivalry.outcomes),
        }
    }
}

impl QuoteOutcomesView {
    fn new(outcomes: Outcomes) -> Self {
        let number = |count: usize| Decimal::from(count);
        let rate = number(outcomes.won).checked_div(number(outcomes.decided()));
        let interval = |(low, high)| WinIntervalView {
            level: LEVEL,
            low: millionths(low),
            high: millionths(high),
        };
        Self {
            won: outcomes.won,
            lost: outcomes.lost,
            pending: outcomes.pending,
            win_rate: rate.map(|rate| Ratio(rate.round_dp(4))),
            interval: outcomes.band().map(interval),
        }
    }
}

/// What competitors quoted within two years, by catalogue entry: how their prices lie beside what own
/// clients pay, between which two the true median lies, and how often offers were won. Whatever rests on
/// too few quotes is null and says so. Prices of own clients are from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/insights/competitive",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    responses((status = 200, description = "What was quoted.", body = Data<CompetitionView>)),
)]
pub(crate) async fn competitive_insights(Caller(ctx): Caller) -> Result<Data<CompetitionView>> {
    let competition = market::competition(&ctx).await?;
    let renders = Renders(&competition);
    Ok(Data::new(CompetitionView {
        currency: competition.currency.to_string(),
        reason: competition.rivalries.is_empty().then_some("no_data"),
        analysis: competition.shown.as_ref().map(PredictionSourceView::new),
        since: competition.since.to_string(),
        months: COMPETITION_MONTHS,
        quotes: competition.quotes,
        truncated: competition.truncated,
        most: MOST_ANALYSED,
        services: competition.rivalries.iter().map(|it| renders.rivalry(it)).collect(),
    }))
}
