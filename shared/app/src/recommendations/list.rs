//! What is recommended, page by page.

use std::collections::HashSet;

use clearmargin_domain::{
    access::Action,
    analysis::AnalysisRun,
    id::{ClientId, LeakId, OrgId, RecommendationId},
    leak::LeakCase,
    money::Currency,
    recommendation::{Decided, RecommendationCase, RecommendationKind},
};
use clearmargin_insight::recommendations::{Act, GOOD_FOR_DAYS, Recommendation};
use jiff::{ToSpan as _, civil::Date};

use super::outcome::{Outcome, outcomes};
use crate::{Ctx, Error, analyses, clients, organizations, sorted};

/// Which recommendations.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// For that client, by the id of any of its records.
    pub client: Option<ClientId>,
    /// Of that kind.
    pub kind: Option<RecommendationKind>,
    /// Those about which that was decided; else those about which nothing was.
    pub decided: Option<Decided>,
}

/// A page of recommendations.
#[derive(Debug)]
pub struct RecommendedPage {
    /// The last analysis, if there was one.
    pub run: Option<AnalysisRun>,
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
    let place = Place { wanted, records, limit, cursor };
    let cases = ctx.tenant().all_lately::<RecommendationCase>().await?;
    let cases = cases.into_iter().map(|case| case.value).collect();
    match wanted.decided {
        Some(decided) => decided_ones(ctx, &place, cases, decided).await,
        None => open_ones(ctx, &place, cases).await,
    }
}

/// Which recommendations, and from which one on.
struct Place<'a> {
    wanted: Wanted,
    /// The client's records, if one is wanted.
    records: Option<Vec<ClientId>>,
    limit: usize,
    cursor: Option<&'a str>,
}

impl Place<'_> {
    fn wants(&self, client: ClientId, kind: RecommendationKind) -> bool {
        self.records.as_ref().is_none_or(|records| records.contains(&client))
            && self.wanted.kind.is_none_or(|wanted| wanted == kind)
    }

    fn page<T>(
        &self,
        ctx: &Ctx,
        rows: Vec<(String, T)>,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let scope = format!("recommendations|{:?}", self.wanted);
        sorted::page(ctx, &scope, rows, self.limit, self.cursor)
    }
}

async fn open_ones(
    ctx: &Ctx,
    place: &Place<'_>,
    cases: Vec<RecommendationCase>,
) -> Result<RecommendedPage, Error> {
    let currency = organizations::own(ctx, ctx.org).await?.currency;
    let decided: HashSet<_> = cases.into_iter().map(|case| case.id).collect();
    let Some(advice) = analyses::advice(ctx).await? else {
        return Ok(RecommendedPage { run: None, currency, page: Vec::new(), next: None });
    };
    let wanted = |it: &Recommendation| place.wants(it.client, it.act.kind()).then(|| dearest(it));
    let rows = advice.recommendations.into_iter().filter_map(|it| {
        let key = wanted(&it)?;
        let offered = Offered::new(ctx.org, it, advice.run.day);
        (!decided.contains(&offered.id)).then(|| (key, Recommended::Open(Box::new(offered))))
    });
    let (page, next) = place.page(ctx, rows.collect())?;
    Ok(RecommendedPage { run: Some(advice.run), currency, page, next })
}

async fn decided_ones(
    ctx: &Ctx,
    place: &Place<'_>,
    cases: Vec<RecommendationCase>,
    decided: Decided,
) -> Result<RecommendedPage, Error> {
    let rows = cases
        .into_iter()
        .filter(|case| case.verdict.decided() == decided && place.wants(case.client, case.kind));
    let rows = rows.map(|case| (latest(&case), case)).collect();
    let (page, next) = place.page(ctx, rows)?;
    let outcomes = outcomes(ctx, &page).await?;
    let page = page.into_iter().zip(outcomes);
    let page = page.map(|(case, outcome)| Recommended::Decided(Box::new(case), outcome)).collect();
    let currency = organizations::own(ctx, ctx.org).await?.currency;
    Ok(RecommendedPage { run: analyses::last_done(ctx).await?, currency, page, next })
}

fn dearest(recommendation: &Recommendation) -> String {
    let left = i64::MAX.saturating_sub(recommendation.expected);
    format!("{left:020}|{}", recommendation.key)
}

fn latest(case: &RecommendationCase) -> String {
    let left = i64::MAX.saturating_sub(case.at.as_millisecond());
    format!("{left:020}|{}", case.key)
}
