//! `/api/budgets/{id}/expenses`

use clearmargin_app::{
    Error,
    budgets::{self, NewExpense, NewExpenses, Recorded},
};
use clearmargin_domain::{
    budget::{BudgetExpense, ExpenseSource},
    id::{BudgetCategoryId, BudgetExpenseId, BudgetId},
    money::Currency,
    period::Month,
    text::Line,
};
use clearmargin_web::{
    Amount, AmountIn, Caller, Created, Data, Done, Json, Limit, Page, Path, Query, Result, schema,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::Object;

/// What was spent of a budget at one time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetExpenseView {
    /// Its id.
    #[schema(example = "bex_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The category that it counts in.
    #[schema(example = "bca_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    category_id: String,
    /// The day on which it counts.
    #[schema(format = Date, example = "2026-10-20")]
    day: String,
    /// The currency of the amount.
    #[schema(example = "USD")]
    currency: String,
    /// How much; what came back is negative.
    amount: Amount,
    /// Who was paid; null where nobody said.
    #[schema(example = "Messe Berlin")]
    vendor: Option<String>,
    /// What it was for; null where nobody said.
    note: Option<String>,
    /// `manual` if somebody entered it, `csv` if it came in a table.
    #[schema(example = "manual")]
    source: &'static str,
    /// The line of the table that it was; null if it came in none.
    row: Option<u64>,
}

impl BudgetExpenseView {
    fn new(expense: &BudgetExpense) -> Self {
        let row = match expense.source {
            ExpenseSource::Manual => None,
            ExpenseSource::Csv { row } => Some(row),
        };
        Self {
            id: expense.id.to_string(),
            category_id: expense.category.to_string(),
            day: expense.day.to_string(),
            currency: expense.amount.currency.to_string(),
            amount: Amount(expense.amount),
            vendor: expense.vendor.clone(),
            note: expense.note.clone(),
            source: expense.source.as_str(),
            row,
        }
    }
}

/// Expenses to record: one, or a table that stands alone.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BudgetExpensesBody {
    /// The category that it counts in.
    #[schema(schema_with = category, required = false)]
    category_id: Option<BudgetCategoryId>,
    /// How much; what came back is negative.
    #[schema(required = false)]
    amount: Option<AmountIn>,
    /// The currency: the budget's.
    #[schema(schema_with = currency, required = false)]
    currency: Option<Currency>,
    /// The day on which it counts: one of the budget's months; today unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    day: Option<Date>,
    /// Who was paid.
    #[schema(schema_with = line, required = false)]
    vendor: Option<Line<200>>,
    /// What it was for.
    #[schema(schema_with = line, required = false)]
    note: Option<Line<200>>,
    /// Comma-separated values with the columns category (an id, or a name), day, amount in the
    /// budget's currency, vendor and note, in any order; at most 90 rows. Vendor and note may be left
    /// out or empty.
    csv: Option<String>,
}

fn category() -> Object {
    schema::or_null(schema::id(BudgetCategoryId::PREFIX))
}

fn currency() -> Object {
    schema::or_null(schema::currency())
}

fn line() -> Object {
    schema::or_null(schema::line(200))
}

impl BudgetExpensesBody {
    fn expenses(self) -> Result<NewExpenses> {
        let Self { category_id: category, amount, currency, day, vendor, note, csv } = self;
        if let Some(csv) = csv {
            let named = [category.is_some(), amount.is_some(), currency.is_some(), day.is_some()];
            if named.contains(&true) || vendor.is_some() || note.is_some() {
                return Err(Error::invalid("csv", "expected a table alone, or an expense").into());
            }
            return Ok(NewExpenses::Table(csv));
        }
        let missing = |path| Error::invalid(path, "expected a value, or a table as csv");
        let category = category.ok_or_else(|| missing("categoryId"))?;
        let amount = amount.ok_or_else(|| missing("amount"))?;
        let currency = currency.ok_or_else(|| missing("currency"))?;
        Ok(NewExpenses::One(NewExpense {
            category,
            day,
            amount: amount.money(currency, "amount")?,
            vendor: vendor.map(String::from),
            note: note.map(String::from),
        }))
    }
}

/// What was recorded.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordedView {
    /// How many expenses.
    added: usize,
    /// Their ids, in the order in which they were given.
    ids: Vec<String>,
}

impl From<Recorded> for RecordedView {
    fn from(recorded: Recorded) -> Self {
        let ids: Vec<_> = recorded.ids.iter().map(ToString::to_string).collect();
        Self { added: ids.len(), ids }
    }
}

/// Records an expense, or a table of them: all rows or, with an error in any, none; every error is
/// told by its line, as in `csv[3].day`. Each call records anew; an `Idempotency-Key` makes it safe
/// to repeat. Figures follow within a moment.
#[utoipa::path(
    post,
    path = "/api/budgets/{id}/expenses",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write"))),
    params(("id" = String, Path, description = "The budget's id.")),
    request_body(content = BudgetExpensesBody, example = json!({
        "categoryId": "bca_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C", "amount": 950, "currency": "USD",
        "day": "2026-10-20", "vendor": "Messe Berlin", "note": "Stand"
    })),
    responses((status = 201, description = "What was recorded.", body = Data<RecordedView>)),
)]
pub(crate) async fn record_budget_expenses(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
    Json(body): Json<BudgetExpensesBody>,
) -> Result<Created<RecordedView>> {
    Ok(Created(budgets::record(&ctx, id, &body.expenses()?).await?.into()))
}

/// Which expenses.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetExpensesQuery {
    /// Of this month; of all of them unless given.
    #[param(schema_with = schema::month, required = false)]
    month: Option<Month>,
    /// In this category; in all of them unless given.
    #[param(
        value_type = Option<String>, pattern = "^bca_[0-7][0-9A-HJKMNP-TV-Z]{25}$",
        example = "bca_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C",
    )]
    category_id: Option<BudgetCategoryId>,
    /// How many expenses at most.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What was spent of a budget, the latest day first. A page may hold fewer than `limit`: follow
/// `nextCursor` to the end.
#[utoipa::path(
    get,
    path = "/api/budgets/{id}/expenses",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.read"))),
    params(("id" = String, Path, description = "The budget's id."), BudgetExpensesQuery),
    responses((status = 200, description = "A page of expenses.", body = Page<BudgetExpenseView>)),
)]
pub(crate) async fn list_budget_expenses(
    Caller(ctx): Caller,
    Path(id): Path<BudgetId>,
    Query(query): Query<BudgetExpensesQuery>,
) -> Result<Page<BudgetExpenseView>> {
    let BudgetExpensesQuery { month, category_id, limit, cursor } = query;
    let wanted = (month, category_id);
    let page = budgets::expenses(&ctx, id, wanted, limit.get(), cursor.as_deref()).await?;
    Ok(Page::of(page, limit, |expense| BudgetExpenseView::new(&expense)))
}

/// Removes an expense: what it added to the figures is taken back.
#[utoipa::path(
    delete,
    path = "/api/budgets/{id}/expenses/{expenseId}",
    tag = "Budgets",
    extensions(("x-action" = json!("budgets.write"))),
    params(
        ("id" = String, Path, description = "The budget's id."),
        ("expenseId" = String, Path, description = "The expense's id."),
    ),
    responses((status = 204, description = "The expense is gone.")),
)]
pub(crate) async fn remove_budget_expense(
    Caller(ctx): Caller,
    Path((id, expense)): Path<(BudgetId, BudgetExpenseId)>,
) -> Result<Done> {
    budgets::remove_expense(&ctx, id, expense).await?;
    Ok(Done)
}
