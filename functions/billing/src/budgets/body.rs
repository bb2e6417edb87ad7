//! Budgets and their categories, as they are asked for.

use std::collections::BTreeSet;

use clearmargin_app::{
    Error,
    budgets::{BudgetSettings, CategoryChange, NewBudget, Planned},
};
use clearmargin_domain::{
    budget::{MOST_ACCOUNTS, Thresholds},
    id::ExpenseAccountId,
    money::{Currency, Money},
    period::Month,
    text::Line,
};
use clearmargin_web::{AmountIn, Result, schema};
use serde::Deserialize;
use utoipa::openapi::{Object, ObjectBuilder, Type, schema::ArrayBuilder};

/// A budget to begin.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewBudgetBody {
    /// What people call it.
    #[schema(schema_with = name)]
    name: Line<100>,
    /// Its first month.
    #[schema(schema_with = schema::month)]
    from: Month,
    /// Its last month: at most 24 months.
    #[schema(schema_with = schema::month)]
    to: Month,
    /// The currency of every amount; the organisation's unless given.
    #[schema(schema_with = currency_or_null, required = false)]
    currency: Option<Currency>,
    /// Whether what is left of a month counts for the next one, and so does what is missing.
    #[serde(default)]
    roll_over: bool,
    /// Shares of the plan, in percent, to tell of when they are reached; each once.
    #[serde(default)]
    #[schema(schema_with = thresholds)]
    thresholds: Thresholds,
}

/// What can be changed of a budget.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BudgetBody {
    /// What people call it.
    #[schema(schema_with = name)]
    name: Line<100>,
    /// Whether what is left of a month counts for the next one, and so does what is missing.
    roll_over: bool,
    /// Shares of the plan, in percent, to tell of when they are reached; each once.
    #[schema(schema_with = thresholds)]
    thresholds: Thresholds,
}

/// A category as it is to be: with a total, or with months.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BudgetCategoryBody {
    /// What people call it; no other category of the budget is called so.
    #[schema(schema_with = name)]
    name: Line<100>,
    /// The currency: the budget's.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
    /// What is planned altogether, in equal parts for every month; the first ones get the cents that
    /// are left.
    #[schema(required = false)]
    total: Option<AmountIn>,
    /// What is planned for each of these months, and nothing for the others of the budget.
    #[schema(max_items = 24, required = false)]
    months: Option<Vec<PlannedMonthBody>>,
    /// The accounts of which all that is bought on them counts in it, each in one category: of
    /// `GET /api/expenses/accounts`. At most 60 in a budget, which then is in the organisation's
    /// currency. None unless given.
    #[serde(default)]
    #[schema(schema_with = accounts, required = false)]
    account_ids: BTreeSet<ExpenseAccountId>,
}

/// What is planned for a month.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlannedMonthBody {
    /// The month: one of the budget's.
    #[schema(schema_with = schema::month)]
    month: Month,
    /// How much.
    amount: AmountIn,
}

fn name() -> Object {
    schema::line(100)
}

fn currency_or_null() -> Object {
    schema::or_null(schema::currency())
}

fn accounts() -> ArrayBuilder {
    let id = ObjectBuilder::new().schema_type(Type::String);
    let id = id.pattern(Some("^acc_[0-7][0-9A-HJKMNP-TV-Z]{25}$"));
    ArrayBuilder::new().items(id).max_items(Some(MOST_ACCOUNTS)).unique_items(true)
}

fn thresholds() -> ArrayBuilder {
    let percent = ObjectBuilder::new().schema_type(Type::Integer);
    let percent = percent.minimum(Some(1)).maximum(Some(1_000));
    ArrayBuilder::new().items(percent).max_items(Some(10)).unique_items(true)
}

impl NewBudgetBody {
    pub(crate) fn begun(self) -> NewBudget {
        let Self { name, from, to, currency, roll_over, thresholds } = self;
        NewBudget { settings: BudgetSettings { name, roll_over, thresholds }, from, to, currency }
    }
}

impl BudgetBody {
    pub(crate) fn change(self) -> BudgetSettings {
        let Self { name, roll_over, thresholds } = self;
        BudgetSettings { name, roll_over, thresholds }
    }
}

impl BudgetCategoryBody {
    pub(crate) fn change(self) -> Result<CategoryChange> {
        let Self { name, currency, total, months, account_ids: accounts } = self;
        let planned = match (total, months) {
            (Some(total), None) => Planned::Evenly(total.money(currency, "total")?),
            (None, Some(months)) => Planned::ByMonth(by_month(&months, currency)?),
            (Some(_), Some(_)) => {
                return Err(Error::invalid("months", "expected a total or months").into());
            }
            (None, None) => {
                return Err(Error::invalid("total", "expected a total or months").into());
            }
        };
        Ok(CategoryChange { name, currency, planned, accounts })
    }
}

fn by_month(months: &[PlannedMonthBody], currency: Currency) -> Result<Vec<(Month, Money)>> {
    let planned = months.iter().enumerate().map(|(number, planned)| {
        let path = format!("months[{number}].amount");
        Ok((planned.month, planned.amount.money(currency, &path)?))
    });
    planned.collect()
}
