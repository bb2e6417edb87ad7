//! What each client's agreements come to.

use std::collections::{BTreeSet, HashMap};

use clearmargin_domain::{
    access::Action,
    agreement::AgreementKind,
    id::ClientId,
    money::{Money, MoneyError},
};
use jiff::civil::Date;

use super::{Everything, Listed};
use crate::{Ctx, Error, books};

/// What the agreements of a client record that are in force come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientWorth {
    /// Contracted monthly recurring revenue; none when no line has a price.
    pub mrr: Option<Money>,
    /// How many lines that recur have no price yet.
    pub unpriced_lines: usize,
    /// What the lines of those with an end come to over their terms.
    pub contract_value: Option<Money>,
    /// First day of the earliest.
    pub start: Date,
    /// Last day of the latest; none when one has no end.
    pub end: Option<Date>,
    /// How they are charged.
    pub kinds: BTreeSet<AgreementKind>,
}

/// What all agreements in force come to today, by client record.
pub async fn worth_by_client(ctx: &Ctx) -> Result<HashMap<ClientId, ClientWorth>, Error> {
    ctx.require(Action::AgreementsRead)?;
    by_client(ctx, Everything::read(ctx).await?).await
}

/// What the agreements in force of these client records come to today.
pub async fn worth_of(
    ctx: &Ctx,
    records: &[ClientId],
) -> Result<HashMap<ClientId, ClientWorth>, Error> {
    ctx.require(Action::AgreementsRead)?;
    by_client(ctx, Everything::of(ctx, records).await?).await
}

async fn by_client(ctx: &Ctx, all: Everything) -> Result<HashMap<ClientId, ClientWorth>, Error> {
    let today = books::today(ctx).await?;
    let mut worth: HashMap<ClientId, ClientWorth> = HashMap::new();
    for listed in all.standing(today)? {
        if !listed.agreement.is_in_force_on(today) {
            continue;
        }
        let client = listed.agreement.client;
        let new = match worth.remove(&client) {
            Some(known) => known.with(&listed).map_err(Error::internal)?,
            None => ClientWorth::of(&listed),
        };
        worth.insert(client, new);
    }
    Ok(worth)
}

impl ClientWorth {
    fn of(listed: &Listed) -> Self {
        Self {
            mrr: listed.standing.mrr,
            unpriced_lines: listed.standing.unpriced_lines,
            contract_value: listed.standing.contract_value,
            start: listed.agreement.start,
            end: listed.agreement.end,
            kinds: [listed.agreement.kind].into(),
        }
    }

    fn with(mut self, listed: &Listed) -> Result<Self, MoneyError> {
        self.kinds.insert(listed.agreement.kind);
        Ok(Self {
            mrr: sum(self.mrr, listed.standing.mrr)?,
            unpriced_lines: self.unpriced_lines + listed.standing.unpriced_lines,
            contract_value: sum(self.contract_value, listed.standing.contract_value)?,
            start: self.start.min(listed.agreement.start),
            end: self.end.zip(listed.agreement.end).map(|(a, b)| a.max(b)),
            kinds: self.kinds,
        })
    }
}

/// What two amounts come to; one that is not known adds nothing.
pub(crate) fn sum(a: Option<Money>, b: Option<Money>) -> Result<Option<Money>, MoneyError> {
    match (a, b) {
        (Some(a), Some(b)) => a.checked_add(b).map(Some),
        (known, None) | (None, known) => Ok(known),
    }
}
