//! What accepting a recommendation would change, and where.

use clearmargin_domain::{
    access::Action,
    agreement::{AgreementLine, Days},
    billing::{LineQuantity, TaxRounding, UnitPrice},
    id::{AgreementId, AgreementLineId, ClientId, InvoiceId, LeakId, ServiceId},
    invoice::{DocumentKind, Invoice},
    leak::{Charged, LeakCase, LeakInvoice},
    money::Money,
    recommendation::{Done, Repriced},
};
use clearmargin_insight::{
    leaks::Leak,
    recommendations::{Act, Missing, RaisePrices, Recommendation, can_be_drafted, missing},
};
use clearmargin_store::{Change, Stored};
use jiff::civil::Date;

use crate::{
    Ctx, Error,
    agreements::{self, NewPrice, Repricing},
    analyses::Advice,
    invoices::{self, DraftChange, LineChange},
};

/// What accepting would change. It is read from what is there now, and not from the analysis.
pub struct Plan {
    /// What is approved and drafted, what is priced, or nothing.
    effect: Effect,
}

enum Effect {
    Recover { case: Box<Stored<LeakCase>>, approved: Box<LeakCase>, draft: Option<Box<Invoice>> },
    Price { agreement: AgreementId, on: Date, repricing: Box<Repricing> },
    Note { service: ServiceId },
}

/// A line of an invoice that would be drafted.
#[derive(Debug, Clone)]
pub struct PlannedLine {
    /// What it says.
    pub description: String,
    /// What it comes to, before tax.
    pub amount: Money,
}

/// A price that would be set.
#[derive(Debug, Clone, Copy)]
pub struct PlannedPrice {
    /// The agreement.
    pub agreement: AgreementId,
    /// The line.
    pub line: AgreementLineId,
    /// What a unit costs now.
    pub from: Money,
    /// What it would cost.
    pub to: Money,
    /// The day from which on.
    pub on: Date,
}

impl Plan {
    /// What accepting would change; refused where what the recommendation rests on has changed since.
    pub(super) async fn of(
        ctx: &Ctx,
        advice: &Advice,
        recommendation: &Recommendation,
    ) -> Result<Self, Error> {
        let effect = match &recommendation.act {
            Act::Recover(leak) => recover(ctx, leak).await?,
            Act::Raise(raise) => price(ctx, advice, raise).await?,
            Act::Offer(chance) => Some(Effect::Note { service: chance.service }),
        };
        effect.map(|effect| Self { effect }).ok_or_else(basis_changed)
    }

    /// Puts what is to be done into a change, and says what that is.
    pub(super) fn put(&self, change: &mut Change<'_>) -> Result<Done, Error> {
        match &self.effect {
            Effect::Recover { case, approved, draft } => {
                change.update(case, approved)?;
                if let Some(draft) = draft {
                    change.insert(&**draft)?;
                    change.insert(&charged_by(draft.id, approved))?;
                }
                let invoice = draft.as_ref().map(|draft| draft.id);
                Ok(Done::LeakApproved { leak: case.id, invoice })
            }
            Effect::Price { agreement, on, repricing } => {
                repricing.put(change)?;
                let lines = self.prices().into_iter().map(|price| Repriced {
                    line: price.line,
                    from_minor: price.from.minor,
                    to_minor: price.to.minor,
                });
                Ok(Done::PricesSet { agreement: *agreement, on: *on, lines: lines.collect() })
            }
            Effect::Note { service } => Ok(Done::Noted { service: *service }),
        }
    }

    /// The leak that would be approved.
    pub fn leak(&self) -> Option<LeakId> {
        match &self.effect {
            Effect::Recover { case, .. } => Some(case.id),
            Effect::Price { .. } | Effect::Note { .. } => None,
        }
    }

    /// The invoice that would be drafted: for whom, with tax, and its lines.
    pub fn draft(&self) -> Option<(ClientId, Money, Vec<PlannedLine>)> {
        let Effect::Recover { draft: Some(draft), .. } = &self.effect else { return None };
        let lines = draft
            .lines
            .iter()
            .map(|line| PlannedLine { description: line.description.clone(), amount: line.amount });
        Some((draft.client, draft.total, lines.collect()))
    }

    /// The prices that would be set.
    pub fn prices(&self) -> Vec<PlannedPrice> {
        let Effect::Price { agreement, on, repricing } = &self.effect else { return Vec::new() };
        let price = |(old, new): &(Stored<AgreementLine>, AgreementLine)| {
            Some(PlannedPrice {
                agreement: *agreement,
                line: old.id,
                from: old.price_on(*on)?.unit_price,
                to: new.price_on(*on)?.unit_price,
                on: *on,
            })
        };
        repricing.lines.iter().filter_map(price).collect()
    }
}

pub(super) fn basis_changed() -> Error {
    let message = "what the recommendation rests on has changed; look at it again";
    Error::conflict("basis_changed", message)
}

/// The leak has to stand, and to come to what was found.
async fn recover(ctx: &Ctx, leak: &Leak) -> Result<Option<Effect>, Error> {
    ctx.require(Action::LeaksDecide)?;
    let id = LeakCase::id_of(ctx.org, &leak.key);
    let Some(case) = ctx.tenant().get::<LeakCase>(id).await? else { return Ok(None) };
    let same =
        leak.months.iter().all(|(month, money)| case.months.get(month) == Some(&money.minor));
    let Ok(approved) = case.approved(ctx.actor, ctx.now) else { return Ok(None) };
    if !same || !case.charged.is_empty() {
        return Ok(None);
    }
    if !can_be_drafted(leak.kind) {
        return Ok(Some(Effect::Recover {
            case: Box::new(case),
            approved: Box::new(approved),
            draft: None,
        }));
    }
    ctx.require(Action::InvoicesWrite)?;
    let id = InvoiceId::new(ctx.now, ctx.app.random());
    let draft = invoices::drafted(ctx, id, charging(leak)?, None).await?;
    let minor = leak.total.minor;
    let approved = approved.charged_on(Charged { invoice: id, minor }).map_err(Error::internal)?;
    let (approved, draft) = (Box::new(approved), Some(Box::new(draft)));
    Ok(Some(Effect::Recover { case: Box::new(case), approved, draft }))
}

/// The invoice that charges a leak: a line for each month, and for its days, of exactly what it lacks.
fn charging(leak: &Leak) -> Result<DraftChange, Error> {
    let mut lines = Vec::with_capacity(leak.months.len());
    for Missing { month, units, price } in missing(leak) {
        let quantity = LineQuantity::try_from(units).map_err(Error::internal)?;
        let price = UnitPrice::try_from(price.major()).map_err(Error::internal)?;
        lines.push(LineChange {
            service: leak.service,
            offering: None,
            description: Some(format!("Not charged so far: {month}")),
            quantity,
            unit_price: Some(price),
            discount: None,
            tax_code: None,
            recurs: Some(Days::of(month)),
        });
    }
    Ok(DraftChange {
        kind: DocumentKind::Invoice,
        client: leak.client,
        day: None,
        due: None,
        currency: leak.total.currency,
        rate: None,
        lines,
        discount: None,
        includes_tax: false,
        rounding: TaxRounding::default(),
        memo: String::new(),
        reference: None,
        corrects: None,
    })
}

fn charged_by(invoice: InvoiceId, case: &LeakCase) -> LeakInvoice {
    let mut of = LeakInvoice::none(invoice);
    let parts = case.charged.iter().filter(|it| it.invoice == invoice);
    of.parts.extend(parts.map(|it| (case.id, it.minor)));
    of
}

/// The lines have to cost what they cost on the day of the analysis, and prices to be free to change.
async fn price(ctx: &Ctx, advice: &Advice, raise: &RaisePrices) -> Result<Option<Effect>, Error> {
    let money = |minor| Money::new(minor, advice.currency);
    let prices: Vec<_> = raise
        .lines
        .iter()
        .map(|line| NewPrice {
            line: line.line,
            seen: money(line.price),
            price: money(line.proposed),
        })
        .collect();
    let days = (advice.run.day, raise.on);
    let repricing = agreements::repricing(ctx, raise.agreement, &prices, days).await?;
    Ok(repricing.map(|repricing| Effect::Price {
        agreement: raise.agreement,
        on: raise.on,
        repricing: Box::new(repricing),
    }))
}
