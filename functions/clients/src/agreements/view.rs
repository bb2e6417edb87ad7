//! What the API shows of agreements.

use clearmargin_app::{
    Ctx,
    agreements::{Listed, Whole},
};
use clearmargin_domain::{
    access::Action,
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, Frequency, PricingUnit, Standing,
    },
    money::Money,
    service::Offering,
    source::Source,
};
use clearmargin_web::{Amount, Ratio, schema};
use serde::Serialize;

use super::terms::TermsView;
use crate::services::view::PriceView;

/// What a caller may see of money.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    revenue: bool,
    costs: bool,
}

impl Sight {
    pub(crate) fn of(ctx: &Ctx) -> Self {
        Self { revenue: ctx.may(Action::MarginsRead), costs: ctx.may(Action::CostRatesRead) }
    }

    /// What is agreed, for those who may see revenue.
    pub(crate) fn money(self, amount: Option<Money>) -> Option<Amount> {
        amount.filter(|_| self.revenue).map(Amount)
    }

    pub(crate) fn sees_revenue(self) -> bool {
        self.revenue
    }
}

/// An agreement in a list. What it is worth is null for those who may not see revenue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Agreement)]
pub(crate) struct AgreementView {
    /// Its id.
    #[schema(example = "agr_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Whose it is: the id of the client's record.
    client_id: String,
    /// Its name.
    #[schema(example = "Managed services")]
    name: String,
    /// How it is charged.
    #[schema(schema_with = schema::agreement_kind)]
    kind: AgreementKind,
    /// Where it stands.
    #[schema(schema_with = schema::agreement_status)]
    status: AgreementStatus,
    /// First day.
    #[schema(example = "2026-01-01")]
    start: String,
    /// Last day; null when none is agreed.
    #[schema(example = "2026-12-31")]
    end: Option<String>,
    /// Contracted monthly recurring revenue: 0 while it is not in force, null without prices.
    mrr: Option<Amount>,
    /// How many lines that recur have no price yet, and no part in that.
    #[schema(minimum = 0)]
    unpriced_lines: usize,
    /// What its lines come to over its term, without what is charged by the hour; null without an
    /// end or without prices.
    contract_value: Option<Amount>,
    /// The currency of both; null where both are.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The next renewal in its terms, else its last day; null when it has ended, or has no end.
    #[schema(example = "2027-01-01")]
    renewal_date: Option<String>,
    /// The system that it comes from; null for one made here.
    #[schema(value_type = Option<String>, example = "superops")]
    source: Option<Source>,
    /// Whether it was changed here and the source says something else.
    edited: bool,
}

impl AgreementView {
    pub(crate) fn new(listed: &Listed, sight: Sight) -> Self {
        Self::of(&listed.agreement, &listed.standing, sight)
    }

    pub(crate) fn of(agreement: &Agreement, standing: &Standing, sight: Sight) -> Self {
        let worth = standing.mrr.or(standing.contract_value).filter(|_| sight.sees_revenue());
        Self {
            id: agreement.id.to_string(),
            client_id: agreement.client.to_string(),
            name: agreement.name.clone(),
            kind: agreement.kind,
            status: agreement.status,
            start: agreement.start.to_string(),
            end: agreement.end.map(|end| end.to_string()),
            mrr: sight.money(standing.mrr),
            unpriced_lines: standing.unpriced_lines,
            contract_value: sight.money(standing.contract_value),
            currency: worth.map(|worth| worth.currency.to_string()),
            renewal_date: standing.renewal.map(|day| day.to_string()),
            source: agreement.origin.as_ref().map(|origin| origin.source),
            edited: agreement.said.is_some(),
        }
    }
}

/// An agreement with its terms and lines.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgreementDetail {
    /// The agreement.
    #[serde(flatten)]
    agreement: AgreementView,
    /// Its terms.
    terms: TermsView,
    /// Its lines, by id.
    lines: Vec<LineView>,
}

impl AgreementDetail {
    pub(crate) fn new(whole: &Whole, sight: Sight) -> Self {
        Self {
            agreement: AgreementView::of(&whole.agreement, &whole.standing, sight),
            terms: TermsView::new(&whole.terms),
            lines: whole.lines.iter().map(|line| LineView::new(line, sight)).collect(),
        }
    }
}

/// A line of an agreement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AgreementLine)]
pub(crate) struct LineView {
    /// Its id.
    #[schema(example = "agl_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// The agreement that it is part of.
    agreement_id: String,
    /// The catalogue entry sold; null for something else.
    service_id: Option<String>,
    /// What it says.
    description: String,
    /// Work or product.
    #[schema(schema_with = schema::offering)]
    offering: Offering,
    /// What the price is for.
    #[schema(schema_with = schema::pricing_unit)]
    unit: PricingUnit,
    /// How many units one charge is for.
    quantity: Ratio,
    /// What a unit costs, from when on, the oldest first; null for those who may not see revenue.
    prices: Option<Vec<PriceView>>,
    /// The currency of the prices.
    #[schema(example = "USD")]
    currency: String,
    /// How often it is charged.
    #[schema(schema_with = schema::frequency)]
    frequency: Frequency,
    /// First day.
    #[schema(example = "2026-01-01")]
    start: String,
    /// Last day; null when none is agreed.
    end: Option<String>,
    /// Minutes of work that the price includes with every charge; null when it says nothing.
    included_minutes: Option<u32>,
    /// Which taxes its invoices charge; null for those of the agreement's terms.
    tax_code_id: Option<String>,
}

impl LineView {
    pub(crate) fn new(line: &AgreementLine, sight: Sight) -> Self {
        let prices = line.prices.all().iter().map(|price| PriceView::new(price, sight.costs));
        Self {
            id: line.id.to_string(),
            agreement_id: line.agreement.to_string(),
            service_id: line.service.map(|id| id.to_string()),
            description: line.description.clone(),
            offering: line.offering,
            unit: line.unit,
            quantity: Ratio(line.quantity.into()),
            prices: sight.revenue.then(|| prices.collect()),
            currency: line.prices.currency().to_string(),
            frequency: line.frequency,
            start: line.start.to_string(),
            end: line.end.map(|end| end.to_string()),
            included_minutes: line.included_minutes,
            tax_code_id: line.tax_code.map(|id| id.to_string()),
        }
    }
}
