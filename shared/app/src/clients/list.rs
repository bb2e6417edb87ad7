//! Clients as people look for them: filtered, in order, page by page.

use std::{cmp::Ordering, collections::BTreeMap};

use clearmargin_domain::{
    access::Action,
    client::{ClientStatus, ContractType, MarginBand},
    id::{ClientId, UserId},
};
use rust_decimal::Decimal;

use super::{
    ClientGroup,
    row::{Row, rows},
};
use crate::{Ctx, Error};

/// What to order clients by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The name, in whatever case.
    #[default]
    Name,
    /// What recurs every month.
    Mrr,
    /// The margin, as a share of the revenue.
    Margin,
    /// How many tickets are open.
    OpenTickets,
    /// When they were made.
    Created,
}

impl Sort {
    /// Whether the order tells what not everybody may see.
    fn is_of_money(self) -> bool {
        matches!(self, Self::Mrr | Self::Margin)
    }
}

/// Which clients, and in which order; everything that is said has to hold.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// What a name, a domain or a tag contains, in whatever case.
    pub text: Option<String>,
    /// Where they stand; without it, all that are not archived.
    pub status: Option<ClientStatus>,
    /// What they do, in whatever case.
    pub industry: Option<String>,
    /// How they are charged.
    pub contract_type: Option<ContractType>,
    /// Who looks after them.
    pub owner: Option<UserId>,
    /// A tag, in whatever case.
    pub tag: Option<String>,
    /// How much of their revenue is left.
    pub band: Option<MarginBand>,
    /// What to order them by; those without it come last, equal ones by id.
    pub sort: Sort,
    /// Whether the greatest come first.
    pub descending: bool,
}

/// A page of clients.
#[derive(Debug)]
pub struct Page {
    /// The clients.
    pub rows: Vec<Row>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

/// Clients in order. A cursor names the place after which the next page begins, not a number of
/// rows: what comes and goes meanwhile moves nothing else.
pub async fn list(
    ctx: &Ctx,
    wanted: &Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page, Error> {
    ctx.require(Action::ClientsRead)?;
    if wanted.band.is_some() || wanted.sort.is_of_money() {
        ctx.require(Action::MarginsRead)?;
    }
    let scope = format!("clients|{wanted:?}");
    let after = cursor.map(|cursor| opened(ctx, &scope, cursor)).transpose()?;
    let rows = rows(ctx).await?.into_iter().filter(|row| wanted.takes(row));
    let mut placed: Vec<_> = rows.map(|row| (Place::of(&row, wanted.sort), row)).collect();
    if let Some(after) = after {
        placed.retain(|(place, _)| place.compare(&after, wanted.descending).is_gt());
    }
    placed.sort_by(|(a, _), (b, _)| a.compare(b, wanted.descending));
    let more = placed.len() > limit;
    placed.truncate(limit);
    let last = placed.last().filter(|_| more);
    let next = last.map(|(place, _)| ctx.tenant().seal_place(&scope, &place.to_texts()));
    Ok(Page { rows: placed.into_iter().map(|(_, row)| row).collect(), next })
}

fn opened(ctx: &Ctx, scope: &str, cursor: &str) -> Result<Place, Error> {
    let refused = || Error::invalid("query.cursor", "the cursor does not belong to this list");
    let texts = ctx.tenant().open_place(scope, cursor).map_err(|_| refused())?;
    Place::from_texts(&texts).ok_or_else(refused)
}

impl Wanted {
    fn takes(&self, row: &Row) -> bool {
        let profile = row.group.profile();
        let industry = || profile.and_then(|profile| profile.industry.as_ref());
        let same = |wanted: &str, word: &str| wanted.trim().to_lowercase() == word.to_lowercase();
        let band = || row.figures.map(|figures| figures.band);
        self.takes_status(row.group.status())
            && self.text.as_ref().is_none_or(|text| contains(&row.group, text))
            && self.industry.as_ref().is_none_or(|wanted| {
                industry().is_some_and(|industry| same(wanted, industry.as_str()))
            })
            && self.contract_type.is_none_or(|wanted| {
                profile.and_then(|profile| profile.contract_type) == Some(wanted)
            })
            && (self.owner.is_none() || self.owner == profile.and_then(|profile| profile.owner))
            && self
                .tag
                .as_ref()
                .is_none_or(|wanted| profile.is_some_and(|profile| profile.tags.contains(wanted)))
            && self.band.is_none_or(|wanted| band() == Some(wanted))
    }

    fn takes_status(&self, status: ClientStatus) -> bool {
        match self.status {
            Some(wanted) => wanted == status,
            None => status != ClientStatus::Archived,
        }
    }
}

fn contains(group: &ClientGroup, text: &str) -> bool {
    let text = text.to_lowercase();
    let tags = group.profile().into_iter().flat_map(|profile| profile.tags.iter());
    let mut words = [group.name()].into_iter().chain(group.domains()).chain(tags);
    words.any(|word| word.to_lowercase().contains(&text))
}

/// Where a client stands in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    value: Option<Value>,
    id: ClientId,
}

/// What clients are ordered by; of one order, all are of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Number(Decimal),
    Text(String),
}

impl Place {
    fn of(row: &Row, sort: Sort) -> Self {
        let number = |number: i64| Value::Number(Decimal::from(number));
        let value = match sort {
            Sort::Name => Some(Value::Text(row.group.name().to_lowercase())),
            Sort::Mrr => row.figures.and_then(|it| it.promised.mrr).map(|mrr| number(mrr.minor)),
            Sort::Margin => row.figures.and_then(|it| it.margin).map(Value::Number),
            Sort::OpenTickets => Some(number(row.tickets_open)),
            Sort::Created => row.created_at.map(|at| number(at.as_millisecond())),
        };
        Self { value, id: row.group.lead().id }
    }

    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let values = match (&self.value, &other.value) {
            (Some(own), Some(other)) if descending => other.cmp(own),
            (Some(own), Some(other)) => own.cmp(other),
            (own, other) => other.is_some().cmp(&own.is_some()),
        };
        values.then(self.id.cmp(&other.id))
    }

    fn to_texts(&self) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::from([("id".to_owned(), self.id.to_string())]);
        texts.extend(self.value.as_ref().map(|value| match value {
            Value::Number(number) => ("number".to_owned(), number.to_string()),
            Value::Text(text) => ("text".to_owned(), text.clone()),
        }));
        texts
    }

    fn from_texts(texts: &BTreeMap<String, String>) -> Option<Self> {
        let value = match (texts.get("number"), texts.get("text")) {
            (Some(number), _) => Some(Value::Number(number.parse().ok()?)),
            (None, text) => text.cloned().map(Value::Text),
        };
        Some(Self { value, id: texts.get("id")?.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn place((value, id): (Option<i16>, u8)) -> Place {
        let value = value.map(|value| Value::Number(value.into()));
        Place { value, id: ClientId::new(Timestamp::UNIX_EPOCH, id.into()) }
    }

    proptest! {
        #[test]
        fn an_order_is_total_with_those_last_that_have_no_value(
            places in vec((proptest::option::of(-3_i16..3), any::<u8>()), 0..40),
            descending: bool,
        ) {
            let mut places: Vec<_> = places.into_iter().map(place).collect();
            places.sort_by(|a, b| a.compare(b, descending));
            for pair in places.windows(2) {
                prop_assert!(pair[0].compare(&pair[1], descending).is_le());
                prop_assert!(pair[0].value.is_some() || pair[1].value.is_none());
                if let (Some(first), Some(second)) = (&pair[0].value, &pair[1].value) {
                    let (least, greatest) =
                        if descending { (second, first) } else { (first, second) };
                    prop_assert!(least <= greatest);
                }
            }
        }

        #[test]
        fn a_place_reads_back_from_its_texts(number: Option<i16>, id: u8, text in ".{0,20}") {
            let place = place((number, id));
            prop_assert_eq!(Place::from_texts(&place.to_texts()), Some(place.clone()));
            let named = Place { value: Some(Value::Text(text)), ..place };
            prop_assert_eq!(Place::from_texts(&named.to_texts()), Some(named));
        }
    }
}
