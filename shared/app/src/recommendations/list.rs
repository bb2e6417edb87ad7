//! What is recommended, page by page.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    id::{ClientId, LeakId, OrgId, RecommendationId},
    leak::LeakCase,
    money::Currency,
    recommendation::{RecommendationCase, RecommendationKind, Verdict},
};
use clearmargin_insight::recommendations::{Act, GOOD_FOR_DAYS, Recommendation};
use jiff::{ToSpan as _, civil::Date};

use super::outcome::{Outcome, outcomes};
use crate::{
    Ctx, Error,
    analyses::{self, Advice},
    clients, sorted,
};

/// Which recommendations.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// For that client, by the id of any of its records.
    pub client: Option<ClientId>,
    /// Of that kind.
    pub kind: Option<RecommendationKind>,
    /// Those that were accepted or dismissed, by the name of what was decided; else those about which
    /// nothing was.
    pub verdict: Option<&'static str>,
}

/// A page of recommendations.
#[derive(Debug)]
pub struct RecommendedPage {
    /// What the analysis says, if there was one.
    pub advice: Option<Advice>,
    /// The currency of every amount.
    pub currency: Currency,
    /// Those of the page.
    pub page: Vec<Recommended>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A recommendation.
#[derive(Debug)]
pub enum Recommended {
    /// One about which nothing was decided.
    Open(Box<Offered>),
    /// One about which something was, with what came of it.
    Decided(Box<RecommendationCase>, Option<Outcome>),
}

/// A recommendation about which nothing was decided.
#[derive(Debug)]
pub struct Offered {
    /// By what it is known from one analysis to the next.
    pub id: RecommendationId,
    /// The leak that it is about, if it is about one.
    pub leak: Option<LeakId>,
    /// What is recommended.
    pub recommendation: Recommendation,
    /// The last day on which it can be accepted.
    pub good_through: Date,
}

impl Offered {
    pub(super) fn new(org: OrgId, recommendation: Recommendation, day: Date) -> Self {
        let leak = match &recommendation.act {
            Act::Recover(leak) => Some(LeakCase::id_of(org, &leak.key)),
            Act::Raise(_) | Act::Offer(_) => None,
        };
        Self {
            id: RecommendationCase::id_of(org, &recommendation.key),
            leak,
            recommendation,
            good_through: day.checked_add(GOOD_FOR_DAYS.days()).unwrap_or(day),
        }
    }
}

/// A page of recommendations: open ones by the dollars that are expected, decided ones the latest first.
pub async fn recommended(
    ctx: &Ctx,
    wanted: Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<RecommendedPage, Error> {
    ctx.require(Action::MarginsRead)?;
    let records = match wanted.client {
        Some(client) => Some(clients::named(ctx, client, "query.clientId").await?.ids()),
        None => None,
    };
    let chosen = |client: ClientId, kind: RecommendationKind| {
        records.as_ref().is_none_or(|records| records.contains(&client))
            && wanted.kind.is_none_or(|wanted| wanted == kind)
    };
    let scope = format!("recommendations|{wanted:?}");
    let advice = analyses::advice(ctx).await?;
    let currency = crate::organizations::own(ctx, ctx.org).await?.currency;
    let cases = ctx.tenant().all_lately::<RecommendationCase>().await?;
    let Some(verdict) = wanted.verdict else {
        let decided: HashMap<_, _> = cases.into_iter().map(|case| (case.id, case.value)).collect();
        let rows = advice.iter().flat_map(|advice| {
            let offered = |it: &Recommendation| Offered::new(ctx.org, it.clone(), advice.run.day);
            advice.recommendations.iter().map(offered)
        });
        let rows = rows.filter(|it| {
            chosen(it.recommendation.client, it.recommendation.act.kind())
                && !decided.contains_key(&it.id)
        });
        let rows = rows.map(|it| (dearest(&it.recommendation), Recommended::Open(Box::new(it))));
        let (page, next) = sorted::page(ctx, &scope, rows.collect(), limit, cursor)?;
        return Ok(RecommendedPage { advice, currency, page, next });
    };
    let rows = cases
        .into_iter()
        .map(|case| case.value)
        .filter(|case| chosen(case.client, case.kind) && case.verdict.as_str() == verdict);
    let rows = rows.map(|case| (latest(&case), case)).collect();
    let (page, next) = sorted::page(ctx, &scope, rows, limit, cursor)?;
    let outcomes = outcomes(ctx, &page).await?;
    let page = page.into_iter().zip(outcomes);
    let page = page.map(|(case, outcome)| Recommended::Decided(Box::new(case), outcome)).collect();
    Ok(RecommendedPage { advice, currency, page, next })
}

fn dearest(recommendation: &Recommendation) -> String {
    let left = i64::MAX.saturating_sub(recommendation.expected);
    format!("{left:020}|{}", recommendation.key)
}

fn latest(case: &RecommendationCase) -> String {
    let left = i64::MAX.saturating_sub(case.at.as_millisecond());
    format!("{left:020}|{}", case.key)
}

/// Whether something was done.
pub(super) const fn was_accepted(case: &RecommendationCase) -> bool {
    matches!(case.verdict, Verdict::Accepted { .. })
}
