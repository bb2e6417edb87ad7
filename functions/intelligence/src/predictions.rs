//! `GET /api/ai/predictions/revenue`

use clearmargin_app::analyses::{self, Revenue, Shown};
use clearmargin_domain::{
    id::ClientId,
    money::{Currency, Money},
    period::Month,
};
use clearmargin_insight::{
    forecast::LEVELS,
    revenue::{Basis, ClientCourse, Course, NoOutlook, Organization, Tested},
};
use clearmargin_web::{
    Amount, Caller, Data, Ratio, Result,
    figures::{AsOfView, BandView},
    schema,
};
use serde::Serialize;
use utoipa::openapi::Object;

/// How revenue goes on, of the organisation and of each client so that they make it up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevenuePredictionView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The analysis that it is from; null as long as there was none.
    analysis: Option<PredictionSourceView>,
    /// The forecast; null where there is none.
    forecast: Option<RevenueOutlookView>,
    /// Why there is none: `not_analysed` as long as no analysis is done, `not_enough_data` if too few
    /// months are over, `out_of_range` if a month's revenue cannot be worked with.
    #[schema(schema_with = reason)]
    reason: Option<&'static str>,
    /// How many months are over since the first with a document; null unless that is too few.
    months: Option<usize>,
    /// How many have to be; null unless that is too few.
    months_needed: Option<usize>,
    /// What is contracted at the end of each month ahead, the current one first.
    contracted: Vec<MonthAmountView>,
}

/// Which analysis a prediction is from.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PredictionSourceView {
    /// The run.
    #[schema(example = "anr_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    run_id: String,
    /// The day that it is of.
    #[schema(format = Date, example = "2026-11-28")]
    day: String,
    /// Up to when each source had been read when its snapshot was taken.
    as_of: AsOfView,
    /// The version of the model.
    #[schema(example = "revenue/2")]
    model: String,
    /// The SHA-256 of the snapshot that it was computed from.
    fingerprint: String,
}

impl PredictionSourceView {
    /// The source of a result.
    pub(crate) fn new<T>(shown: &Shown<T>) -> Self {
        Self {
            run_id: shown.run.id.to_string(),
            day: shown.run.day.to_string(),
            as_of: AsOfView::new(shown.snapshot.as_of),
            model: shown.model.clone(),
            fingerprint: shown.fingerprint.clone(),
        }
    }
}

/// An amount of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MonthAmountView {
    /// The month.
    #[schema(example = "2026-11")]
    month: String,
    /// How much.
    amount: Amount,
}

impl MonthAmountView {
    pub(crate) fn new(month: Month, amount: Money) -> Self {
        Self { month: month.to_string(), amount: Amount(amount) }
    }
}

/// A forecast of revenue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevenueOutlookView {
    /// How many months it rests on.
    used_months: usize,
    /// Each month ahead, the current one first.
    months: Vec<PredictedMonthView>,
    /// How far the same methods were off on the past.
    backtest: PredictionBacktestView,
    /// The clients, the largest first. With `nobody` they make up each month to the cent.
    clients: Vec<ClientPredictionView>,
    /// What belongs to no client, month by month.
    nobody: Vec<Amount>,
}

/// What is expected of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PredictedMonthView {
    /// The month.
    #[schema(example = "2026-11")]
    month: String,
    /// The most likely amount.
    expected: Amount,
    /// Bands that are to hold 50, 80 and 95 of 100 months.
    bands: Vec<BandView>,
}

/// How far a forecast was off on its own past, beside seasonal naive: the same month a year before.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PredictionBacktestView {
    /// From how many months was looked ahead.
    origins: usize,
    /// How many amounts were forecast.
    tested: usize,
    /// The mean absolute error.
    mean_absolute_error: Amount,
    /// That of seasonal naive.
    naive_mean_absolute_error: Amount,
    /// Whether seasonal naive was off less. The forecast does not follow that.
    naive_was_better: bool,
    /// The share of amounts within the band of 50, of 80 and of 95 per cent.
    coverage: Vec<Ratio>,
}

/// What a client is expected to bring.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientPredictionView {
    /// The client.
    client_id: String,
    /// Its name.
    name: String,
    /// Everything that is expected over the months ahead.
    expected: Amount,
    /// What its share rests on: a `forecast` of its own months, the `mean_of_few` that it has, or
    /// `silent` if it brought nothing for three months and nothing is contracted.
    #[schema(schema_with = basis)]
    basis: &'static str,
    /// How many months it rests on.
    used_months: usize,
    /// Each month ahead.
    months: Vec<PredictedMonthView>,
    /// What is contracted at the end of each month ahead.
    contracted: Vec<Amount>,
}

fn reason() -> Object {
    schema::or_null(schema::one_of(["not_analysed", "not_enough_data", "out_of_range"]))
}

fn basis() -> Object {
    schema::one_of(Basis::NAMES)
}

/// Renders amounts of a currency and months.
struct Renders<'a> {
    currency: Currency,
    months: &'a [Month],
}

impl Renders<'_> {
    fn amount(&self, minor: i64) -> Amount {
        Amount(Money::new(minor, self.currency))
    }

    fn course(&self, course: &Course) -> Vec<PredictedMonthView> {
        let months = self.months.iter().zip(&course.expected).enumerate();
        let month = |(at, (month, expected)): (usize, (&Month, &i64))| {
            let bands = LEVELS.iter().zip(&course.bands);
            let bands = bands.filter_map(|(level, ends)| {
                let (low, high) = ends.get(at)?;
                Some(BandView::new(*level, self.amount(*low), self.amount(*high)))
            });
            let expected = self.amount(*expected);
            PredictedMonthView { month: month.to_string(), expected, bands: bands.collect() }
        };
        months.map(month).collect()
    }

    fn tested(&self, tested: &Tested) -> PredictionBacktestView {
        PredictionBacktestView {
            origins: tested.origins,
            tested: tested.values,
            mean_absolute_error: self.amount(tested.error),
            naive_mean_absolute_error: self.amount(tested.naive_error),
            naive_was_better: tested.naive_error < tested.error,
            coverage: tested.coverage.map(Ratio).into(),
        }
    }

    fn client(&self, id: ClientId, name: String, client: &ClientCourse) -> ClientPredictionView {
        ClientPredictionView {
            client_id: id.to_string(),
            name,
            expected: self.amount(total(client)),
            basis: client.basis.as_str(),
            used_months: client.used,
            months: self.course(&client.course),
            contracted: client.contracted.iter().map(|minor| self.amount(*minor)).collect(),
        }
    }

    fn outlook(&self, organization: &Organization, revenue: &Revenue) -> RevenueOutlookView {
        let mut clients: Vec<_> = organization.clients.iter().collect();
        clients.sort_by_key(|(id, client)| (std::cmp::Reverse(total(client)), **id));
        RevenueOutlookView {
            used_months: organization.used,
            months: self.course(&organization.total),
            backtest: self.tested(&organization.tested),
            clients: clients
                .iter()
                .map(|(id, client)| self.client(**id, revenue.name(**id), client))
                .collect(),
            nobody: organization.nobody.iter().map(|minor| self.amount(*minor)).collect(),
        }
    }
}

fn total(client: &ClientCourse) -> i64 {
    client.course.expected.iter().sum()
}

impl RevenuePredictionView {
    fn new(revenue: &Revenue) -> Self {
        let currency = revenue.currency;
        let (mut forecast, mut why, mut too_few) = (None, Some("not_analysed"), (None, None));
        let mut contracted = Vec::new();
        if let Some(shown) = &revenue.shown {
            let months = &shown.result.months;
            let renders = Renders { currency, months };
            let ends = months.iter().zip(&shown.result.contracted);
            contracted.extend(
                ends.map(|(month, minor)| {
                    MonthAmountView::new(*month, Money::new(*minor, currency))
                }),
            );
            (forecast, why, too_few) = match &shown.result.outcome {
                Ok(organization) => {
                    (Some(renders.outlook(organization, revenue)), None, (None, None))
                }
                Err(NoOutlook::NotEnough { have, needed }) => {
                    (None, Some("not_enough_data"), (Some(*have), Some(*needed)))
                }
                Err(NoOutlook::OutOfRange) => (None, Some("out_of_range"), (None, None)),
            };
        }
        Self {
            currency: currency.to_string(),
            analysis: revenue.shown.as_ref().map(PredictionSourceView::new),
            forecast,
            reason: why,
            months: too_few.0,
            months_needed: too_few.1,
            contracted,
        }
    }
}

/// How revenue goes on over the next twelve months, the current one first: the organisation's forecast
/// with bands and a backtest, divided among the clients so that they make it up to the cent, beside
/// what is contracted. It is from the last analysis that was done.
#[utoipa::path(
    get,
    path = "/api/ai/predictions/revenue",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    responses((status = 200, description = "The forecast.", body = Data<RevenuePredictionView>)),
)]
pub(crate) async fn predict_revenue(Caller(ctx): Caller) -> Result<Data<RevenuePredictionView>> {
    let revenue = analyses::revenue(&ctx).await?;
    Ok(Data::new(RevenuePredictionView::new(&revenue)))
}
