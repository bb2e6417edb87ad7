//! Agreements: what was promised to clients, and what it comes to.

mod allowance;
mod change;
mod charging;
mod contracted;
mod lines;
mod reprice;
mod worth;

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    agreement::{Agreement, AgreementLine, AgreementStatus, AgreementTerms, Frequency, Standing},
    id::{AgreementId, AgreementLineId, ClientId},
};
use clearmargin_store::Stored;
use jiff::{ToSpan as _, civil::Date};

use crate::{Ctx, Error, books, clients, sorted};

pub(crate) use allowance::allowance_in;
pub use allowance::{AllowanceAnswer, allowance};
pub use change::{AgreementChange, TermsChange, create, end, update};
pub(crate) use charging::charging;
pub(crate) use contracted::Contracted;
pub use lines::{
    Assigned, LineChange, Place, Sold, add_line, assign, line, of_client, remove_line, update_line,
};
pub(crate) use reprice::{NewPrice, Repricing, repricing};
pub(crate) use worth::sum;
pub use worth::{ClientWorth, worth_by_client, worth_of};

/// The furthest that renewals are looked for: ten years.
const MOST_DAYS: u16 = 3_660;

/// Which agreements; everything that is said has to hold.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The client, by the id of any of its records.
    pub client: Option<ClientId>,
    /// Where it stands.
    pub status: Option<AgreementStatus>,
    /// It renews or ends within so many days, today included.
    pub renewing_within_days: Option<u16>,
    /// What the name contains, in whatever case.
    pub text: Option<String>,
}

/// An agreement in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The agreement.
    pub agreement: Agreement,
    /// What it comes to today.
    pub standing: Standing,
}

/// An agreement with all that it says.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The agreement; its version counts changes of terms and lines, too.
    pub agreement: Stored<Agreement>,
    /// Its terms.
    pub terms: AgreementTerms,
    /// Its lines, by id.
    pub lines: Vec<AgreementLine>,
    /// What it comes to today.
    pub standing: Standing,
}

/// A page of agreements, by name, and where the next one begins.
pub async fn list(
    ctx: &Ctx,
    wanted: &Wanted,
    limit: usize,
    cursor: Option<&str>,
) -> Result<(Vec<Listed>, Option<String>), Error> {
    ctx.require(Action::AgreementsRead)?;
    if wanted.renewing_within_days.is_some_and(|days| days > MOST_DAYS) {
        let message = format!("expected at most {MOST_DAYS}");
        return Err(Error::invalid("query.renewingWithinDays", message));
    }
    let today = books::today(ctx).await?;
    let clients = match wanted.client {
        Some(id) => Some(clients::named(ctx, id, "query.clientId").await?.ids()),
        None => None,
    };
    let until =
        wanted.renewing_within_days.map(|days| today.saturating_add(i64::from(days).days()));
    let takes = |listed: &Listed| {
        let Listed { agreement, standing } = listed;
        let contains = |text: &String| agreement.name.to_lowercase().contains(&text.to_lowercase());
        clients.as_ref().is_none_or(|clients| clients.contains(&agreement.client))
            && wanted.status.is_none_or(|status| status == agreement.status)
            && until.is_none_or(|until| standing.renewal.is_some_and(|on| on <= until))
            && wanted.text.as_ref().is_none_or(contains)
    };
    let all = Everything::read(ctx).await?.standing(today)?;
    let rows = all.into_iter().filter(takes);
    let rows = rows.map(|it| (sorted::by_name(&it.agreement.name, it.agreement.id), it)).collect();
    sorted::page(ctx, &format!("agreements|{wanted:?}"), rows, limit, cursor)
}

/// An agreement.
pub async fn get(ctx: &Ctx, id: AgreementId) -> Result<Whole, Error> {
    ctx.require(Action::AgreementsRead)?;
    whole(ctx, id).await
}

/// An agreement with its terms, as far as any were said, and its lines.
pub(crate) async fn parts(
    ctx: &Ctx,
    id: AgreementId,
) -> Result<(Stored<Agreement>, Option<AgreementTerms>, Vec<AgreementLine>), Error> {
    let agreement = own(ctx, id).await?;
    let terms = terms(ctx, &agreement).await?.map(|terms| terms.value);
    let lines = ctx.tenant().lines_of(id).await?.into_iter().map(|line| line.value).collect();
    Ok((agreement, terms, lines))
}

async fn whole(ctx: &Ctx, id: AgreementId) -> Result<Whole, Error> {
    let (agreement, terms, lines) = parts(ctx, id).await?;
    let today = books::today(ctx).await?;
    let standing = Standing::on(today, &agreement, terms.as_ref(), &lines);
    let standing = standing.map_err(Error::internal)?;
    let terms = terms.unwrap_or_else(|| default_terms(&agreement));
    Ok(Whole { agreement, terms, lines, standing })
}

async fn own(ctx: &Ctx, id: AgreementId) -> Result<Stored<Agreement>, Error> {
    ctx.tenant().get::<Agreement>(id).await?.ok_or(Error::NotFound("agreement"))
}

/// An agreement's terms; none as long as nobody has said any.
async fn terms(ctx: &Ctx, agreement: &Agreement) -> Result<Option<Stored<AgreementTerms>>, Error> {
    Ok(ctx.tenant().get::<AgreementTerms>(agreement.id).await?)
}

/// The terms of an agreement about which nothing was said.
fn default_terms(agreement: &Agreement) -> AgreementTerms {
    AgreementTerms::new(agreement.id, agreement.client, Frequency::Monthly)
}

/// Goes on only if `end` does not lie before `start`.
fn check_term(start: Date, end: Option<Date>) -> Result<(), Error> {
    crate::services::check_day(start, "start")?;
    let Some(end) = end else { return Ok(()) };
    crate::services::check_day(end, "end")?;
    if end < start {
        return Err(Error::invalid("end", "the last day lies before the first"));
    }
    Ok(())
}

async fn own_line(
    ctx: &Ctx,
    agreement: AgreementId,
    id: AgreementLineId,
) -> Result<Stored<AgreementLine>, Error> {
    let line = ctx.tenant().get::<AgreementLine>((agreement, id)).await?;
    line.ok_or(Error::NotFound("agreement line"))
}

/// Agreements with their terms and lines.
#[derive(Clone)]
pub(crate) struct Everything {
    agreements: Vec<Agreement>,
    terms: HashMap<AgreementId, AgreementTerms>,
    lines: HashMap<AgreementId, Vec<AgreementLine>>,
}

impl Everything {
    /// Reads every one, perhaps a moment behind.
    pub(crate) async fn read(ctx: &Ctx) -> Result<Self, Error> {
        let tenant = ctx.tenant();
        let agreements = tenant.all_lately::<Agreement>().await?;
        let terms = tenant.all_lately::<AgreementTerms>().await?;
        Ok(Self::new(agreements, terms, tenant.all_lately::<AgreementLine>().await?))
    }

    /// Reads those of some client records: of all agreements, then of these the terms and lines.
    pub(crate) async fn of(ctx: &Ctx, records: &[ClientId]) -> Result<Self, Error> {
        let tenant = ctx.tenant();
        let mut agreements = tenant.all_lately::<Agreement>().await?;
        agreements.retain(|agreement| records.contains(&agreement.client));
        let ids: Vec<_> = agreements.iter().map(|agreement| agreement.id).collect();
        let terms = tenant.get_many::<AgreementTerms>(&ids).await?;
        let mut lines = Vec::new();
        for record in records {
            lines.extend(tenant.lines_of_client(*record).await?);
        }
        Ok(Self::new(agreements, terms, lines))
    }

    pub(crate) fn new(
        agreements: Vec<Stored<Agreement>>,
        terms: Vec<Stored<AgreementTerms>>,
        all: Vec<Stored<AgreementLine>>,
    ) -> Self {
        let mut lines: HashMap<_, Vec<_>> = HashMap::new();
        for line in all {
            lines.entry(line.agreement).or_default().push(line.value);
        }
        Self {
            agreements: agreements.into_iter().map(|stored| stored.value).collect(),
            terms: terms.into_iter().map(|terms| (terms.agreement, terms.value)).collect(),
            lines,
        }
    }

    /// Each agreement with its terms, as far as any were said, and its lines.
    pub(crate) fn parts(
        mut self,
    ) -> impl Iterator<Item = (Agreement, Option<AgreementTerms>, Vec<AgreementLine>)> {
        self.agreements.into_iter().map(move |agreement| {
            let terms = self.terms.remove(&agreement.id);
            let lines = self.lines.remove(&agreement.id).unwrap_or_default();
            (agreement, terms, lines)
        })
    }

    /// Each agreement with what it comes to on a day.
    pub(crate) fn standing(self, day: Date) -> Result<Vec<Listed>, Error> {
        let listed = |(agreement, terms, lines): (_, Option<_>, Vec<_>)| {
            let standing = Standing::on(day, &agreement, terms.as_ref(), &lines);
            Ok(Listed { standing: standing.map_err(Error::internal)?, agreement })
        };
        self.parts().map(listed).collect()
    }
}
