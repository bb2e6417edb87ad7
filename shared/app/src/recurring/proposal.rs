//! What an agreement charges for in a month, as a draft would say it.

use std::collections::{HashMap, HashSet};

use clearmargin_domain::{
    agreement::{Agreement, AgreementKind, AgreementLine, AgreementTerms, PricingUnit},
    billing::{LineQuantity, TaxRounding, UnitPrice},
    id::{ClientId, InvoiceId, ServiceId},
    identity::Organization,
    invoice::DocumentKind,
    money::Money,
    period::Month,
    recurring::{self, Charges, Count, Counts, RecurringLine, Unbilled, charges},
    service::Service,
    usage_count::{UsageCount, UsageKind},
};
use jiff::civil::Date;

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
    /// The invoice, if the agreement was billed for the month already.
    pub billed: Option<InvoiceId>,
}

/// A line of the invoice.
#[derive(Debug, Clone)]
pub struct ProposedLine {
    /// What it follows from.
    pub charge: RecurringLine,
    /// What it says.
    pub description: String,
    /// What the invoice multiplies.
    pub quantity: LineQuantity,
    /// With what.
    pub unit_price: UnitPrice,
}

/// An agreement with all that it says, and the records of its client, the leading one first.
pub(super) struct Agreed {
    pub(super) agreement: Agreement,
    pub(super) terms: Option<AgreementTerms>,
    pub(super) lines: Vec<AgreementLine>,
    pub(super) records: Vec<ClientId>,
}

impl Agreed {
    /// What it charges for in a month.
    pub(super) async fn proposal(
        self,
        ctx: &Ctx,
        organization: &Organization,
        month: Month,
        billed: Option<InvoiceId>,
    ) -> Result<Proposal, Error> {
        let agreed = recurring::Agreed {
            agreement: &self.agreement,
            escalator: self.terms.as_ref().and_then(|terms| terms.escalator.as_ref()),
            lines: &self.lines,
            currency: organization.currency,
            counts: self.counts(ctx, month).await?,
        };
        let charges = charges(&agreed, month);
        let incomplete = charges.is_incomplete();
        let zero = Money::new(0, organization.currency);
        let amounts = charges.lines.iter().map(|line| line.amount);
        let total = amounts.into_iter().try_fold(zero, Money::checked_add);
        let today = books::today_in(ctx, organization)?;
        Ok(Proposal {
            client: self.records.first().copied().unwrap_or(self.agreement.client),
            month,
            // Within the month, so that it counts there whenever it is made.
            day: today.clamp(month.first_day(), month.last_day()),
            incomplete,
            total: total.map_err(Error::internal)?,
            billed,
            unbilled: charges.unbilled.clone(),
            lines: self.said(ctx, charges).await?,
            agreement: self.agreement,
        })
    }

    /// What the client has, if that decides what is charged: the last count of the month or of the
    /// one before.
    async fn counts(&self, ctx: &Ctx, month: Month) -> Result<Counts, Error> {
        let by_count =
            |line: &AgreementLine| matches!(line.unit, PricingUnit::User | PricingUnit::Device);
        if self.agreement.kind != AgreementKind::Usage || !self.lines.iter().any(by_count) {
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
    async fn said(&self, ctx: &Ctx, charges: Charges) -> Result<Vec<ProposedLine>, Error> {
        let silent = self.lines.iter().filter(|line| line.description.is_empty());
        let services: HashSet<ServiceId> = silent.filter_map(|line| line.service).collect();
        let services: Vec<_> = services.into_iter().collect();
        let services = ctx.tenant().get_many::<Service>(&services).await?;
        let services: HashMap<_, _> =
            services.into_iter().map(|it| (it.id, it.value.name)).collect();
        let name = |charge: &RecurringLine| {
            let line = self.lines.iter().find(|line| line.id == charge.line);
            let own = line.map(|line| &line.description).filter(|text| !text.is_empty());
            let listed = || charge.service.and_then(|id| services.get(&id));
            own.or_else(listed).unwrap_or(&self.agreement.name).clone()
        };
        let line = |charge: RecurringLine| {
            let (quantity, unit_price) = charge.factors()?;
            let description = charge.text(&name(&charge));
            Some(ProposedLine { charge, description, quantity, unit_price })
        };
        Ok(charges.lines.into_iter().filter_map(line).collect())
    }
}

impl Proposal {
    /// The draft of it.
    pub(super) fn draft(&self) -> DraftChange {
        let line = |line: &ProposedLine| LineChange {
            service: line.charge.service,
            offering: Some(line.charge.offering),
            description: Some(line.description.clone()),
            quantity: line.quantity,
            unit_price: Some(line.unit_price),
            discount: None,
            tax_code: None,
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
