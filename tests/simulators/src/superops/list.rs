//! Lists: filtered, sorted, page by page.

use std::ops::Range;
use std::sync::Arc;

use apollo_compiler::Schema;
use serde_json::{Value, json};

use super::attribute::Attribute;
use super::condition::{Condition, Leaf, Test};
use super::error::ClientError;
use super::store::Collection;

/// Rows on a page at most.
const PAGE_LIMIT: i64 = 100;

/// A `ListInfoInput` that makes sense for its type.
pub(super) struct Request {
    page: i64,
    page_size: i64,
    condition: Option<Condition>,
    sort: Vec<Sort>,
    /// The input, to be echoed.
    echo: (Value, Value),
}

struct Sort {
    attribute: Attribute,
    descending: bool,
}

/// One page of rows, and the `listInfo` beside it.
pub(super) struct Page<'a> {
    pub(super) rows: Vec<&'a Value>,
    pub(super) info: Value,
    /// Whether more rows follow.
    pub(super) has_more: bool,
}

impl Request {
    /// Reads a `ListInfoInput` for a type.
    pub(super) fn read(
        schema: &Schema,
        type_name: &str,
        input: &Value,
        now: &str,
    ) -> Result<Self, ClientError> {
        let given = |name: &str| input.get(name).filter(|value| !value.is_null());
        let number = |name: &str, standard: i64| given(name).map_or(Some(standard), Value::as_i64);
        let within = |name: &str, range: Range<i64>, standard| {
            let number = number(name, standard).filter(|number| range.contains(number));
            number.ok_or_else(|| ClientError::invalid(name))
        };
        let condition = given("condition")
            .map(|condition| Condition::read(schema, type_name, condition, now))
            .transpose()?;
        let sort = given("sort").and_then(Value::as_array).into_iter().flatten();
        let sort =
            sort.map(|sort| Sort::read(schema, type_name, sort)).collect::<Result<_, _>>()?;
        let echo = |name: &str| given(name).cloned().unwrap_or_default();
        Ok(Self {
            page: within("page", 1..i64::from(i32::MAX), 1)?,
            page_size: within("pageSize", 1..PAGE_LIMIT + 1, PAGE_LIMIT)?,
            condition,
            sort,
            echo: (echo("condition"), echo("sort")),
        })
    }

    /// The rows of the page that `also` admits.
    pub(super) fn page<'a>(
        &self,
        rows: &'a Collection,
        scope: &str,
        also: impl Fn(&Value) -> bool,
    ) -> Page<'a> {
        let (condition, sort) = &self.echo;
        let key = json!([scope, condition, sort]).to_string();
        let matching = rows.remembered(&key, || self.select(rows, also));
        let skipped = usize::try_from((self.page - 1) * self.page_size).unwrap_or(usize::MAX);
        let size = usize::try_from(self.page_size).unwrap_or(0);
        let page = matching.iter().skip(skipped).take(size);
        let page: Vec<&Value> = page.filter_map(|index| rows.get(*index)).collect();
        let has_more = skipped.saturating_add(page.len()) < matching.len();
        let info = json!({
            "page": self.page,
            "pageSize": self.page_size,
            "sort": sort,
            "condition": condition,
            // Observed: true on inner pages, null (not false) on the last.
            "hasMore": has_more.then_some(true),
            "totalCount": matching.len(),
        });
        Page { rows: page, info, has_more }
    }

    fn select(&self, rows: &Collection, also: impl Fn(&Value) -> bool) -> Vec<usize> {
        let order = self.order(rows);
        let (range, is_exact) = self.range(rows, &order);
        let admits = |index: &usize| {
            rows.get(*index).is_some_and(|row| {
                let condition = self.condition.as_ref().filter(|_| !is_exact);
                also(row) && condition.is_none_or(|condition| condition.admits(row))
            })
        };
        order.get(range).unwrap_or_default().iter().copied().filter(admits).collect()
    }

    /// All rows in order. The sort is stable, so that equal rows keep the order of insertion.
    fn order(&self, rows: &Collection) -> Arc<Vec<usize>> {
        let (_, sort) = &self.echo;
        rows.remembered(&format!("order {sort}"), || {
            let mut order: Vec<usize> = (0..rows.len()).collect();
            for sort in self.sort.iter().rev() {
                order = sort.apply(rows, &order);
            }
            order
        })
    }

    /// The part of the order in which rows can match, and whether all of them do: readers that walk
    /// along a sorted time need not look at what they have read before.
    fn range(&self, rows: &Collection, order: &[usize]) -> (Range<usize>, bool) {
        let mut range = 0..order.len();
        let Some(condition) = &self.condition else { return (range, true) };
        let Some(first) = self.sort.first().filter(|sort| !sort.descending) else {
            return (range, false);
        };
        let mut is_exact = matches!(condition, Condition::Leaf(_));
        let place = |attribute: &Attribute, passed: &dyn Fn(&str) -> bool| {
            order.partition_point(|index| {
                let value = rows.get(*index).map(|row| attribute.of(row));
                value.and_then(Value::as_str).is_none_or(passed)
            })
        };
        for Leaf { attribute, test } in condition.required() {
            match test {
                Test::After(bound) if *attribute == first.attribute => {
                    let start = place(attribute, &|time| time <= bound.as_str());
                    range.start = range.start.max(start);
                }
                Test::Before(bound) if *attribute == first.attribute => {
                    let end = place(attribute, &|time| time < bound.as_str());
                    range.end = range.end.min(end);
                    // Rows without a time come first in the order but are not before any time.
                    is_exact = false;
                }
                _ => is_exact = false,
            }
        }
        (range.start..range.end.max(range.start), is_exact)
    }
}

impl Sort {
    fn read(schema: &Schema, type_name: &str, input: &Value) -> Result<Self, ClientError> {
        let name = input.get("attribute").and_then(Value::as_str);
        let name = name.ok_or_else(|| ClientError::missing("attribute"))?;
        let attribute = Attribute::find(schema, type_name, name);
        let attribute = attribute.ok_or_else(|| ClientError::invalid(name))?;
        let order = input.get("order").and_then(Value::as_str);
        Ok(Self { attribute, descending: order == Some("DESC") })
    }

    fn apply(&self, rows: &Collection, order: &[usize]) -> Vec<usize> {
        let keyed = order.iter().filter_map(|index| {
            let row = rows.get(*index)?;
            Some((*index, self.attribute.of(row)))
        });
        let mut keyed: Vec<(usize, &Value)> = keyed.collect();
        keyed.sort_by(|(_, left), (_, right)| {
            let ascending = self.attribute.compare(left, right);
            if self.descending { ascending.reverse() } else { ascending }
        });
        keyed.into_iter().map(|(index, _)| index).collect()
    }
}
