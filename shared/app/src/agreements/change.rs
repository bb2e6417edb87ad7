//! Making and changing agreements.

use std::collections::HashSet;

use clearmargin_domain::{
    access::Action,
    agreement::{
        Agreement, AgreementFields, AgreementKind, AgreementLine, AgreementStatus, AgreementTerms,
        Allowance, Escalator, Exclusion, Frequency, Multiplier, Renewal, Rounding,
    },
    billing::UnitPrice,
    client::Client,
    id::{AgreementId, ClientId, ServiceId, TaxCodeId},
    identity::Name,
    service::Service,
};
use clearmargin_store::{Change, Stored};
use jiff::civil::Date;
use serde_json::json;

use super::{Whole, check_term, default_terms, own, terms, whole};
use crate::{Ctx, Error, Precondition, books, services, tax_codes};

/// The most exclusions of an agreement.
const MOST_EXCLUSIONS: usize = 50;
/// The most minutes that an allowance grants at once.
const MOST_MINUTES: u32 = 1_000_000;

/// An agreement as it is to be.
#[derive(Debug, Clone)]
pub struct AgreementChange {
    /// Its name.
    pub name: Name,
    /// How it is charged.
    pub kind: AgreementKind,
    /// Where it stands.
    pub status: AgreementStatus,
    /// First day.
    pub start: Date,
    /// Last day, when one is agreed.
    pub end: Option<Date>,
    /// Its terms; those of before, or the plainest, unless said.
    pub terms: Option<TermsChange>,
}

/// Terms as they are to be.
#[derive(Debug, Clone)]
pub struct TermsChange {
    /// How often a line is charged that does not say otherwise.
    pub frequency: Frequency,
    /// Time that it includes.
    pub allowance: Option<Allowance>,
    /// How many times its price an hour outside business hours costs.
    pub after_hours_multiplier: Option<Multiplier>,
    /// How time is rounded when it is charged.
    pub rounding: Option<Rounding>,
    /// How its prices rise.
    pub escalator: Option<Escalator>,
    /// What it does not cover.
    pub exclusions: Vec<Exclusion>,
    /// When it ends or begins anew.
    pub renewal: Option<Renewal>,
    /// The most that the work of a month comes to where it is charged by the hour.
    pub hours_cap: Option<UnitPrice>,
    /// Which taxes a line's invoices charge that does not say otherwise.
    pub tax_code: Option<TaxCodeId>,
}

impl TermsChange {
    fn of(self, agreement: AgreementId, client: ClientId) -> AgreementTerms {
        AgreementTerms {
            agreement,
            client,
            frequency: self.frequency,
            allowance: self.allowance,
            after_hours_multiplier: self.after_hours_multiplier,
            rounding: self.rounding,
            escalator: self.escalator,
            exclusions: self.exclusions,
            renewal: self.renewal,
            hours_cap: self.hours_cap,
            tax_code: self.tax_code,
        }
    }
}

impl AgreementChange {
    fn fields(&self) -> AgreementFields {
        let Self { kind, status, start, end, .. } = *self;
        AgreementFields { name: self.name.as_str().to_owned(), kind, status, start, end }
    }
}

/// Makes an agreement with a client.
pub async fn create(ctx: &Ctx, client: ClientId, new: AgreementChange) -> Result<Agreement, Error> {
    ctx.require(Action::AgreementsWrite)?;
    if let Some(agreement) = ctx.replay().await? {
        return Ok(agreement);
    }
    check_client(ctx, client).await?;
    check(ctx, &new).await?;
    let agreement = made(ctx, client, new.fields());
    let detail = json!({"client": client});
    let mut change = ctx.tenant().change(ctx.audit("agreement.created", agreement.id, detail));
    change.insert(&agreement)?;
    let terms = new.terms.map(|terms| terms.of(agreement.id, client));
    change.insert(&terms.unwrap_or_else(|| default_terms(&agreement)))?;
    ctx.commit(change, agreement).await
}

/// A new agreement, made here.
pub(super) fn made(ctx: &Ctx, client: ClientId, fields: AgreementFields) -> Agreement {
    let AgreementFields { name, kind, status, start, end } = fields;
    let id = AgreementId::new(ctx.now, ctx.app.random());
    Agreement { id, client, name, kind, status, start, end, origin: None, said: None }
}

/// Goes on only with a client of the organisation's.
pub(super) async fn check_client(ctx: &Ctx, client: ClientId) -> Result<(), Error> {
    let known = ctx.tenant().get::<Client>(client).await?;
    known.map(|_| ()).ok_or(Error::invalid("clientId", "there is no such client"))
}

/// Changes an agreement and its terms. `seen` is what the caller has seen.
pub async fn update(
    ctx: &Ctx,
    id: AgreementId,
    new: AgreementChange,
    seen: &Precondition,
) -> Result<Whole, Error> {
    ctx.require(Action::AgreementsWrite)?;
    let old = own(ctx, id).await?;
    seen.check(old.version)?;
    check(ctx, &new).await?;
    let after = old.edited(new.fields());
    let stored = terms(ctx, &old).await?;
    let known = stored.as_ref().map_or_else(|| default_terms(&old), |it| it.value.clone());
    let terms = new.terms.map_or_else(|| known.clone(), |terms| terms.of(id, old.client));
    let same = known == terms;
    if after != old.value || !same {
        let detail = json!({
            "status": (after.status != old.status).then_some(after.status),
            "terms": !same,
        });
        let mut change = ctx.tenant().change(ctx.audit("agreement.changed", id, detail));
        change.update(&old, &after)?;
        if !same {
            save_terms(&mut change, stored.as_ref(), &terms)?;
        }
        change.commit().await?;
    }
    whole(ctx, id).await
}

fn save_terms(
    change: &mut Change<'_>,
    stored: Option<&Stored<AgreementTerms>>,
    terms: &AgreementTerms,
) -> Result<(), Error> {
    match stored {
        Some(stored) => Ok(change.update(stored, terms)?),
        None => Ok(change.insert(terms)?),
    }
}

/// Ends an agreement: it stays, with today as its last day, and no longer counts. Refused while
/// lines of it are in force, unless that is known and wanted.
pub async fn end(ctx: &Ctx, id: AgreementId, force: bool) -> Result<(), Error> {
    ctx.require(Action::AgreementsWrite)?;
    let old = own(ctx, id).await?;
    if old.status == AgreementStatus::Inactive {
        return Ok(());
    }
    let today = books::today(ctx).await?;
    let lines = ctx.tenant().lines_of(id).await?;
    let in_force = |line: &Stored<AgreementLine>| line.is_active_on(today);
    if !force && old.is_in_force_on(today) && lines.iter().any(in_force) {
        let message = "lines of it are in force; say force=true to end it anyway";
        return Err(Error::conflict("agreement_in_force", message));
    }
    let status = AgreementStatus::Inactive;
    let end = old.end.map_or(today, |end| end.min(today)).max(old.start);
    let after = old.edited(AgreementFields { status, end: Some(end), ..old.fields() });
    let mut change = ctx.tenant().change(ctx.audit("agreement.ended", id, json!({"end": end})));
    change.update(&old, &after)?;
    Ok(change.commit().await?)
}

async fn check(ctx: &Ctx, new: &AgreementChange) -> Result<(), Error> {
    check_term(new.start, new.end)?;
    let Some(terms) = &new.terms else { return Ok(()) };
    let TermsChange { allowance, escalator, exclusions, renewal, .. } = terms;
    let (Allowance::Monthly { minutes, .. } | Allowance::Block { minutes, .. }) =
        allowance.unwrap_or(Allowance::Block { minutes: 1, expires_after_months: None });
    if !(1..=MOST_MINUTES).contains(&minutes) {
        return Err(Error::invalid("terms.allowance.minutes", "expected 1 to 1000000 minutes"));
    }
    if let Some(escalator) = escalator {
        services::check_day(escalator.first_on, "terms.escalator.firstOn")?;
    }
    if let Some(renewal) = renewal {
        services::check_day(renewal.on, "terms.renewal.on")?;
    }
    tax_codes::check(ctx, terms.tax_code, "terms.taxCodeId").await?;
    check_exclusions(ctx, exclusions).await
}

async fn check_exclusions(ctx: &Ctx, exclusions: &[Exclusion]) -> Result<(), Error> {
    if exclusions.len() > MOST_EXCLUSIONS {
        return Err(Error::invalid("terms.exclusions", "at most 50 exclusions"));
    }
    let service = |exclusion: &Exclusion| match exclusion {
        Exclusion::Service(id) => Some(*id),
        Exclusion::Category(_) => None,
    };
    let wanted: HashSet<ServiceId> = exclusions.iter().filter_map(service).collect();
    let ids: Vec<_> = wanted.iter().copied().collect();
    let known = ctx.tenant().get_many::<Service>(&ids).await?;
    if known.len() < wanted.len() {
        return Err(Error::invalid("terms.exclusions", "there is no such service"));
    }
    Ok(())
}
