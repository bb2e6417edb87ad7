//! What lines, discounts and taxes come to.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    apportion::apportion,
    discount::Discount,
    number::{LineQuantity, UnitPrice},
    tax::{TaxCode, TaxPercent, nearest},
};
use crate::{id::TaxCodeId, money::Currency};

/// Where tax is rounded. Authorities allow both; what comes out differs by cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxRounding {
    /// Once for each rate, on the sum of what bears it.
    #[default]
    Document,
    /// On every line.
    Line,
}

/// What a document says besides its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The currency of every amount.
    pub currency: Currency,
    /// What is taken off the sum of the lines, before tax.
    pub discount: Option<Discount>,
    /// Whether prices include tax.
    pub includes_tax: bool,
    /// Where tax is rounded.
    pub rounding: TaxRounding,
}

/// A line to charge for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// How much of it.
    pub quantity: LineQuantity,
    /// The price of one.
    pub unit_price: UnitPrice,
    /// What is taken off the line, before the document's own discount.
    pub discount: Option<Discount>,
    /// Which taxes it bears; none for what is exempt.
    pub tax: Option<TaxCodeId>,
}

/// What a line comes to, in the currency's smallest unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChargeTotals {
    /// Quantity × unit price.
    pub gross: i64,
    /// The line's own discount.
    pub discount: i64,
    /// Its share of the document's discount.
    pub document_discount: i64,
    /// What is left, before tax.
    pub net: i64,
    /// Its tax.
    pub tax: i64,
}

/// Which tax an amount is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxedBy {
    /// The code.
    pub code: TaxCodeId,
    /// What the tax is called.
    pub name: String,
    /// How much of the base, as it was when the document was made.
    pub percent: TaxPercent,
}

/// What a tax comes to over the document, in the currency's smallest unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateTotals {
    /// The tax.
    pub by: TaxedBy,
    /// What bears it, before any tax.
    pub base: i64,
    /// The tax.
    pub tax: i64,
}

/// What a document comes to. Σ gross − Σ discounts = net, or net and tax where prices include it;
/// net + tax = total; each of them is the sum of the lines', and tax is that of the rates'.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Each line, in order.
    pub lines: Vec<ChargeTotals>,
    /// Each tax, in the order in which lines first bear it.
    pub rates: Vec<RateTotals>,
    /// Before discounts.
    pub gross: i64,
    /// All discounts.
    pub discount: i64,
    /// Before tax.
    pub net: i64,
    /// All taxes.
    pub tax: i64,
    /// What is to be paid.
    pub total: i64,
}

/// Why lines come to nothing that could be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BillingError {
    /// An amount does not fit.
    #[error("the amount of line {0} is too large")]
    TooLarge(usize),
    /// More is taken off a line than it comes to.
    #[error("the discount of line {0} is more than the line")]
    LineDiscount(usize),
    /// More is taken off the document than it comes to.
    #[error("the discount is more than the sum of the lines")]
    Discount,
    /// A line names a code that is not there.
    #[error("line {0} bears an unknown tax")]
    UnknownTax(usize),
}

/// The most that a document may come to, in smallest units: sums of it never overflow.
const MOST: i64 = 1_000_000_000_000;

/// What the lines come to, in the order in which they are given; `codes` has every code that they
/// name.
///
/// Discounts come before tax: first a line's own, then its share of the document's, which is
/// divided by largest remainder. Tax by the document is computed for each rate on the sum of what
/// bears it and divided among the lines likewise.
pub fn totals(charges: &[Charge], codes: &[TaxCode], terms: Terms) -> Result<Totals, BillingError> {
    let mut lines = discounted(charges, terms)?;
    let mut rates = Vec::new();
    let mut done: Vec<TaxCodeId> = Vec::new();
    for (number, charge) in charges.iter().enumerate() {
        let Some(id) = charge.tax.filter(|id| !done.contains(id)) else { continue };
        let code = codes.iter().find(|code| code.id == id);
        let code = code.ok_or(BillingError::UnknownTax(number))?;
        let bearing: Vec<_> = (0..charges.len())
            .filter(|at| charges.get(*at).and_then(|it| it.tax) == Some(id))
            .collect();
        rates.extend(
            taxed(&mut lines, &bearing, code, terms).ok_or(BillingError::TooLarge(number))?,
        );
        done.push(id);
    }
    let sum = |part: fn(&ChargeTotals) -> i64| lines.iter().map(part).sum::<i64>();
    let (net, tax) = (sum(|line| line.net), sum(|line| line.tax));
    Ok(Totals {
        rates,
        gross: sum(|line| line.gross),
        discount: sum(|line| line.discount + line.document_discount),
        net,
        tax,
        total: net + tax,
        lines,
    })
}

/// Quantity × unit price in the currency's smallest unit, rounded once, half away from zero; `None`
/// where that is more than a document may come to.
pub fn gross(quantity: LineQuantity, unit_price: UnitPrice, currency: Currency) -> Option<i64> {
    let unit = Decimal::from(10_u64.pow(currency.decimals()));
    let price = Decimal::from(unit_price).checked_mul(quantity.into())?;
    nearest(price.checked_mul(unit)?).filter(|gross| *gross <= MOST)
}

/// The lines after discounts, with what is left of each as its net.
fn discounted(charges: &[Charge], terms: Terms) -> Result<Vec<ChargeTotals>, BillingError> {
    let mut lines = Vec::with_capacity(charges.len());
    for (number, charge) in charges.iter().enumerate() {
        let gross = gross(charge.quantity, charge.unit_price, terms.currency);
        let gross = gross.ok_or(BillingError::TooLarge(number))?;
        let discount = charge.discount.map_or(Some(0), |discount| discount.off(gross));
        let discount = discount.ok_or(BillingError::LineDiscount(number))?;
        let net = gross - discount;
        lines.push(ChargeTotals { gross, discount, net, ..ChargeTotals::default() });
    }
    let weights: Vec<_> = lines.iter().map(|line| line.net).collect();
    let sum = weights.iter().try_fold(0_i64, |sum, net| sum.checked_add(*net));
    let last = charges.len().saturating_sub(1);
    let sum = sum.filter(|sum| *sum <= MOST).ok_or(BillingError::TooLarge(last))?;
    let off = terms.discount.map_or(Some(0), |discount| discount.off(sum));
    let shares = apportion(off.ok_or(BillingError::Discount)?, &weights);
    for (line, share) in lines.iter_mut().zip(shares) {
        line.document_discount = share;
        line.net -= share;
    }
    Ok(lines)
}

/// Puts a code's taxes on the lines that bear it; what each of its rates comes to. `None` where a
/// number does not fit.
fn taxed(
    lines: &mut [ChargeTotals],
    bearing: &[usize],
    code: &TaxCode,
    terms: Terms,
) -> Option<Vec<RateTotals>> {
    let amounts: Vec<_> =
        bearing.iter().filter_map(|at| lines.get(*at)).map(|line| line.net).collect();
    // Of each rate, what it comes to on each line.
    let mut by_rate: Vec<Vec<i64>> = vec![Vec::new(); code.rates.len()];
    match terms.rounding {
        TaxRounding::Document => {
            let taxes = code.taxes(amounts.iter().sum(), terms.includes_tax)?;
            for (shares, tax) in by_rate.iter_mut().zip(taxes) {
                *shares = apportion(tax, &amounts);
            }
        }
        TaxRounding::Line => {
            for amount in &amounts {
                let taxes = code.taxes(*amount, terms.includes_tax)?;
                by_rate.iter_mut().zip(taxes).for_each(|(shares, tax)| shares.push(tax));
            }
        }
    }
    for (place, at) in bearing.iter().enumerate() {
        let line = lines.get_mut(*at)?;
        line.tax = by_rate.iter().filter_map(|shares| shares.get(place)).sum();
        line.net -= if terms.includes_tax { line.tax } else { 0 };
    }
    let base = bearing.iter().filter_map(|at| lines.get(*at)).map(|line| line.net).sum();
    let rate = |(rate, shares): (&super::tax::TaxRate, &Vec<i64>)| RateTotals {
        by: TaxedBy { code: code.id, name: rate.name.clone(), percent: rate.percent },
        base,
        tax: shares.iter().sum(),
    };
    Some(code.rates.iter().zip(&by_rate).map(rate).collect())
}

impl TaxCode {
    /// What each rate comes to on an amount that is before tax, or includes it.
    ///
    /// In an amount that includes tax there is amount × rate ÷ (1 + rate) of it, rounded once and
    /// divided among the rates by largest remainder.
    fn taxes(&self, amount: i64, included: bool) -> Option<Vec<i64>> {
        if included {
            return self.included(amount);
        }
        let mut earlier = 0_i64;
        let mut taxes = Vec::with_capacity(self.rates.len());
        for rate in &self.rates {
            let base = if rate.compound { amount.checked_add(earlier)? } else { amount };
            let tax = rate.percent.of(base.into())?;
            earlier = earlier.checked_add(tax)?;
            taxes.push(tax);
        }
        Some(taxes)
    }

    fn included(&self, amount: i64) -> Option<Vec<i64>> {
        let combined = self.combined();
        let share = Decimal::from(amount).checked_mul(combined)?;
        let tax = nearest(share.checked_div(Decimal::ONE + combined)?)?;
        let (mut earlier, mut weights) = (Decimal::ZERO, Vec::with_capacity(self.rates.len()));
        for rate in &self.rates {
            let effective = rate.effective(earlier);
            earlier += effective;
            weights.push(nearest(effective.checked_mul(Decimal::from(1_000_000_000_000_i64))?)?);
        }
        Some(apportion(tax, &weights))
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
