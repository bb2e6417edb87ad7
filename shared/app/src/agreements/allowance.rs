//! What an agreement's allowance granted, and what was used of it.

use std::collections::{BTreeSet, HashMap};

use clearmargin_domain::{
    access::Action,
    agreement::{Agreement, AgreementTerms, Allowance, AllowanceMonth, ledger},
    id::{AgreementId, ClientId},
    labour::WorkedTime,
    period::{Month, Period},
    rollup::Subject,
    time_entry::TimeEntry,
};

use super::{own, terms};
use crate::{Ctx, Error, books, clients, recost, tickets};

/// How many months one answer may cover.
const MOST_MONTHS: usize = 24;
/// How many months of work are read for it at most: what is carried over depends on all of them.
const MOST_HISTORY: usize = 60;

/// An allowance, month by month.
#[derive(Debug, Clone)]
pub struct AllowanceAnswer {
    /// The allowance; none when the agreement includes no time.
    pub allowance: Option<Allowance>,
    /// The months.
    pub months: Vec<AllowanceMonth>,
}

/// An agreement's allowance over some months; unless said, the twelve up to the current one. Work
/// that billing says is covered counts, of all the client's agreements alike, but for what this
/// agreement excludes.
pub async fn allowance(
    ctx: &Ctx,
    id: AgreementId,
    from: Option<Month>,
    to: Option<Month>,
) -> Result<AllowanceAnswer, Error> {
    ctx.require(Action::AgreementsRead)?;
    let agreement = own(ctx, id).await?;
    let terms = terms(ctx, &agreement).await?.map(|terms| terms.value);
    let first = Month::of(agreement.start);
    let today = books::today(ctx).await?;
    let last = agreement.end.map_or(today, |end| end.min(today));
    let to = to.unwrap_or(Month::of(last));
    let from = from.unwrap_or_else(|| to.plus(-11)).max(first);
    if to < first {
        return Ok(AllowanceAnswer {
            allowance: terms.and_then(|it| it.allowance),
            months: Vec::new(),
        });
    }
    let wanted = Period::new(from, to, MOST_MONTHS);
    let wanted = wanted.map_err(|error| Error::invalid("query.from", error.to_string()))?;
    let Some((terms, allowance)) =
        terms.and_then(|it| it.allowance.map(|allowance| (it, allowance)))
    else {
        return Ok(AllowanceAnswer { allowance: None, months: Vec::new() });
    };
    let history = history(allowance, first, wanted, MOST_HISTORY)?;
    let records = clients::group_of(ctx, agreement.client).await?.ids();
    let months = passed(ctx, &terms, allowance, &records, history).await?.into_iter();
    let months = months.filter(|it| wanted.contains(it.month)).collect();
    Ok(AllowanceAnswer { allowance: Some(allowance), months })
}

/// What an agreement's allowance was in a month; none where it includes no time, or began later.
pub(crate) async fn allowance_in(
    ctx: &Ctx,
    agreement: &Agreement,
    terms: &AgreementTerms,
    records: &[ClientId],
    month: Month,
) -> Result<Option<AllowanceMonth>, Error> {
    let first = Month::of(agreement.start);
    let Some(allowance) = terms.allowance.filter(|_| first <= month) else { return Ok(None) };
    let only = Period::new(month, month, 1).map_err(Error::internal)?;
    let history = history(allowance, first, only, usize::MAX)?;
    let months = passed(ctx, terms, allowance, records, history).await?;
    Ok(months.into_iter().next_back())
}

/// An allowance over months of which the first is the first that counts.
async fn passed(
    ctx: &Ctx,
    terms: &AgreementTerms,
    allowance: Allowance,
    records: &[ClientId],
    history: Period,
) -> Result<Vec<AllowanceMonth>, Error> {
    let worked = months_with_work(ctx, records, history).await?;
    let mut used = Vec::new();
    for month in history.months() {
        let mut seconds = 0;
        let records = if worked.contains(&month) { records } else { &[] };
        for record in records {
            let entries = recost::entries(ctx.tenant(), Some(*record), month).await?;
            let entries: Vec<_> = entries.into_iter().map(|entry| entry.value).collect();
            seconds += work(ctx, terms, &entries).await?.seconds;
        }
        used.push(WorkedTime { seconds });
    }
    Ok(ledger(allowance, history.from(), used))
}

/// The months in which any of a client's records has work, as summed, and the last two, of which what
/// was written just now may not be summed yet: time is carried over from years without any.
async fn months_with_work(
    ctx: &Ctx,
    records: &[ClientId],
    history: Period,
) -> Result<BTreeSet<Month>, Error> {
    let mut months = BTreeSet::from([history.to().plus(-1), history.to()]);
    if history.len() > months.len() {
        for record in records {
            let sums = ctx.tenant().rollups(Subject::Client(*record), history).await?.into_iter();
            months.extend(sums.filter(|(_, sums)| sums.time_entries > 0).map(|(month, _)| month));
        }
    }
    Ok(months)
}

/// The months whose work decides the ones that are wanted.
fn history(
    allowance: Allowance,
    first: Month,
    wanted: Period,
    most: usize,
) -> Result<Period, Error> {
    let alone = matches!(allowance, Allowance::Monthly { roll_over: None, .. });
    let from = if alone { wanted.from() } else { first };
    Period::new(from, wanted.to(), most).map_err(|_| {
        Error::invalid(
            "query.to",
            "at most 60 months after an agreement with time to carry over began",
        )
    })
}

/// How much of the allowance these entries use.
async fn work(
    ctx: &Ctx,
    terms: &AgreementTerms,
    entries: &[TimeEntry],
) -> Result<WorkedTime, Error> {
    let categories = if terms.depends_on_category() {
        tickets::categories(ctx, entries).await?
    } else {
        HashMap::new()
    };
    let used = entries.iter().filter_map(|entry| {
        let category = entry.ticket.and_then(|id| categories.get(&id)?.as_deref());
        terms.uses(entry, category)
    });
    Ok(used.sum())
}
