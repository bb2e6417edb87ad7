//! An agreement with what its prices would have to be.

use std::collections::HashMap;

use clearmargin_app::analyses::Prices;
use clearmargin_domain::{
    agreement::PricingUnit,
    id::AgreementId,
    money::{Currency, Money},
    service::Offering,
};
use clearmargin_insight::pricing::{
    Advice, Costed, Earliest, LineCost, LinePrice, NoPrice, Opening, Place, Priced, Raise, Target,
};
use clearmargin_web::{Amount, Ratio, schema};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::openapi::Object;

/// An agreement with what its prices would have to be.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PricedAgreementView {
    /// The agreement.
    agreement_id: String,
    /// Its name.
    name: String,
    /// Whose it is.
    client_id: String,
    /// The client's name.
    client: String,
    /// When its prices may change first.
    earliest: EarliestRaiseView,
    /// Over how many months the client's labour was taken.
    months: usize,
    /// What an hour of work for the client brings, net of what was bought; null without work.
    hourly_rate: Option<Amount>,
    /// Where that stands among the other clients; null without work.
    hourly_rate_place: Option<PricePlaceView>,
    /// How many of its lines are charged once or by the hour: their prices are left alone.
    other_lines: usize,
    /// What its prices would have to be; null where its costs are not known.
    pricing: Option<PricingTargetView>,
    /// Why they are not: `too_few_months`, `uncosted_time` if some of the client's work has no cost rate,
    /// `no_time` if it sells work and nobody records any, `uncosted_lines` if nobody said what a product costs
    /// to buy, `unpriced_lines`, `other_currency`, `nothing_recurs` or `out_of_range`. Null else.
    #[schema(schema_with = no_price)]
    reason: Option<&'static str>,
    /// How many months or lines, or how much time in seconds, the reason is about; null for the others.
    have: Option<i64>,
    /// How many months are needed; null for other reasons.
    needed: Option<i64>,
}

/// When prices may change first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct EarliestRaiseView {
    /// The day.
    #[schema(format = Date, example = "2027-01-01")]
    on: String,
    /// What lets them: the next `renewal` for which notice can still be given, the `end` of the agreement, an
    /// `agreed_rise`, or, if `nothing_agreed`, the next month.
    #[schema(schema_with = opening)]
    by: &'static str,
    /// The last day for notice; null where no term renews itself.
    #[schema(schema_with = schema::day_or_null)]
    notice_by: Option<String>,
}

/// Where a value stands among the other clients.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PricePlaceView {
    /// Of how many other clients it is known.
    others: usize,
    /// The share of them below it, those equal to it by half; null with fewer than five.
    percentile: Option<Ratio>,
    /// The middle one of the others, of prices for a month; null with fewer than five.
    median: Option<Amount>,
}

/// What the prices of an agreement would have to be. Amounts are of a year.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PricingTargetView {
    /// What its recurring lines bring as they are.
    revenue: Amount,
    /// What they cost: labour and purchases of the lines.
    cost: Amount,
    /// Revenue less cost, ÷ revenue.
    margin: Option<Ratio>,
    /// What they would have to bring for the target margin.
    target_revenue: Amount,
    /// Whether they bring less than the floor.
    below_floor: bool,
    /// `on_target` with the rises that were agreed, `raise`, `raise_and_more` if what is proposed is as much as
    /// prices may rise by in a year and not enough, `not_worth_it` if more is expected to be lost than
    /// won, or `no_room` if agreed rises use up what they may rise by.
    #[schema(schema_with = advice)]
    advice: &'static str,
    /// What the proposal is worth; null where nothing would rise.
    raise: Option<RaiseWorthView>,
    /// Its recurring lines.
    lines: Vec<PricedLineView>,
}

/// What a raise is worth in its first year.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RaiseWorthView {
    /// What is brought more if the client stays: Σ of the lines.
    gain: Amount,
    /// The assumed probability of leaving × what the agreement would bring over its costs.
    expected_loss: Amount,
    /// Gain less expected loss.
    expected: Amount,
    /// The assumed additional probability that the client leaves.
    assumed_churn: Ratio,
    /// The additional probability of leaving at which the raise is worth nothing, whatever is assumed.
    break_even_churn: Ratio,
}

/// What the price of a line would have to be. Prices are of a unit for each charge.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PricedLineView {
    /// The line.
    line_id: String,
    /// The catalogue entry; null where it is none.
    service_id: Option<String>,
    /// Work or product.
    #[schema(schema_with = schema::offering)]
    offering: Offering,
    /// What the price is for.
    #[schema(schema_with = schema::pricing_unit)]
    unit: PricingUnit,
    /// How many units one charge is for.
    quantity: Ratio,
    /// How many months a charge is for.
    months_per_charge: u16,
    /// What it brings in a year as it is.
    revenue: Amount,
    /// Its part of the client's labour, in a year.
    labour_cost: Amount,
    /// What its units cost to buy, in a year.
    purchase_cost: Amount,
    /// The price today.
    unit_price: Amount,
    /// The price on the first day on which it may change, with the rises that were agreed.
    agreed_price: Amount,
    /// The price that covers its own cost; null without units.
    cost_price: Option<Amount>,
    /// The price at which it brings the floor margin; null without units.
    floor_price: Option<Amount>,
    /// The price at which the agreement reaches the target margin, if all its lines change alike.
    target_price: Amount,
    /// The price to be proposed: the agreed one where nothing is to rise.
    proposed_price: Amount,
    /// What the proposal brings more in a year than the agreed price.
    gain: Amount,
    /// Where its price stands among those of other clients for the same entry by the same unit; null where it is
    /// no catalogue entry.
    place: Option<PricePlaceView>,
}

fn no_price() -> Object {
    schema::or_null(schema::one_of(NoPrice::NAMES))
}

fn opening() -> Object {
    schema::one_of(Opening::NAMES)
}

fn advice() -> Object {
    schema::one_of(Advice::NAMES)
}

/// Renders amounts in a currency.
#[derive(Clone, Copy)]
struct Renders(Currency);

impl Renders {
    fn amount(self, minor: i64) -> Amount {
        Amount(Money::new(minor, self.0))
    }

    fn place(self, place: &Place) -> PricePlaceView {
        PricePlaceView {
            others: place.others,
            percentile: place.among.map(|among| Ratio(among.percentile)),
            median: place.among.map(|among| self.amount(among.median)),
        }
    }

    fn raise(self, raise: &Raise) -> RaiseWorthView {
        let share = |millionths: i64| Ratio(Decimal::new(millionths, 6).normalize());
        RaiseWorthView {
            gain: self.amount(raise.gain),
            expected_loss: self.amount(raise.expected_loss),
            expected: self.amount(raise.expected),
            assumed_churn: share(raise.leaving),
            break_even_churn: share(raise.break_even),
        }
    }

    fn line(self, (cost, price): (&LineCost, &LinePrice)) -> PricedLineView {
        PricedLineView {
            line_id: cost.line.to_string(),
            service_id: cost.service.map(|id| id.to_string()),
            offering: cost.offering,
            unit: cost.unit,
            quantity: Ratio(Decimal::new(cost.hundredths, 2).normalize()),
            months_per_charge: cost.every.count(),
            revenue: self.amount(price.brings),
            labour_cost: self.amount(cost.labour),
            purchase_cost: self.amount(cost.bought),
            unit_price: self.amount(cost.price),
            agreed_price: self.amount(cost.then),
            cost_price: price.cost_price.map(|minor| self.amount(minor)),
            floor_price: price.floor_price.map(|minor| self.amount(minor)),
            target_price: self.amount(price.target_price),
            proposed_price: self.amount(price.proposed),
            gain: self.amount(price.gain),
            place: cost.place.as_ref().map(|place| self.place(place)),
        }
    }

    fn target(self, costed: &Costed, target: &Target) -> PricingTargetView {
        let lines = costed.lines.as_deref().unwrap_or_default();
        PricingTargetView {
            revenue: self.amount(target.brings),
            cost: self.amount(target.costs),
            margin: target.margin().map(Ratio),
            target_revenue: self.amount(target.target),
            below_floor: target.below_floor,
            advice: target.advice.as_str(),
            raise: target.raise.as_ref().map(|raise| self.raise(raise)),
            lines: lines.iter().zip(&target.lines).map(|both| self.line(both)).collect(),
        }
    }
}

impl EarliestRaiseView {
    fn new(earliest: &Earliest) -> Self {
        Self {
            on: earliest.on.to_string(),
            by: earliest.by.as_str(),
            notice_by: earliest.notice_by.map(|day| day.to_string()),
        }
    }
}

impl PricedAgreementView {
    pub(super) fn new(
        priced: &Priced<'_>,
        book: &Prices,
        names: &HashMap<AgreementId, String>,
    ) -> Self {
        let (renders, costed) = (Renders(book.currency), priced.costed);
        let why = priced.outcome.as_ref().err();
        let (have, needed) = why.map_or((None, None), counted);
        Self {
            agreement_id: costed.agreement.to_string(),
            name: names.get(&costed.agreement).cloned().unwrap_or_default(),
            client_id: costed.client.to_string(),
            client: book.name(costed.client),
            earliest: EarliestRaiseView::new(&costed.earliest),
            months: costed.months,
            hourly_rate: costed.hourly.map(|minor| renders.amount(minor)),
            hourly_rate_place: costed.hourly_place.as_ref().map(|place| renders.place(place)),
            other_lines: costed.other_lines,
            pricing: priced.outcome.as_ref().ok().map(|target| renders.target(costed, target)),
            reason: why.map(|why| why.as_str()),
            have,
            needed,
        }
    }
}

/// How much of what there is, and how much is needed.
fn counted(why: &NoPrice) -> (Option<i64>, Option<i64>) {
    let number = |count: usize| i64::try_from(count).ok();
    match why {
        NoPrice::TooFewMonths { have, needed } => (number(*have), number(*needed)),
        NoPrice::UncostedTime { seconds } => (Some(*seconds), None),
        NoPrice::UncostedLines { lines } | NoPrice::UnpricedLines { lines } => {
            (number(*lines), None)
        }
        NoPrice::NoTime | NoPrice::OtherCurrency | NoPrice::NothingRecurs | NoPrice::OutOfRange => {
            (None, None)
        }
    }
}
