//! One number from 0 to 100, in parts that add up to it.

use clearmargin_domain::{
    billing::apportion,
    metrics::{Profitability, ratio},
    money::Currency,
    rollup::Measures,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    dimension::{Axis, Better, Dimension},
    figures::MonthFigures,
    missing::{Missing, Of},
};
use crate::profitability;

/// What a part of a score is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Element {
    /// The gross margin in per cent of revenue: [`profitability::score`], held between 0 and 100.
    GrossMargin,
    /// How the client stands among all clients on this side.
    Standing(Axis),
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScorePart {
    /// What it is about.
    pub element: Element,
    /// Its mark, 0 to 100: the margin, or the mean percentile of the side's known dimensions, counted
    /// so that high is good for the margin.
    pub mark: Decimal,
    /// The most that it could add; of all parts 100 together.
    pub weight: Decimal,
    /// What it adds.
    pub points: Decimal,
}

/// How well a client does, between 0 and 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// The sum of the parts' points.
    pub score: Decimal,
    /// What it is made of. Sides of which nothing is known are not among them.
    pub parts: Vec<ScorePart>,
    /// The part of the weights, of 1, that is known.
    pub known: Decimal,
    /// Whether worked time lacks a cost rate, so that the margin can only be lower.
    pub upper_bound: bool,
}

/// What each side counts when all are known: 100 together with the gross margin.
const fn weight(element: Element) -> i64 {
    match element {
        Element::GrossMargin => 40,
        Element::Standing(axis) => match axis {
            Axis::LabourEfficiency => 12,
            Axis::ServiceMix | Axis::Payment => 6,
            Axis::Pricing | Axis::TicketLoad => 10,
            Axis::Margin => 8,
            Axis::LicenceEfficiency | Axis::Stability => 4,
        },
    }
}

/// The score of these sums, with the percentile of each known dimension.
pub(super) fn score(
    sum: &MonthFigures,
    percentiles: &[(Dimension, Decimal)],
    currency: Currency,
) -> Result<Score, Missing> {
    let margin = margin(sum, currency).ok_or(Missing::Nothing { of: Of::Revenue })?;
    let sides = Axis::ALL.into_iter().filter_map(|axis| {
        let marks = percentiles.iter().filter(|(dimension, _)| dimension.axis() == axis);
        let marks: Vec<Decimal> = marks.filter_map(|(it, share)| good(*it, *share)).collect();
        let count = Decimal::from(marks.len());
        let mean = marks.iter().sum::<Decimal>().checked_div(count)?;
        Some((Element::Standing(axis), hundredths(mean)))
    });
    let elements: Vec<(Element, i64)> =
        std::iter::once((Element::GrossMargin, margin)).chain(sides).collect();
    let weights: Vec<i64> = elements.iter().map(|(element, _)| weight(*element)).collect();
    let whole: i64 = weights.iter().sum();
    let worth: Vec<i64> =
        elements.iter().zip(&weights).map(|((_, mark), weight)| mark * weight).collect();
    let score = hundredths(Decimal::from(worth.iter().sum::<i64>()) / Decimal::from(100 * whole));
    let (points, shares) = (apportion(score, &worth), apportion(10_000, &weights));
    let number = |hundredths| Decimal::new(hundredths, 2);
    let parts = elements.into_iter().zip(points).zip(shares);
    let parts = parts.map(|(((element, mark), points), weight)| ScorePart {
        element,
        mark: number(mark),
        weight: number(weight),
        points: number(points),
    });
    Ok(Score {
        score: number(score),
        parts: parts.collect(),
        known: ratio(whole, 100).unwrap_or_default(),
        upper_bound: sum.uncosted_seconds > 0,
    })
}

/// The gross margin in hundredths of a per cent, between 0 and 100; `None` without revenue.
fn margin(sum: &MonthFigures, currency: Currency) -> Option<i64> {
    // Held so that their sum fits, whatever was read.
    let held = |minor: i64| minor.clamp(-i64::MAX / 4, i64::MAX / 4);
    let measures = Measures {
        service_revenue_minor: held(sum.service_revenue_minor),
        product_revenue_minor: held(sum.product_revenue_minor),
        labour_cost_minor: held(sum.labour_cost_minor),
        product_cost_minor: held(sum.product_cost_minor),
        ..Measures::default()
    };
    let score = profitability::score(&Profitability::new(measures, currency))?.score;
    Some(hundredths(score.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED)))
}

/// A percentile as a mark of 100, counted so that high is good.
fn good(dimension: Dimension, percentile: Decimal) -> Option<Decimal> {
    match dimension.better() {
        Better::Higher => Some(percentile * Decimal::ONE_HUNDRED),
        Better::Lower => Some((Decimal::ONE - percentile) * Decimal::ONE_HUNDRED),
        Better::Neither => None,
    }
}

/// A number in hundredths, half to even.
fn hundredths(number: Decimal) -> i64 {
    i64::try_from((number * Decimal::ONE_HUNDRED).round()).unwrap_or_default()
}
