//! What competitors quoted, beside what own clients pay.

use std::collections::HashMap;

use clearmargin_domain::{access::Action, id::ServiceId, market::CompetitorQuote, money::Currency};
use clearmargin_insight::{
    competition::{Rivalry, analysed},
    market::Market,
};
use clearmargin_store::{List, Listing};
use jiff::{ToSpan as _, civil::Date};

use crate::{
    Ctx, Error,
    analyses::{self, Shown},
    books, organizations,
};

/// How many quotes are looked at, the last recorded ones: what an answer costs is bounded by it.
pub const MOST_ANALYSED: usize = 300;
/// How many months back quotes are looked at.
pub const COMPETITION_MONTHS: i32 = 24;

/// What competitors quoted, beside what own clients pay.
#[derive(Debug)]
pub struct Competition {
    /// The currency of every amount.
    pub currency: Currency,
    /// From which day on.
    pub since: Date,
    /// How many quotes it rests on.
    pub quotes: usize,
    /// Whether there may be more that were recorded before.
    pub truncated: bool,
    /// What own clients pay is from this; none as long as nothing was analysed.
    pub shown: Option<Shown<Market>>,
    /// By catalogue entry and unit.
    pub rivalries: Vec<Rivalry>,
    names: HashMap<ServiceId, String>,
}

impl Competition {
    /// What a catalogue entry is called; nothing of one that is gone.
    pub fn name(&self, service: ServiceId) -> String {
        self.names.get(&service).cloned().unwrap_or_default()
    }
}

/// What competitors quoted, beside what own clients pay.
pub async fn competition(ctx: &Ctx) -> Result<Competition, Error> {
    ctx.require(Action::MarginsRead)?;
    let organization = organizations::own(ctx, ctx.org).await?;
    let today = books::today_in(ctx, &organization)?;
    let since = today.checked_sub(COMPETITION_MONTHS.months()).map_err(Error::internal)?;
    let list = List::CompetitorQuotes;
    let page: Listing<CompetitorQuote> =
        ctx.tenant().list(list, MOST_ANALYSED, "competition", None).await?;
    let lately = page.items.into_iter().map(|quote| quote.value);
    let lately: Vec<_> = lately.filter(|quote| quote.quoted_on >= since).collect();
    let shown = analyses::market(ctx).await?;
    let own = shown.as_ref().map_or(&[][..], |shown| &shown.result.prices);
    let rivalries = analysed(&lately, own, organization.currency);
    let services: Vec<_> = rivalries.iter().filter_map(|rivalry| rivalry.service).collect();
    Ok(Competition {
        currency: organization.currency,
        since,
        quotes: lately.len(),
        truncated: page.next.is_some(),
        names: analyses::service_names(ctx, &services).await?,
        rivalries,
        shown,
    })
}
