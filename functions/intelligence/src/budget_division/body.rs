//! A budget to divide, as it is asked for.

use std::collections::HashMap;

use clearmargin_app::{Error, budgets::SpentBefore};
use clearmargin_domain::{id::BudgetId, money::Currency, text};
use clearmargin_insight::allocation::{
    Group, Limit, Line, MOST_PARTS, ONE, Proportion, Step, Wanted, Worth,
};
use clearmargin_web::{AmountIn, NumberIn, schema};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::openapi::{Object, schema::ArrayBuilder};

type Result<T> = std::result::Result<T, Error>;

/// A budget to divide. Every amount is in the organisation's currency.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BudgetDivisionBody {
    /// The budget.
    total: AmountIn,
    /// Whether nothing may be left of it.
    #[serde(default)]
    spend_all: bool,
    /// What counts: `value`, as much of it as can be had of the lines' returns, or `wishes`, to be as
    /// near to them as can be.
    #[schema(schema_with = aims)]
    aim: Aim,
    /// An earlier budget in the organisation's currency: the wish of a line that says none is what was
    /// spent in the category of that name until today.
    #[schema(schema_with = budget_or_null, required = false)]
    like_budget_id: Option<BudgetId>,
    /// What it is divided among.
    #[schema(min_items = 1, max_items = 200)]
    lines: Vec<DivisionLineBody>,
    /// Limits of several lines together.
    #[serde(default)]
    #[schema(max_items = 30)]
    groups: Vec<DivisionGroupBody>,
    /// Lines that follow other lines.
    #[serde(default)]
    #[schema(max_items = 20)]
    proportions: Vec<DivisionProportionBody>,
}

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Aim {
    Value,
    Wishes,
}

/// A line of a budget to divide.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DivisionLineBody {
    /// What it is called; no other line is called so, in any case.
    #[schema(schema_with = name)]
    name: text::Line<100>,
    /// What it gets at least; nothing unless given.
    #[schema(required = false)]
    least: Option<AmountIn>,
    /// What it gets at most.
    #[schema(required = false)]
    most: Option<AmountIn>,
    /// What it brings, where value counts: steps that bring less and less, and nothing beyond the last
    /// one. None at all is worth nothing.
    #[schema(max_items = 10, required = false)]
    returns: Option<Vec<DivisionStepBody>>,
    /// What was wished, where wishes count.
    #[schema(required = false)]
    wish: Option<AmountIn>,
    /// How much each unit counts that the line is off its wish, from 0 to 1,000 with at most four
    /// decimals; 1 unless given.
    #[schema(required = false)]
    weight: Option<NumberIn>,
}

/// A step of what a line brings.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DivisionStepBody {
    /// Up to which amount of the line; more than in the step before.
    up_to: AmountIn,
    /// What each unit of money of this step brings, from 0 to 1,000 with at most four decimals; no more
    /// than in the step before.
    per_unit: NumberIn,
}

/// Limits of several lines together: amounts, or shares of the budget.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DivisionGroupBody {
    /// What it is called; no other group or proportion is called so, in any case.
    #[schema(schema_with = name)]
    name: text::Line<100>,
    /// The names of its lines, each once.
    #[schema(schema_with = names)]
    lines: Vec<String>,
    /// What they get at least.
    #[schema(required = false)]
    least: Option<AmountIn>,
    /// The same as a share of the budget, from 0 to 1 with at most four decimals.
    #[schema(required = false)]
    least_share: Option<NumberIn>,
    /// What they get at most.
    #[schema(required = false)]
    most: Option<AmountIn>,
    /// The same as a share of the budget, from 0 to 1 with at most four decimals.
    #[schema(required = false)]
    most_share: Option<NumberIn>,
}

/// That a line follows another one: it gets at least, or at most, so many times as much.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DivisionProportionBody {
    /// What it is called; no other group or proportion is called so, in any case.
    #[schema(schema_with = name)]
    name: text::Line<100>,
    /// The name of the line.
    #[schema(schema_with = name)]
    line: String,
    /// The name of the line that it follows.
    #[schema(schema_with = name)]
    of: String,
    /// At least so many times as much, from 0 to 1,000 with at most two decimals.
    #[schema(required = false)]
    least: Option<NumberIn>,
    /// At most so many times as much, from 0 to 1,000 with at most two decimals.
    #[schema(required = false)]
    most: Option<NumberIn>,
}

fn aims() -> Object {
    schema::one_of(["value", "wishes"])
}

fn name() -> Object {
    schema::line(100)
}

fn names() -> ArrayBuilder {
    ArrayBuilder::new().items(name()).min_items(Some(1)).max_items(Some(200)).unique_items(true)
}

fn budget_or_null() -> Object {
    schema::or_null(schema::id(BudgetId::PREFIX))
}

/// What amounts and names mean.
struct Reads<'a> {
    currency: Currency,
    aim: Aim,
    before: Option<&'a SpentBefore>,
    places: HashMap<String, usize>,
}

impl BudgetDivisionBody {
    /// The earlier budget, if one is named.
    pub(crate) fn like(&self) -> Option<BudgetId> {
        self.like_budget_id
    }

    /// What is wanted, in the smallest unit of that currency.
    pub(crate) fn wanted(&self, currency: Currency, before: &SpentBefore) -> Result<Wanted> {
        let lines = self.lines.iter().enumerate();
        let places = lines.map(|(at, line)| (line.name.as_str().to_lowercase(), at));
        let before = self.like_budget_id.map(|_| before);
        let reads = Reads { currency, aim: self.aim, before, places: places.collect() };
        Ok(Wanted {
            total: reads.minor(&self.total, "total")?,
            spend_all: self.spend_all,
            lines: each(&self.lines, "lines", |line, path| reads.line(line, path))?,
            groups: each(&self.groups, "groups", |group, path| reads.group(group, path))?,
            proportions: each(&self.proportions, "proportions", |it, path| {
                reads.proportion(it, path)
            })?,
        })
    }
}

fn each<T, U>(list: &[T], field: &str, read: impl Fn(&T, &str) -> Result<U>) -> Result<Vec<U>> {
    let read = |(at, it): (usize, &T)| read(it, &format!("{field}[{at}]"));
    list.iter().enumerate().map(read).collect()
}

/// A number as ten-thousandths.
fn parts(number: NumberIn, path: &str) -> Result<u32> {
    let scaled = number.0.checked_mul(Decimal::from(ONE)).filter(Decimal::is_integer);
    let parts = scaled.and_then(|scaled| u32::try_from(scaled).ok());
    parts.filter(|parts| *parts <= MOST_PARTS).ok_or_else(|| {
        Error::invalid(path, "expected a number from 0 to 1,000 with at most four decimals")
    })
}

impl Reads<'_> {
    fn minor(&self, amount: &AmountIn, path: &str) -> Result<i64> {
        Ok(amount.money(self.currency, path)?.minor)
    }

    fn line(&self, body: &DivisionLineBody, path: &str) -> Result<Line> {
        let minor = |amount: &AmountIn, field: &str| self.minor(amount, &format!("{path}.{field}"));
        Ok(Line {
            name: body.name.as_str().to_owned(),
            least: body.least.as_ref().map_or(Ok(0), |least| minor(least, "least"))?,
            most: body.most.as_ref().map(|most| minor(most, "most")).transpose()?,
            worth: match self.aim {
                Aim::Value => self.returns(body, path)?,
                Aim::Wishes => self.wish(body, path)?,
            },
        })
    }

    fn returns(&self, body: &DivisionLineBody, path: &str) -> Result<Worth> {
        let refused = |field, why| Err(Error::invalid(format!("{path}.{field}"), why));
        match (&body.returns, &body.wish, &body.weight) {
            (_, Some(_), _) => refused("wish", "goes with the aim wishes"),
            (_, _, Some(_)) => refused("weight", "goes with the aim wishes"),
            (None, None, None) => refused("returns", "is needed for the aim value"),
            (Some(steps), None, None) => {
                let step = |step: &DivisionStepBody, path: &str| {
                    let up_to = self.minor(&step.up_to, &format!("{path}.upTo"))?;
                    Ok(Step { up_to, brings: parts(step.per_unit, &format!("{path}.perUnit"))? })
                };
                Ok(Worth::Returns(each(steps, &format!("{path}.returns"), step)?))
            }
        }
    }

    fn wish(&self, body: &DivisionLineBody, path: &str) -> Result<Worth> {
        if body.returns.is_some() {
            return Err(Error::invalid(format!("{path}.returns"), "goes with the aim value"));
        }
        let field = format!("{path}.wish");
        let wish = match (&body.wish, self.before) {
            (Some(wish), _) => self.minor(wish, &field)?,
            (None, Some(before)) => *before
                .get(&body.name.as_str().to_lowercase())
                .ok_or_else(|| Error::invalid(field, "no category of that budget is called so"))?,
            (None, None) => return Err(Error::invalid(field, "is needed for the aim wishes")),
        };
        let weight = body.weight.map_or(Ok(ONE), |it| parts(it, &format!("{path}.weight")))?;
        Ok(Worth::Wish { wish, weight })
    }

    fn group(&self, body: &DivisionGroupBody, path: &str) -> Result<Group> {
        let limit = |amount: &Option<AmountIn>, share: Option<NumberIn>, field: &str| {
            let path = format!("{path}.{field}");
            match (amount, share) {
                (Some(_), Some(_)) => {
                    Err(Error::invalid(format!("{path}Share"), "expected an amount or a share"))
                }
                (Some(amount), None) => Ok(Some(Limit::Amount(self.minor(amount, &path)?))),
                (None, Some(share)) => {
                    Ok(Some(Limit::Share(parts(share, &format!("{path}Share"))?)))
                }
                (None, None) => Ok(None),
            }
        };
        Ok(Group {
            name: body.name.as_str().to_owned(),
            lines: body.lines.iter().map(|name| self.place(name)).collect(),
            least: limit(&body.least, body.least_share, "least")?,
            most: limit(&body.most, body.most_share, "most")?,
        })
    }

    fn proportion(&self, body: &DivisionProportionBody, path: &str) -> Result<Proportion> {
        let share = |share: Option<NumberIn>, field: &str| {
            share.map(|share| parts(share, &format!("{path}.{field}"))).transpose()
        };
        Ok(Proportion {
            name: body.name.as_str().to_owned(),
            line: self.place(&body.line),
            of: self.place(&body.of),
            least: share(body.least, "least")?,
            most: share(body.most, "most")?,
        })
    }

    /// The place of a line; of a name that no line has, one that there is not, which is refused by name.
    fn place(&self, name: &str) -> usize {
        self.places.get(&name.trim().to_lowercase()).copied().unwrap_or(usize::MAX)
    }
}
