//! A divided budget, as it is shown.

use clearmargin_app::budgets::Divided;
use clearmargin_domain::money::{Currency, Money};
use clearmargin_insight::allocation::{Conflict, Division, Move, Rule, Standing, Wanted};
use clearmargin_web::{Amount, Ratio, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

/// A divided budget, or what stands against dividing it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BudgetDivisionView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// The budget.
    total: Amount,
    /// How it is divided; null where the rules cannot all hold.
    division: Option<DivisionView>,
    /// What stands against it; null where it is divided.
    conflict: Option<DivisionConflictView>,
}

/// How a budget is divided.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DivisionView {
    /// What the lines get together.
    spent: Amount,
    /// What is left of the budget.
    left: Amount,
    /// What it brings, in units of money; where wishes count, less than nothing by what is off, each
    /// unit as much as it counts.
    value: Ratio,
    /// How much more there could be at most if there were parts of a cent, rounded up. 0 says that no
    /// division is better.
    lost: Ratio,
    /// What each line gets.
    lines: Vec<DividedLineView>,
    /// Each rule.
    rules: Vec<DivisionRuleView>,
}

/// What a line gets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DividedLineView {
    /// The line.
    #[schema(example = "Training")]
    name: String,
    /// What it gets.
    amount: Amount,
    /// What that brings, or how far it is off the wish, then less than nothing.
    value: Ratio,
}

/// A rule by its name.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct DivisionRuleName {
    /// What it says: no more than the budget (`total`), all of it (`spend_all`), or what a line, a group
    /// or a line in proportion to another one gets at least or at most.
    #[schema(schema_with = kinds)]
    kind: &'static str,
    /// What the line, the group or the proportion is called; null for the whole.
    #[schema(example = "Growth")]
    name: Option<String>,
}

/// How a rule stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DivisionRuleView {
    #[serde(flatten)]
    rule: DivisionRuleName,
    /// What it comes to.
    actual: Amount,
    /// What it may come to; of a proportion, for what the other line gets.
    limit: Amount,
    /// Whether it is in the way: less than a cent is between the two.
    binding: bool,
    /// What each unit of money more room would bring, measured on a cent.
    looser: Ratio,
    /// What each unit of money less room would cost, measured on a cent; null where there is no
    /// division with less.
    tighter: Option<Ratio>,
    /// By how much it is missed: 0, but where nothing in whole cents keeps to it.
    missed: Amount,
}

/// Rules that stand against each other.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DivisionConflictView {
    /// The rules. Without any one of them the others could hold; by how much each alone would have to
    /// move for that.
    rules: Vec<DivisionMoveView>,
    /// Moves after which every rule could hold, also what is not among those: the least money of all such
    /// moves.
    way_out: Vec<DivisionMoveView>,
}

/// How far a rule would have to move.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DivisionMoveView {
    #[serde(flatten)]
    rule: DivisionRuleName,
    /// By how much: what is a least down, what is a most up.
    by: Amount,
}

const KINDS: [&str; 8] = [
    "total",
    "spend_all",
    "line_least",
    "line_most",
    "group_least",
    "group_most",
    "proportion_least",
    "proportion_most",
];

fn kinds() -> Object {
    schema::one_of(KINDS)
}

/// Renders by names and in a currency.
struct Renders<'a> {
    currency: Currency,
    wanted: &'a Wanted,
}

impl Renders<'_> {
    fn amount(&self, minor: i64) -> Amount {
        Amount(Money::new(minor, self.currency))
    }

    /// A number of smallest units as one of major units.
    fn major(&self, minor: Decimal) -> Ratio {
        let unit = Decimal::new(1, self.currency.decimals());
        Ratio(minor.checked_mul(unit).unwrap_or(minor))
    }

    fn rule(&self, rule: Rule) -> DivisionRuleName {
        let line = |at: usize| self.wanted.lines.get(at).map(|line| line.name.clone());
        let group = |at: usize| self.wanted.groups.get(at).map(|group| group.name.clone());
        let proportion = |at: usize| self.wanted.proportions.get(at).map(|it| it.name.clone());
        let [total, all, line_least, line_most, group_least, group_most, least, most] = KINDS;
        let (kind, name) = match rule {
            Rule::Total => (total, None),
            Rule::SpendAll => (all, None),
            Rule::LineLeast(at) => (line_least, line(at)),
            Rule::LineMost(at) => (line_most, line(at)),
            Rule::GroupLeast(at) => (group_least, group(at)),
            Rule::GroupMost(at) => (group_most, group(at)),
            Rule::ProportionLeast(at) => (least, proportion(at)),
            Rule::ProportionMost(at) => (most, proportion(at)),
        };
        DivisionRuleName { kind, name }
    }

    fn division(&self, division: &Division) -> DivisionView {
        let spent = division.amounts.iter().sum();
        let amounts = division.amounts.iter().zip(&division.worth);
        let lines = self.wanted.lines.iter().zip(amounts);
        let lines = lines.map(|(line, (amount, worth))| DividedLineView {
            name: line.name.clone(),
            amount: self.amount(*amount),
            value: self.major(*worth),
        });
        DivisionView {
            spent: self.amount(spent),
            left: self.amount(self.wanted.total.saturating_sub(spent)),
            value: self.major(division.value),
            lost: self.major(division.lost),
            lines: lines.collect(),
            rules: division.rules.iter().map(|standing| self.standing(standing)).collect(),
        }
    }

    fn standing(&self, standing: &Standing) -> DivisionRuleView {
        DivisionRuleView {
            rule: self.rule(standing.rule),
            actual: self.amount(standing.actual),
            limit: self.amount(standing.limit),
            binding: standing.binding,
            looser: Ratio(standing.looser),
            tighter: standing.tighter.map(Ratio),
            missed: self.amount(standing.missed),
        }
    }

    fn moves(&self, moves: &[Move]) -> Vec<DivisionMoveView> {
        let view =
            |it: &Move| DivisionMoveView { rule: self.rule(it.rule), by: self.amount(it.by) };
        moves.iter().map(view).collect()
    }

    fn conflict(&self, conflict: &Conflict) -> DivisionConflictView {
        DivisionConflictView {
            rules: self.moves(&conflict.rules),
            way_out: self.moves(&conflict.way_out),
        }
    }
}

impl BudgetDivisionView {
    pub(crate) fn new(divided: &Divided) -> Self {
        let renders = Renders { currency: divided.currency, wanted: &divided.wanted };
        let outcome = divided.outcome.as_ref();
        Self {
            currency: divided.currency.to_string(),
            total: renders.amount(divided.wanted.total),
            division: outcome.ok().map(|division| renders.division(division)),
            conflict: outcome.err().map(|conflict| renders.conflict(conflict)),
        }
    }
}
