//! What an agreement charges for in a month, as a draft would say it.

use std::collections::{HashMap, HashSet};

use clearmargin_domain::{
    agreement::{Agreement, AgreementKind, AgreementLine, Days, PricingUnit},
    billing::{Charge, LineQuantity, TaxCode, TaxRounding, Terms, UnitPrice, totals},
    id::{AgreementLineId, ClientId, InvoiceId, ServiceId, TaxCodeId},
    identity::Organization,
    invoice::DocumentKind,
    money::Money,
    period::Month,
    recurring::{
        self, Charges, Count, Counts, Hours, HoursLine, Reason, RecurringLine, Unbilled, WhyNot,
        charges,
    },
    service::{Offering, Service},
    usage_count::{UsageCount, UsageKind},
};
use jiff::civil::Date;

use super::hours::Parts;
use crate::{
    Ctx, Error, books,
    invoices::{DraftChange, LineChange},
    usage_counts,
};

/// What an agreement charges for in a month.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The agreement.
    pub agreement: Agreement,
    /// Whose it is: the record whose id the client goes by.
    pub client: ClientId,
    /// The month.
    pub month: Month,
    /// The day that the invoice counts for.
    pub day: Date,
    /// Its lines.
    pub lines: Vec<ProposedLine>,
    /// What is not on it, although it may be owed.
    pub unbilled: Vec<Unbilled>,
    /// Whether somebody has to put something right before all is on it.
    pub incomplete: bool,
    /// What the lines come to, before tax.
    pub total: Money,
    /// The tax on them; none as long as nobody asked, and where a code of theirs is not in use.
    pub tax: Option<Money>,
    /// The work by the hour that is on it, as far as that was looked at.
    pub hours: Option<Hours>,
    /// The most that such work comes to.
    pub cap: Option<UnitPrice>,
    /// The invoice, if the agreement was billed for the month already.
    pub billed: Option<InvoiceId>,
}

/// A line of the invoice.
#[derive(Debug, Clone)]
pub struct ProposedLine {
    /// The line of the agreement that it follows from; none of work at its own price.
    pub line: Option<AgreementLineId>,
    /// The catalogue entry sold.
    pub service: Option<ServiceId>,
    /// Work or product.
    pub offering: Offering,
    /// The days that it is for.
    pub days: Days,
    /// How many units are charged.
    pub units: LineQuantity,
    /// What a unit costs over the whole span.
    pub span_price: Money,
    /// What it comes to.
    pub amount: Money,
    /// Why it is so much.
    pub reasons: Vec<Reason>,
    /// What it says.
    pub description: String,
    /// What the invoice multiplies.
    pub quantity: LineQuantity,
    /// With what.
    pub unit_price: UnitPrice,
    /// Which taxes it bears.
    pub tax_code: Option<TaxCodeId>,
    /// The days that it charges for again and again; none of what is charged once, or as it is worked.
    pub recurs: Option<Days>,
}

/// An agreement with all that it says, and the records of its client, the leading one first.
pub(super) struct Agreed {
    pub(super) parts: Parts,
    pub(super) records: Vec<ClientId>,
}

impl Agreed {
    /// What it charges for in a month, with the work by the hour that was looked at.
    pub(super) async fn proposal(
        self,
        ctx: &Ctx,
        organization: &Organization,
        month: Month,
        hours: Option<Hours>,
    ) -> Result<Proposal, Error> {
        let (agreement, terms, lines) = &self.parts;
        let agreed = recurring::Agreed {
            agreement,
            escalator: terms.as_ref().and_then(|terms| terms.escalator.as_ref()),
            lines,
            currency: organization.currency,
            counts: self.counts(ctx, month).await?,
        };
        let mut charges = charges(&agreed, month);
        if let Some(hours) = &hours {
            charges.unbilled.retain(|unbilled| unbilled.why != WhyNot::ByTheHour);
            charges.unbilled.extend(hours.unbilled(month));
        }
        let incomplete = charges.is_incomplete();
        let unbilled = std::mem::take(&mut charges.unbilled);
        let lines = self.said(ctx, charges, month, hours.as_ref()).await?;
        let zero = Money::new(0, organization.currency);
        let amounts = lines.iter().map(|line| line.amount);
        let total = amounts.into_iter().try_fold(zero, Money::checked_add);
        let today = books::today_in(ctx, organization)?;
        Ok(Proposal {
            client: self.records.first().copied().unwrap_or(agreement.client),
            month,
            // Within the month, so that it counts there whenever it is made.
            day: today.clamp(month.first_day(), month.last_day()),
            incomplete,
            total: total.map_err(Error::internal)?,
            tax: None,
            billed: None,
            unbilled,
            lines,
            cap: terms.as_ref().and_then(|terms| terms.hours_cap),
            hours,
            agreement: self.parts.0,
        })
    }

    /// What the client has, if that decides what is charged: the last count of the month or of the
    /// one before.
    async fn counts(&self, ctx: &Ctx, month: Month) -> Result<Counts, Error> {
        let by_count =
            |line: &AgreementLine| matches!(line.unit, PricingUnit::User | PricingUnit::Device);
        let (agreement, _, lines) = &self.parts;
        if agreement.kind != AgreementKind::Usage || !lines.iter().any(by_count) {
            return Ok(Counts::default());
        }
        let days = (month.plus(-1).first_day(), month.last_day());
        let counts = usage_counts::latest_within(ctx, &self.records, days).await?;
        let of = |kind| counts.iter().find(|it| it.kind == kind && it.product.is_none());
        let count = |count: &UsageCount| {
            let number = count.total.or(count.assigned)?;
            Some(Count { number, day: count.day })
        };
        Ok(Counts {
            users: of(UsageKind::Users).and_then(count),
            devices: of(UsageKind::Endpoints).and_then(count),
        })
    }

    /// The lines with what they say: their own words, else the catalogue's, else the agreement's.
    async fn said(
        &self,
        ctx: &Ctx,
        charges: Charges,
        month: Month,
        hours: Option<&Hours>,
    ) -> Result<Vec<ProposedLine>, Error> {
        let worked = hours.map_or(&[][..], |hours| &hours.lines);
        let names = Names::read(ctx, &self.parts, worked).await?;
        let mut lines: Vec<_> =
            charges.lines.into_iter().filter_map(|charge| names.charged(charge)).collect();
        lines.extend(worked.iter().filter_map(|line| names.worked(line, Days::of(month))));
        Ok(lines)
    }
}

/// What lines are called, and which taxes they bear.
struct Names<'a> {
    parts: &'a Parts,
    services: HashMap<ServiceId, String>,
}

impl<'a> Names<'a> {
    async fn read(ctx: &Ctx, parts: &'a Parts, worked: &[HoursLine]) -> Result<Self, Error> {
        let silent = parts.2.iter().filter(|line| line.description.is_empty());
        let services = silent.filter_map(|line| line.service);
        let services: HashSet<_> =
            services.chain(worked.iter().filter_map(|line| line.service)).collect();
        let services: Vec<_> = services.into_iter().collect();
        let services = ctx.tenant().get_many::<Service>(&services).await?;
        let services = services.into_iter().map(|it| (it.id, it.value.name)).collect();
        Ok(Self { parts, services })
    }

    fn line(&self, id: Option<AgreementLineId>) -> Option<&AgreementLine> {
        self.parts.2.iter().find(|line| Some(line.id) == id)
    }

    fn name(&self, line: Option<AgreementLineId>, service: Option<ServiceId>) -> &str {
        let own = self.line(line).map(|line| line.description.as_str());
        let own = own.filter(|text| !text.is_empty());
        let listed = || service.and_then(|id| self.services.get(&id).map(String::as_str));
        own.or_else(listed).unwrap_or(&self.parts.0.name)
    }

    fn tax_code(&self, line: Option<AgreementLineId>) -> Option<TaxCodeId> {
        let terms = self.parts.1.as_ref();
        match self.line(line) {
            Some(line) => line.taxed_by(terms),
            None => terms.and_then(|terms| terms.tax_code),
        }
    }

    fn charged(&self, charge: RecurringLine) -> Option<ProposedLine> {
        let (quantity, unit_price) = charge.factors()?;
        let line = Some(charge.line);
        Some(ProposedLine {
            recurs: charge.recurs(),
            line,
            service: charge.service,
            offering: charge.offering,
            days: charge.days,
            units: charge.units,
            span_price: charge.unit_price,
            amount: charge.amount,
            description: charge.text(self.name(line, charge.service)),
            reasons: charge.reasons,
            quantity,
            unit_price,
            tax_code: self.tax_code(line),
        })
    }

    fn worked(&self, worked: &HoursLine, days: Days) -> Option<ProposedLine> {
        let (quantity, unit_price) = worked.factors()?;
        Some(ProposedLine {
            line: worked.line,
            service: worked.service,
            offering: Offering::Service,
            days,
            units: worked.units()?,
            span_price: worked.hourly,
            amount: worked.amount,
            description: worked.text(self.name(worked.line, worked.service)),
            reasons: worked.reasons(),
            quantity,
            unit_price,
            tax_code: self.tax_code(worked.line),
            recurs: None,
        })
    }
}

impl Proposal {
    /// With the tax, by the codes in use, as the draft would say it.
    pub(super) fn taxed(self, codes: &[TaxCode]) -> Self {
        let terms = Terms {
            currency: self.total.currency,
            discount: None,
            includes_tax: false,
            rounding: TaxRounding::Document,
        };
        let charge = |line: &ProposedLine| Charge {
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount: None,
            tax: line.tax_code,
        };
        let charges: Vec<_> = self.lines.iter().map(charge).collect();
        let tax = totals(&charges, codes, terms).ok();
        let tax = tax.map(|totals| Money::new(totals.tax, self.total.currency));
        Self { tax, ..self }
    }

    /// What is to be paid: lines and tax.
    pub fn with_tax(&self) -> Option<Money> {
        self.total.checked_add(self.tax?).ok()
    }

    /// The draft of it.
    pub(super) fn draft(&self) -> DraftChange {
        let line = |line: &ProposedLine| LineChange {
            service: line.service,
            offering: Some(line.offering),
            description: Some(line.description.clone()),
            quantity: line.quantity,
            unit_price: Some(line.unit_price),
            discount: None,
            tax_code: line.tax_code,
            recurs: line.recurs,
        };
        DraftChange {
            kind: DocumentKind::Invoice,
            client: self.client,
            day: Some(self.day),
            due: None,
            currency: self.total.currency,
            rate: None,
            lines: self.lines.iter().map(line).collect(),
            discount: None,
            includes_tax: false,
            rounding: TaxRounding::Document,
            memo: format!("{}, {}", self.agreement.name, self.month),
            reference: None,
            corrects: None,
        }
    }
}
