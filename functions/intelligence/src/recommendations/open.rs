//! A recommendation about which nothing was decided.

use clearmargin_app::recommendations::Offered;
use clearmargin_domain::{
    id::LeakId,
    money::{Currency, Money},
};
use clearmargin_insight::{
    growth::Chance,
    leaks::Leak,
    recommendations::{Act, RaisePrices, can_be_drafted},
};
use clearmargin_web::{Amount, schema};
use serde::Serialize;

use super::kind;
use crate::revenue_leaks;

/// Something that is to be done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendationView {
    /// Its id: the same for the same recommendation, in whichever analysis it is made.
    #[schema(example = "rec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What kind.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// For which client.
    client_id: String,
    /// What is expected of it: of a leak once, of the others in a year, net of what is expected to be lost.
    expected: Amount,
    /// The hash of all that it rests on. Accepting names it: if anything is otherwise by then, nothing is done.
    basis: String,
    /// The last day on which it can be accepted.
    #[schema(format = Date, example = "2026-12-12")]
    good_through: String,
    /// The leak; null unless one is to be recovered.
    leak: Option<RecommendedLeakView>,
    /// The prices; null unless some are to be raised.
    raise: Option<RecommendedRaiseView>,
    /// The service; null unless one is to be offered.
    offer: Option<RecommendedOfferView>,
}

/// A leak that is to be recovered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendedLeakView {
    /// The leak, by what it is known from one analysis to the next; its proof is among the revenue leaks.
    leak_id: Option<String>,
    /// What kind of leak.
    #[schema(schema_with = revenue_leaks::kind)]
    leak_kind: &'static str,
    /// The rule in words, with its figures.
    rule: String,
    /// How sure it is, from 0 to 100. Set by judgement and not measured.
    #[schema(example = 90)]
    confidence_percent: u8,
    /// Whether accepting drafts an invoice; else it only approves the leak, and somebody has to see to it.
    drafts_invoice: bool,
}

/// Prices that are to be raised.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendedRaiseView {
    /// The agreement.
    agreement_id: String,
    /// The first day on which its prices may change.
    #[schema(format = Date, example = "2027-01-01")]
    on: String,
    /// The last day for notice; null where no term renews itself.
    #[schema(schema_with = schema::day_or_null)]
    notice_by: Option<String>,
    /// What it brings more in the year from that day, if the client stays.
    gain: Amount,
    /// What is lost on average, since the client may leave.
    expected_loss: Amount,
    /// The prices.
    lines: Vec<RecommendedPriceView>,
}

/// A price that is to be raised.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendedPriceView {
    /// The line.
    line_id: String,
    /// The catalogue entry; null where it is none.
    service_id: Option<String>,
    /// What a unit costs now.
    price: Amount,
    /// What it would cost on that day, as agreed.
    then: Amount,
    /// What it is to cost.
    proposed: Amount,
    /// What that brings more in a year.
    gain: Amount,
}

/// A service that is to be offered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecommendedOfferView {
    /// The catalogue entry.
    service_id: String,
    /// What it would pay in a month.
    monthly: Amount,
    /// How many of its look-alikes have it.
    with: usize,
    /// Of how many.
    alike: usize,
}

impl RecommendationView {
    pub(super) fn new(of: &Offered, currency: Currency) -> Self {
        let it = &of.recommendation;
        let view = Self {
            id: of.id.to_string(),
            kind: it.act.kind().as_str(),
            client_id: it.client.to_string(),
            expected: Amount(Money::new(it.expected, currency)),
            basis: it.basis.clone(),
            good_through: of.good_through.to_string(),
            leak: None,
            raise: None,
            offer: None,
        };
        match &it.act {
            Act::Recover(leak) => {
                Self { leak: Some(RecommendedLeakView::new(of.leak, leak)), ..view }
            }
            Act::Raise(raise) => {
                Self { raise: Some(RecommendedRaiseView::new(raise, currency)), ..view }
            }
            Act::Offer(chance) => {
                Self { offer: Some(RecommendedOfferView::new(chance, currency)), ..view }
            }
        }
    }
}

impl RecommendedLeakView {
    fn new(id: Option<LeakId>, leak: &Leak) -> Self {
        Self {
            leak_id: id.map(|id| id.to_string()),
            leak_kind: leak.kind.as_str(),
            rule: leak.rule.clone(),
            confidence_percent: leak.confidence.percent,
            drafts_invoice: can_be_drafted(leak.kind),
        }
    }
}

impl RecommendedRaiseView {
    fn new(of: &RaisePrices, currency: Currency) -> Self {
        let money = |minor| Amount(Money::new(minor, currency));
        let lines = of.lines.iter().map(|line| RecommendedPriceView {
            line_id: line.line.to_string(),
            service_id: line.service.map(|id| id.to_string()),
            price: money(line.price),
            then: money(line.then),
            proposed: money(line.proposed),
            gain: money(line.gain),
        });
        Self {
            agreement_id: of.agreement.to_string(),
            on: of.on.to_string(),
            notice_by: of.notice_by.map(|day| day.to_string()),
            gain: money(of.raise.gain),
            expected_loss: money(of.raise.expected_loss),
            lines: lines.collect(),
        }
    }
}

impl RecommendedOfferView {
    fn new(of: &Chance, currency: Currency) -> Self {
        Self {
            service_id: of.service.to_string(),
            monthly: Amount(Money::new(of.monthly, currency)),
            with: of.with,
            alike: of.alike,
        }
    }
}
