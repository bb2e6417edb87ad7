//! `GET /api/analytics/recurring-revenue`

use std::collections::HashMap;

use clearmargin_app::{
    clients::ClientGroup,
    revenue::{self, LeftOut, MonthEnd, RecurringAnswer, RecurringBasis},
};
use clearmargin_domain::{
    id::ClientId,
    metrics::recurring::{
        ClientMovement, Concentration, FORMULA, MovementKind, Movements, Retention,
    },
    money::{Currency, Money},
    period::Month,
};
use clearmargin_web::{
    Amount, Caller, Data, Format, Query, Ratio, Report, Result,
    figures::{AsOfView, PeriodView},
    layout::{Column, Kind, Layout, Table},
    schema,
};
use serde::{Deserialize, Serialize};

/// Which months, and where the revenue is taken from.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecurringQuery {
    /// First month, such as `2026-01`; eleven before the last unless given.
    #[param(schema_with = schema::month, required = false, example = "2026-01")]
    from: Option<Month>,
    /// Last month; the current one unless given. At most 36 months in one answer.
    #[param(schema_with = schema::month, required = false, example = "2026-10")]
    to: Option<Month>,
    /// `contract`: what was contracted at the end of each month. `invoice`: what lines of invoices
    /// that say that they recur charge for each month; for who may see invoices.
    #[serde(default)]
    #[param(inline, required = false)]
    basis: BasisName,
    /// As what.
    #[serde(default)]
    #[param(schema_with = schema::format, required = false)]
    format: Format,
}

/// Where recurring revenue is taken from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum BasisName {
    /// Agreements.
    #[default]
    Contract,
    /// Invoices.
    Invoice,
}

impl BasisName {
    const fn basis(self) -> RecurringBasis {
        match self {
            Self::Contract => RecurringBasis::Contract,
            Self::Invoice => RecurringBasis::Invoice,
        }
    }
}

/// Monthly recurring revenue (MRR) over some months.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecurringRevenueView {
    /// Where it is taken from: `contract` or `invoice`.
    #[schema(example = "contract")]
    basis: &'static str,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Which version of the formulas.
    #[schema(example = "recurring/1")]
    formula: &'static str,
    /// The months covered.
    period: PeriodView,
    /// Up to when each source has been read.
    as_of: AsOfView,
    /// Each month, to its end, or to today in the one that is not over.
    months: Vec<RecurringMonthView>,
    /// From before the first month to the end of the last one.
    whole: MovementsView,
    /// Each client whose revenue differs between the two, by how much it moved.
    clients: Vec<MovedView>,
    /// How few clients the revenue hangs on at the end; null without any.
    concentration: Option<ConcentrationView>,
    /// How many agreements have ended on a day that nobody says; they count in no month. Null by
    /// invoice.
    undated_ends: Option<usize>,
}

/// A month of recurring revenue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecurringMonthView {
    /// The month.
    #[schema(example = "2026-10")]
    month: String,
    /// How it moved.
    #[serde(flatten)]
    movements: MovementsView,
    /// Clients that have recurring revenue at the end.
    clients: usize,
    /// Average revenue per account: what there is at the end ÷ these clients; null without any.
    arpa: Option<Amount>,
    /// What stayed of the revenue at the start of the month.
    retention: RetentionView,
    /// What stayed of the revenue of twelve months earlier.
    yearly_retention: Option<RetentionView>,
    /// Contracted lines that recur and had no price, so that they have no part in it. Null by invoice.
    unpriced_lines: Option<usize>,
    /// What was invoiced in the month by lines that do not say that they recur: what is charged once,
    /// and everything that a source brought. Null by contract.
    other_revenue: Option<Amount>,
}

/// Start + new + expansion + reactivation − contraction − churn = end.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct MovementsView {
    /// What it starts from.
    start: Amount,
    /// Of clients that never had any before.
    new: TallyView,
    /// Of clients that have more.
    expansion: TallyView,
    /// Of clients that have less.
    contraction: TallyView,
    /// Of clients that have none any more.
    churn: TallyView,
    /// Of clients that had none any more and have some again.
    reactivation: TallyView,
    /// What it ends at.
    end: Amount,
}

/// What moved in one way.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TallyView {
    /// By how much; never below zero.
    amount: Amount,
    /// How many clients.
    clients: usize,
}

/// What stayed of the revenue of those clients that had some.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RetentionView {
    /// Net revenue retention: with what they have more. Null when nobody had any.
    net: Option<Ratio>,
    /// Gross revenue retention: without. Null when nobody had any.
    gross: Option<Ratio>,
    /// Clients lost ÷ clients; null without any.
    client_churn: Option<Ratio>,
    /// How many clients these are.
    clients: usize,
}

/// A client whose revenue moved.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct MovedView {
    /// The client.
    client_id: String,
    /// Its name; null when it is not known any more.
    name: Option<String>,
    /// `new`, `expansion`, `contraction`, `churn` or `reactivation`.
    #[schema(example = "expansion")]
    movement: &'static str,
    /// What it had before.
    start: Amount,
    /// What it has.
    end: Amount,
}

/// The shares of the largest clients in the revenue of all that have some.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConcentrationView {
    /// The client with the most.
    largest_client_id: String,
    /// Its share.
    largest: Ratio,
    /// The share of the five with the most.
    top5: Ratio,
    /// The share of the ten with the most.
    top10: Ratio,
    /// The Herfindahl–Hirschman index: Σ share².
    herfindahl: Ratio,
}

impl MovementsView {
    fn new(movements: &Movements, currency: Currency) -> Self {
        let amount = |minor| Amount(Money::new(minor, currency));
        let tally = |kind| {
            let tally = movements.tally(kind);
            TallyView { amount: amount(tally.minor), clients: tally.clients }
        };
        Self {
            start: amount(movements.start()),
            new: tally(MovementKind::New),
            expansion: tally(MovementKind::Expansion),
            contraction: tally(MovementKind::Contraction),
            churn: tally(MovementKind::Churn),
            reactivation: tally(MovementKind::Reactivation),
            end: amount(movements.end()),
        }
    }
}

impl RetentionView {
    fn new(retention: &Retention) -> Self {
        Self {
            net: retention.nrr().map(Ratio),
            gross: retention.grr().map(Ratio),
            client_churn: retention.logo_churn().map(Ratio),
            clients: retention.clients,
        }
    }
}

impl RecurringMonthView {
    fn new(end: &MonthEnd, currency: Currency) -> Self {
        Self {
            month: end.month.to_string(),
            movements: MovementsView::new(&end.movements, currency),
            clients: end.revenue.clients().count(),
            arpa: end.revenue.arpa().map(|minor| Amount(Money::new(minor, currency))),
            retention: RetentionView::new(&end.movements.retention()),
            yearly_retention: end.year.as_ref().map(RetentionView::new),
            unpriced_lines: match end.left_out {
                LeftOut::UnpricedLines(lines) => Some(lines),
                LeftOut::OtherRevenue(_) => None,
            },
            other_revenue: match end.left_out {
                LeftOut::UnpricedLines(_) => None,
                LeftOut::OtherRevenue(minor) => Some(Amount(Money::new(minor, currency))),
            },
        }
    }
}

impl ConcentrationView {
    fn new(concentration: &Concentration) -> Self {
        Self {
            largest_client_id: concentration.largest_client.to_string(),
            largest: Ratio(concentration.largest),
            top5: Ratio(concentration.top_5),
            top10: Ratio(concentration.top_10),
            herfindahl: Ratio(concentration.hhi),
        }
    }
}

impl RecurringRevenueView {
    fn new(answer: &RecurringAnswer) -> Self {
        let currency = answer.currency;
        Self {
            basis: match answer.basis {
                RecurringBasis::Contract => "contract",
                RecurringBasis::Invoice => "invoice",
            },
            currency: currency.to_string(),
            formula: FORMULA,
            period: PeriodView::new(answer.period),
            as_of: AsOfView::new(answer.as_of),
            months: answer
                .months
                .iter()
                .map(|end| RecurringMonthView::new(end, currency))
                .collect(),
            whole: MovementsView::new(&answer.whole, currency),
            clients: moved(&answer.whole, &answer.clients, currency),
            concentration: answer.concentration.as_ref().map(ConcentrationView::new),
            undated_ends: answer.undated_ends,
        }
    }
}

/// The clients that moved, by how much they did.
fn moved(
    whole: &Movements,
    clients: &HashMap<ClientId, ClientGroup>,
    currency: Currency,
) -> Vec<MovedView> {
    let amount = |minor| Amount(Money::new(minor, currency));
    let mut moved: Vec<_> = whole
        .clients()
        .iter()
        .filter_map(|movement| movement.kind().map(|kind| (*movement, kind)))
        .collect();
    moved.sort_by_key(|(movement, _)| (std::cmp::Reverse(movement.minor()), movement.client()));
    let view = |(movement, kind): (ClientMovement, MovementKind)| MovedView {
        client_id: movement.client().to_string(),
        name: clients.get(&movement.client()).map(|client| client.name().to_owned()),
        movement: kind.as_str(),
        start: amount(movement.start()),
        end: amount(movement.end()),
    };
    moved.into_iter().map(view).collect()
}

const LAYOUT: Layout = Layout {
    name: "recurring-revenue",
    title: "Monthly recurring revenue",
    tables: &[
        Table {
            title: "Months",
            rows: "months",
            total: None,
            columns: &[
                Column::new("month", "Month", Kind::Text),
                Column::new("start", "Start", Kind::Amount),
                Column::new("new.amount", "New", Kind::Amount),
                Column::new("expansion.amount", "Expansion", Kind::Amount),
                Column::new("reactivation.amount", "Reactivation", Kind::Amount),
                Column::new("contraction.amount", "Contraction", Kind::Amount),
                Column::new("churn.amount", "Churn", Kind::Amount),
                Column::new("end", "End", Kind::Amount),
                Column::new("new.clients", "Clients new", Kind::Count),
                Column::new("expansion.clients", "Clients with more", Kind::Count),
                Column::new("reactivation.clients", "Clients again", Kind::Count),
                Column::new("contraction.clients", "Clients with less", Kind::Count),
                Column::new("churn.clients", "Clients lost", Kind::Count),
                Column::new("clients", "Clients", Kind::Count),
                Column::new("arpa", "Per client", Kind::Amount),
                Column::new("retention.net", "Net retention", Kind::Share),
                Column::new("retention.gross", "Gross retention", Kind::Share),
                Column::new("retention.clientChurn", "Client churn", Kind::Share),
                Column::new("retention.clients", "Clients before", Kind::Count),
                Column::new("yearlyRetention.net", "Net retention, a year", Kind::Share),
                Column::new("yearlyRetention.gross", "Gross retention, a year", Kind::Share),
                Column::new("yearlyRetention.clientChurn", "Client churn, a year", Kind::Share),
                Column::new("yearlyRetention.clients", "Clients a year before", Kind::Count),
                Column::new("unpricedLines", "Lines without a price", Kind::Count),
                Column::new("otherRevenue", "Other revenue", Kind::Amount),
            ],
        },
        Table {
            title: "Clients that moved",
            rows: "clients",
            total: None,
            columns: &[
                Column::new("name", "Client", Kind::Text),
                Column::new("clientId", "Id", Kind::Text),
                Column::new("movement", "Movement", Kind::Text),
                Column::new("start", "Before", Kind::Amount),
                Column::new("end", "After", Kind::Amount),
            ],
        },
    ],
};

/// How recurring revenue (MRR) moved, by contract or by invoice: new, expansion, contraction, churn and
/// reactivation of each month, what of it stays (NRR, GRR), revenue per account, and how few
/// clients it hangs on.
#[utoipa::path(
    get,
    path = "/api/analytics/recurring-revenue",
    tag = "Revenue",
    extensions(("x-action" = json!("agreements.read"))),
    params(RecurringQuery),
    responses((status = 200, description = "The revenue.", body = Data<RecurringRevenueView>)),
)]
pub(crate) async fn recurring_revenue(
    Caller(ctx): Caller,
    Query(query): Query<RecurringQuery>,
) -> Result<Report<RecurringRevenueView>> {
    let basis = query.basis.basis();
    let answer = revenue::recurring(&ctx, basis, query.from, query.to).await?;
    Ok(Report::new(RecurringRevenueView::new(&answer), query.format, &LAYOUT))
}
