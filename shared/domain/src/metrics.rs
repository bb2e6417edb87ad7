//! The metric dictionary: what each published figure is, once.

pub mod agreement;
pub mod billing_efficiency;
pub mod dso;
pub mod payment_status;
pub mod recurring;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    labour::WorkedTime,
    money::{Currency, Money},
    rollup::Measures,
};

/// The version of the formulas below; printed with every figure that they give.
pub const FORMULA: &str = "profitability/1";

/// The figures of a subject over a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profitability {
    measures: Measures,
    currency: Currency,
}

/// The ratio to four decimals, half to even; `None` for a zero denominator.
pub fn ratio(numerator: i64, denominator: i64) -> Option<Decimal> {
    let ratio = Decimal::from(numerator).checked_div(Decimal::from(denominator))?;
    Some(ratio.round_dp_with_strategy(4, RoundingStrategy::MidpointNearestEven))
}

impl Profitability {
    /// The figures for summed measures.
    pub const fn new(measures: Measures, currency: Currency) -> Self {
        Self { measures, currency }
    }

    /// The sums behind the figures.
    pub const fn measures(&self) -> Measures {
        self.measures
    }

    const fn money(self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Invoices less credit memos and discounts, before tax, by document date.
    pub fn revenue(self) -> Money {
        self.money(self.measures.revenue_minor())
    }

    /// The part of the revenue that is work.
    pub const fn service_revenue(self) -> Money {
        self.money(self.measures.service_revenue_minor)
    }

    /// The part of the revenue that is products at their selling price.
    pub const fn product_revenue(self) -> Money {
        self.money(self.measures.product_revenue_minor)
    }

    /// Σ time × cost rate over the time that has a rate.
    pub const fn labour_cost(self) -> Money {
        self.money(self.measures.labour_cost_minor)
    }

    /// Lines of bills and purchases that name the client.
    pub const fn product_cost(self) -> Money {
        self.money(self.measures.product_cost_minor)
    }

    /// Revenue − labour cost − product cost. An upper bound while time is uncosted.
    pub fn gross_margin(self) -> Money {
        let Measures { labour_cost_minor, product_cost_minor, .. } = self.measures;
        self.money(self.measures.revenue_minor() - labour_cost_minor - product_cost_minor)
    }

    /// Gross margin ÷ revenue; `None` without revenue.
    pub fn gross_margin_ratio(self) -> Option<Decimal> {
        ratio(self.gross_margin().minor, self.measures.revenue_minor())
    }

    /// [`gross_margin_ratio`](Self::gross_margin_ratio) where it is exact: `None` while time is
    /// uncosted, and unless there is revenue.
    pub fn costed_margin_ratio(self) -> Option<Decimal> {
        let exact = self.measures.uncosted_seconds == 0 && self.measures.revenue_minor() > 0;
        if exact { self.gross_margin_ratio() } else { None }
    }

    /// All worked time.
    pub const fn worked(self) -> WorkedTime {
        WorkedTime { seconds: self.measures.worked_seconds }
    }

    /// Worked time without a cost rate.
    pub const fn uncosted(self) -> WorkedTime {
        WorkedTime { seconds: self.measures.uncosted_seconds }
    }

    /// Share of the worked time that has a cost rate; `None` without worked time.
    pub fn costed_share(self) -> Option<Decimal> {
        let Measures { worked_seconds, uncosted_seconds, .. } = self.measures;
        ratio(worked_seconds - uncosted_seconds, worked_seconds)
    }

    /// What billable time that is on no invoice would bring at its price.
    pub const fn unbilled(self) -> Money {
        self.money(self.measures.unbilled_minor)
    }

    /// The part of the unbilled that waits for approval.
    pub const fn unapproved(self) -> Money {
        self.money(self.measures.unapproved_minor)
    }

    /// Unbilled time without a price.
    pub const fn unpriced(self) -> WorkedTime {
        WorkedTime { seconds: self.measures.unpriced_seconds }
    }

    /// Effective hourly rate, gross: revenue ÷ worked hours. Ignores what products cost.
    pub fn ehr_gross(self) -> Option<Money> {
        self.per_hour(self.measures.revenue_minor())
    }

    /// Effective hourly rate, net of cost: (revenue − product cost) ÷ worked hours.
    pub fn ehr_net_cost(self) -> Option<Money> {
        self.per_hour(self.measures.revenue_minor() - self.measures.product_cost_minor)
    }

    /// Effective hourly rate, labour: (revenue − products at retail) ÷ worked hours.
    pub fn ehr_labour(self) -> Option<Money> {
        self.per_hour(self.measures.service_revenue_minor)
    }

    fn per_hour(self, minor: i64) -> Option<Money> {
        let hours = self.worked().hours();
        let major = self.money(minor).major().checked_div(hours)?;
        Money::rounded(major, self.currency).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field's worked example: $3,000 agreement, 20 h, tools that cost $700 and sell at $1,000.
    fn worked_example() -> Profitability {
        let measures = Measures {
            service_revenue_minor: 200_000,
            product_revenue_minor: 100_000,
            product_cost_minor: 70_000,
            worked_seconds: 20 * 3_600,
            ..Measures::default()
        };
        Profitability::new(measures, Currency::USD)
    }

    #[test]
    fn the_three_effective_hourly_rates_of_the_worked_example() {
        let figures = worked_example();
        let minor = |money: Option<Money>| money.unwrap().minor;
        assert_eq!(minor(figures.ehr_gross()), 15_000);
        assert_eq!(minor(figures.ehr_net_cost()), 11_500);
        assert_eq!(minor(figures.ehr_labour()), 10_000);
    }

    #[test]
    fn a_zero_denominator_gives_nothing() {
        let figures = Profitability::new(Measures::default(), Currency::USD);
        assert_eq!(figures.gross_margin_ratio(), None);
        assert_eq!(figures.ehr_gross(), None);
        assert_eq!(figures.costed_share(), None);
    }

    #[test]
    fn a_margin_is_exact_only_when_all_time_has_a_rate_and_something_was_earned() {
        let ratio = |measures| Profitability::new(measures, Currency::USD).costed_margin_ratio();
        let example = worked_example().measures();
        assert_eq!(ratio(example), Some(Decimal::new(7667, 4)));
        assert_eq!(ratio(Measures { uncosted_seconds: 1, ..example }), None);
        let returned = Measures { service_revenue_minor: -200_000, ..example };
        assert_eq!(ratio(returned), None);
    }

    #[test]
    fn margin_is_revenue_less_both_costs() {
        let measures = Measures { labour_cost_minor: 50_000, ..worked_example().measures() };
        let figures = Profitability::new(measures, Currency::USD);
        assert_eq!(figures.gross_margin().minor, 180_000);
        assert_eq!(figures.gross_margin_ratio(), Some(Decimal::new(6, 1)));
    }
}
