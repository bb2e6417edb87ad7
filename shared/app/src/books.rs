//! The books: up to which month figures are final.

use clearmargin_domain::{
    access::Action,
    books::{Books, BooksError, ClosedPeriod},
    identity::Organization,
    period::Month,
};
use clearmargin_store::{Basis, BasisVersion, Stored};
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use crate::{Ctx, Error, organizations};

/// The longest reason for opening books again, in characters.
const LONGEST_REASON: usize = 500;

/// The books as they were read, with the version that a change which heeds them rests on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownBooks {
    /// Up to when they are closed.
    pub(crate) books: Books,
    /// When that was so: a change that `rests_on` it fails if they were closed meanwhile.
    pub(crate) version: BasisVersion,
}

/// The books, for a change that heeds them.
pub(crate) async fn known(ctx: &Ctx) -> Result<KnownBooks, Error> {
    // The version first: what is read after it is at least as new.
    let version = ctx.tenant().basis(Basis::Books).await?;
    Ok(KnownBooks { books: stored(ctx).await?.map_or(Books::default(), |it| it.value), version })
}

async fn stored(ctx: &Ctx) -> Result<Option<Stored<Books>>, Error> {
    Ok(ctx.tenant().get::<Books>(()).await?)
}

/// The books.
pub async fn get(ctx: &Ctx) -> Result<Books, Error> {
    ctx.require(Action::BooksRead)?;
    Ok(stored(ctx).await?.map_or(Books::default(), |it| it.value))
}

/// Closes every month up to one that is over.
pub async fn close(ctx: &Ctx, through: Month) -> Result<Books, Error> {
    ctx.require(Action::BooksClose)?;
    if let Some(books) = ctx.replay().await? {
        return Ok(books);
    }
    let old = stored(ctx).await?;
    let today = today(ctx).await?;
    let new = books_of(old.as_ref()).close(through, today).map_err(|error| match error {
        BooksError::NotOver(_) => Error::invalid("through", error.to_string()),
        BooksError::AlreadyClosed(_) | BooksError::NotClosed(_) => refused(error),
    })?;
    save(ctx, "books.closed", json!({"through": through}), old, new).await
}

/// Opens a closed month and every later one again.
pub async fn reopen(ctx: &Ctx, from: Month, reason: &str) -> Result<Books, Error> {
    ctx.require(Action::BooksReopen)?;
    if let Some(books) = ctx.replay().await? {
        return Ok(books);
    }
    let reason = reason.trim();
    if !(1..=LONGEST_REASON).contains(&reason.chars().count()) {
        return Err(Error::invalid("reason", "expected 1 to 500 characters"));
    }
    let old = stored(ctx).await?;
    let new = books_of(old.as_ref()).reopen(from).map_err(refused)?;
    save(ctx, "books.reopened", json!({"from": from, "reason": reason}), old, new).await
}

fn books_of(stored: Option<&Stored<Books>>) -> Books {
    stored.map_or(Books::default(), |stored| stored.value)
}

async fn save(
    ctx: &Ctx,
    action: &str,
    detail: serde_json::Value,
    old: Option<Stored<Books>>,
    new: Books,
) -> Result<Books, Error> {
    let mut change = ctx.tenant().change(ctx.audit(action, ctx.org, detail));
    change.set(old.as_ref(), &new)?;
    change.alters(Basis::Books)?;
    ctx.commit(change, new).await
}

/// The day on the organisation's clocks.
pub async fn today(ctx: &Ctx) -> Result<Date, Error> {
    let organization = organizations::own(ctx, ctx.org).await?;
    today_in(ctx, &organization)
}

/// The day of a moment on the organisation's clocks.
pub(crate) async fn day_of(ctx: &Ctx, at: Timestamp) -> Result<Date, Error> {
    let organization = organizations::own(ctx, ctx.org).await?;
    let zone = organization.time_zone.zone().map_err(Error::internal)?;
    Ok(zone.to_datetime(at).date())
}

/// The day on the clocks of an organisation that was read already.
pub(crate) fn today_in(ctx: &Ctx, organization: &Organization) -> Result<Date, Error> {
    let zone = organization.time_zone.zone().map_err(Error::internal)?;
    Ok(zone.to_datetime(ctx.now).date())
}

fn refused(error: BooksError) -> Error {
    let code = match error {
        BooksError::NotOver(_) => "month_not_over",
        BooksError::AlreadyClosed(_) => "already_closed",
        BooksError::NotClosed(_) => "not_closed",
    };
    Error::conflict(code, error.to_string())
}

impl From<ClosedPeriod> for Error {
    fn from(closed: ClosedPeriod) -> Self {
        Self::conflict("closed_period", closed.to_string())
    }
}
