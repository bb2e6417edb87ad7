//! Prices of several lines of an agreement, set at once.

use clearmargin_domain::{
    access::Action,
    agreement::{Agreement, AgreementLine, DatedPrice},
    id::{AgreementId, AgreementLineId},
    money::Money,
};
use clearmargin_store::{Basis, Change, Stored};
use jiff::civil::Date;

use super::{own, terms};
use crate::{
    Ctx, Error,
    books::{self, KnownBooks},
    services,
};

/// A price that is to be set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewPrice {
    /// The line.
    pub(crate) line: AgreementLineId,
    /// What a unit has to cost on the day of the analysis; else nothing is set.
    pub(crate) seen: Money,
    /// What it is to cost.
    pub(crate) price: Money,
}

/// What setting prices comes to.
pub(crate) struct Repricing {
    agreement: Stored<Agreement>,
    books: KnownBooks,
    /// The lines as they are and as they will be.
    pub(crate) lines: Vec<(Stored<AgreementLine>, AgreementLine)>,
}

/// What setting these prices from a day on would come to; `None` where a line is gone, does not cost what it
/// cost on the day `seen_on`, or has a price that comes later.
pub(crate) async fn repricing(
    ctx: &Ctx,
    agreement: AgreementId,
    prices: &[NewPrice],
    (seen_on, on): (Date, Date),
) -> Result<Option<Repricing>, Error> {
    ctx.require(Action::AgreementsWrite)?;
    let books = books::known(ctx).await?;
    let agreement = match own(ctx, agreement).await {
        Ok(agreement) => agreement,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let terms = terms(ctx, &agreement).await?;
    let escalator = terms.as_ref().and_then(|terms| terms.escalator.as_ref());
    let known = ctx.tenant().lines_of(agreement.id).await?;
    let mut lines = Vec::with_capacity(prices.len());
    for new in prices {
        let Some(line) = known.iter().find(|line| line.id == new.line) else { return Ok(None) };
        let today = line.unit_price_on(seen_on, escalator).map_err(Error::internal)?;
        let later = line.prices.all().iter().any(|price| price.effective_from > seen_on);
        if today != Some(new.seen) || later || !line.is_active_on(on) {
            return Ok(None);
        }
        let unit_cost = line.price_on(on).and_then(|price| price.unit_cost);
        let price = DatedPrice { effective_from: on, unit_price: new.price, unit_cost };
        let after = line.set_price(price, books.books).map_err(services::refused)?;
        lines.push((line.clone(), after));
    }
    Ok(Some(Repricing { agreement, books, lines }))
}

impl Repricing {
    /// Puts the prices into a change.
    pub(crate) fn put(&self, change: &mut Change<'_>) -> Result<(), Error> {
        change.rests_on(Basis::Books, self.books.version)?;
        // The agreement's version counts its lines' changes.
        change.update(&self.agreement, &self.agreement.value)?;
        for (old, new) in &self.lines {
            change.update(old, new)?;
        }
        Ok(())
    }
}
