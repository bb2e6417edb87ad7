//! How good each model was on the organisation's own past, in the same few measures.

use clearmargin_domain::analysis::{Measure, Score, ScoreOf};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use crate::{
    churn::{Churn, LookBack},
    forecast::LEVELS,
    receipts::{BAND_LEVELS, DaysTested, LateTested, Receivables},
    revenue::RevenueOutlook,
    workload::{DemandOutlook, Table},
};

const MILLION: i64 = 1_000_000;
const THOUSAND: i64 = 1_000;

/// The scores of a forecast of revenue; none where there was none.
pub fn of_revenue(outlook: &RevenueOutlook) -> Vec<Score> {
    let Ok(organization) = &outlook.outcome else { return Vec::new() };
    let tested = &organization.tested;
    let millionths = |share: Decimal| (share * Decimal::from(MILLION)).round().to_i64();
    let shares = tested.coverage.map(millionths);
    let coverage = LEVELS.into_iter().zip(shares).filter_map(|(level, it)| Some((level, it?)));
    forecast(ScoreOf::Months, (tested.error, tested.naive_error), coverage, tested.values)
}

/// The scores of a forecast of tickets, by day and by week.
pub fn of_demand(outlook: &DemandOutlook) -> Vec<Score> {
    let grains = [(ScoreOf::Days, &outlook.days), (ScoreOf::Weeks, &outlook.weeks)];
    let told = grains.into_iter().filter_map(|(of, table)| Some((of, table.as_ref().ok()?)));
    told.flat_map(|(of, table)| of_table(of, table)).collect()
}

fn of_table(of: ScoreOf, table: &Table) -> Vec<Score> {
    let tested = &table.tested;
    let shares = tested.coverage.into_iter().flatten().map(|thousandths| thousandths * THOUSAND);
    let coverage = LEVELS.into_iter().zip(shares);
    forecast(of, (tested.error, tested.naive_error), coverage, tested.values)
}

/// The scores of a forecast by its mean absolute error and that of a plain method. If that is never off,
/// nothing can be held against it.
fn forecast(
    of: ScoreOf,
    (error, naive): (i64, i64),
    coverage: impl IntoIterator<Item = (u8, i64)>,
    values: usize,
) -> Vec<Score> {
    if values == 0 {
        return Vec::new();
    }
    let ratio = (i128::from(error) * i128::from(MILLION)).checked_div(i128::from(naive));
    let scaled = ratio.and_then(|ratio| i64::try_from(ratio).ok());
    let scaled = scaled.map(|value| Score::new(of, Measure::ScaledError, value, values));
    let coverage = coverage.into_iter().filter_map(|(level, share)| {
        Some(Score::new(of, Measure::coverage(level)?, share, values))
    });
    scaled.into_iter().chain(coverage).collect()
}

/// The scores of who leaves; none where too few have left to look back.
pub fn of_churn(churn: &Churn) -> Vec<Score> {
    let risk = churn.outcome.as_ref().ok();
    risk.and_then(|risk| risk.look_back.as_ref().ok()).map(of_look_back).unwrap_or_default()
}

fn of_look_back(look_back: &LookBack) -> Vec<Score> {
    let horizons = [ScoreOf::Within30Days, ScoreOf::Within60Days, ScoreOf::Within90Days];
    let told = horizons.into_iter().zip(&look_back.horizons);
    let scores = told.flat_map(|(of, it)| {
        let score = |measure, value| Score::new(of, measure, value, it.cases);
        let auc = it.auc.map(|auc| score(Measure::Auc, auc));
        let others = [
            score(Measure::Brier, it.brier).beside(it.base_brier),
            score(Measure::LogLoss, it.log_loss).beside(it.base_log_loss),
            score(Measure::CalibrationError, it.calibration_error),
        ];
        others.into_iter().chain(auc)
    });
    scores.collect()
}

/// The scores of when open invoices are paid, and which late; none of too few.
pub fn of_receivables(receivables: &Receivables) -> Vec<Score> {
    let Some(look_back) = &receivables.look_back else { return Vec::new() };
    let late = look_back.late.iter().flat_map(of_late);
    late.chain(look_back.days.iter().flat_map(of_days)).collect()
}

fn of_late(it: &LateTested) -> Vec<Score> {
    let score = |measure, value| Score::new(ScoreOf::Late, measure, value, it.cases);
    let auc = it.auc.map(|auc| score(Measure::Auc, auc));
    let others = [
        score(Measure::Brier, it.brier).beside(it.base_brier),
        score(Measure::LogLoss, it.log_loss).beside(it.base_log_loss),
        score(Measure::CalibrationError, it.calibration_error),
    ];
    others.into_iter().chain(auc).collect()
}

fn of_days(it: &DaysTested) -> Vec<Score> {
    let coverage = BAND_LEVELS.into_iter().zip(it.coverage);
    forecast(ScoreOf::DaysToPay, (it.error, it.plain_error), coverage, it.cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_is_held_against_seasonal_naive_and_its_bands_against_their_levels() {
        let scores = forecast(ScoreOf::Days, (690, 1_000), [(80, 812_000), (99, 1)], 280);
        let told: Vec<_> = scores.iter().map(|it| (it.measure, it.value, it.cases)).collect();
        let expected = [(Measure::ScaledError, 690_000, 280), (Measure::Coverage80, 812_000, 280)];
        assert_eq!(told, expected);
        // Seasonal naive was never off: nothing can be said of how much better anything is.
        let exact = forecast(ScoreOf::Days, (5, 0), [(80, 900_000)], 28);
        assert!(exact.iter().all(|it| it.measure != Measure::ScaledError) && exact.len() == 1);
        assert_eq!(forecast(ScoreOf::Days, (5, 1), [(80, 900_000)], 0), []);
        let huge = forecast(ScoreOf::Months, (i64::MAX, 1), [], 12);
        assert_eq!(huge, []);
    }
}
