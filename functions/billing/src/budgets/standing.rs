//! `GET /api/budgets/{id}/alerts`

use clearmargin_app::budgets;
use clearmargin_domain::{
    budget::{Alert, Budget, Crossing, Figures, Line, MonthFigures, News},
    id::BudgetId,
    money::{Currency, Money},
};
use clearmargin_web::{Amount, Caller, Data, Path, Query, Ratio, Result, schema};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a budget stands at the end of a day: what people want to know of it, and the figures behind.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetStandingView {
    /// The budget's id.
    budget_id: String,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The day: what counts later is not in it.
    #[schema(format = Date, example = "2026-10-31")]
    as_of: String,
    /// The plan that is in force, by its number; null as long as none was approved: then the draft
    /// counts.
    revision_in_force: Option<u32>,
    /// How many days the budget has.
    days: i64,
    /// How many of them are over.
    days_elapsed: i64,
    /// What people want to know: of the budget as a whole, then of each category.
    alerts: Vec<BudgetAlertView>,
    /// The budget as a whole.
    total: BudgetLineView,
    /// Each category.
    categories: Vec<CategoryStandingView>,
    /// What was bought in the budget's time on no account that is known, before tax: no category counts
    /// it. Null where no category takes what is bought on accounts.
    without_account: Option<Amount>,
}

/// Something that people want to know of a budget.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetAlertView {
    /// The category; null for the budget as a whole.
    category_id: Option<String>,
    /// `threshold` if a threshold was reached, `overspent` if more is spent than was planned,
    /// `overrun_ahead` if that will be so at the same rate.
    #[schema(example = "threshold")]
    kind: &'static str,
    /// The threshold; null for the other kinds.
    percent: Option<u16>,
    /// Since when it is so, or when it will be.
    #[schema(format = Date, example = "2026-10-20")]
    day: String,
}

/// How a category stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategoryStandingView {
    /// The category.
    category_id: String,
    /// What people call it.
    name: String,
    /// How it stands.
    #[serde(flatten)]
    line: BudgetLineView,
}

/// How a plan stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetLineView {
    /// What is planned for the whole time.
    planned: Amount,
    /// What was spent.
    spent: Amount,
    /// How many expenses that is.
    expenses: i64,
    /// The part of it that was bought on accounts, before tax; the rest was recorded here.
    bought: Amount,
    /// How many lines of purchases that is.
    bought_lines: i64,
    /// What is left of the plan; below zero where more was spent.
    remaining: Amount,
    /// The share of the plan that is spent; null where nothing is planned.
    used: Option<Ratio>,
    /// What will have been spent in the end at the same rate: spent ÷ days that are over × days. Null
    /// as long as no day is over or nothing was recorded.
    projected: Option<Amount>,
    /// The day since which more is spent than was planned, or on which that will be so at the same
    /// rate; null where it does not come to that in the budget's time, or no rate is known.
    #[schema(format = Date)]
    overrun_on: Option<String>,
    /// Each threshold; none where nothing is planned.
    thresholds: Vec<BudgetThresholdView>,
    /// Each month.
    months: Vec<BudgetMonthView>,
}

/// A threshold and whether it is reached.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BudgetThresholdView {
    /// So many percent of what is planned.
    percent: u16,
    /// The day since which as much or more is spent; null where less is.
    #[schema(format = Date)]
    since: Option<String>,
}

/// A month of a plan.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetMonthView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// What is planned for it.
    planned: Amount,
    /// What was left of the months before, or, below zero, what they took from it; nothing unless the
    /// budget rolls over. Null for a month that has not begun.
    rolled_over: Option<Amount>,
    /// What was spent in it; null for a month that has not begun.
    spent: Option<Amount>,
    /// Planned and rolled over less spent; null for a month that has not begun.
    left: Option<Amount>,
}

impl BudgetStandingView {
    fn new(budget: &Budget, figures: &Figures) -> Self {
        let currency = budget.currency;
        let categories = figures.categories.iter().map(|category| CategoryStandingView {
            category_id: category.id.to_string(),
            name: category.name.clone(),
            line: BudgetLineView::new(&category.line, currency),
        });
        Self {
            budget_id: budget.id.to_string(),
            currency: currency.to_string(),
            as_of: figures.as_of.to_string(),
            revision_in_force: budget.in_force,
            days: figures.days,
            days_elapsed: figures.elapsed,
            alerts: figures.alerts().iter().map(BudgetAlertView::new).collect(),
            total: BudgetLineView::new(&figures.total, currency),
            categories: categories.collect(),
            without_account: figures
                .without_account
                .map(|bought| Amount(Money::new(bought.minor, currency))),
        }
    }
}

impl BudgetAlertView {
    fn new(alert: &Alert) -> Self {
        let percent = match alert.news {
            News::Threshold(percent) => Some(percent),
            News::Overspent | News::Ahead => None,
        };
        Self {
            category_id: alert.category.map(|category| category.to_string()),
            kind: alert.news.as_str(),
            percent,
            day: alert.day.to_string(),
        }
    }
}

impl BudgetLineView {
    fn new(line: &Line, currency: Currency) -> Self {
        let amount = |minor| Amount(Money::new(minor, currency));
        let threshold = |crossing: &Crossing| BudgetThresholdView {
            percent: crossing.percent,
            since: crossing.since.map(|day| day.to_string()),
        };
        let month = |month: &MonthFigures| BudgetMonthView {
            month: month.month.to_string(),
            planned: amount(month.planned),
            rolled_over: month.carried.map(amount),
            spent: month.spent.map(amount),
            left: month.left.map(amount),
        };
        Self {
            planned: amount(line.planned),
            spent: amount(line.spent),
            expenses: line.expenses,
            bought: amount(line.bought.minor),
            bought_lines: line.bought.count,
            remaining: amount(line.remaining()),
            used: line.used().map(Ratio),
            projected: line.projected.map(amount),
            overrun_on: line.overrun_on.map(|day| day.to_string()),
            thresholds: line.thresholds.iter().map(threshold).collect(),
            months: line.months.iter().map(month).collect(),
        }
    }
}

/// From where a budget is looked at.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AlertsQuery {
    /// The day at whose end it stands so; today unless given.
    #[param(schema_with = schema::day, required = false, example = "2026-10-31")]
    day: Option<Date>,
}

/// How a budget stands at the end of a day: which thresholds it reached and since when, what it will
/// come to at the same rate, and on which day it will be too much; with planned, spent, left and
/// rolled-over amounts by category and month. Expenses count a moment after they were recorded, and what
/// is bought on accounts a moment after it was read from its source.
#[utoipa::path(
    get,
    path = "/api/budgets/{id}/alerts",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.read"))),
    params(("id" = String, Path, description = "The budget's id."), AlertsQuery),
    responses((status = 200, description = "How it stands.", body = Data<BudgetStandingView>)),
)]
pub(crate) async fn budget_alerts(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
    Query(query): Query<AlertsQuery>,
) -> Result<Data<BudgetStandingView>> {
    let (budget, figures) = budgets::standing(&ctx, id, query.day).await?;
    Ok(Data::new(BudgetStandingView::new(&budget, &figures)))
}
