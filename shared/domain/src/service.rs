//! The catalogue: what is sold.

use serde::{Deserialize, Serialize};

use jiff::civil::Date;

use crate::{
    agreement::{DatedPrice, PriceError, Prices},
    books::Books,
    expense::ExpenseAccount,
    id::ServiceId,
    money::Money,
    source::{Fields, Origin, merge},
};

/// Whether a line sells work or a thing: the split that labour revenue needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Offering {
    /// Work, or a service whose cost is work.
    Service,
    /// A licence, a device, a subscription bought from a vendor: it has a purchase cost.
    Product,
}

/// A catalogue entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Our id.
    pub id: ServiceId,
    /// Its name.
    pub name: String,
    /// Work or product.
    pub offering: Offering,
    /// List price per unit, where the source knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Money>,
    /// What a unit costs to buy, where the source knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_cost: Option<Money>,
    /// The account that purchases of it are on, where the source says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bought_on: Option<ExpenseAccount>,
    /// Whether it is still sold.
    pub active: bool,
    /// Where it came from; none for what was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// List prices that were set here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
    /// What the source last said of what was changed here; none while it says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<ServiceFields>,
}

/// What a source delivers of a catalogue entry and people may change here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceFields {
    /// Its name.
    pub name: String,
    /// Work or product.
    pub offering: Offering,
    /// Whether it is still sold.
    pub active: bool,
}

/// List prices that were set here, in place of the source's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pricing {
    /// The prices, each from a day on.
    pub prices: Prices,
    /// The source's price when the last of them was set: another one since then goes before them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<Money>,
}

impl Fields for ServiceFields {
    fn merged(last: &Self, now: &Self, here: &Self) -> Self {
        Self {
            name: merge(&last.name, &now.name, &here.name),
            offering: merge(&last.offering, &now.offering, &here.offering),
            active: merge(&last.active, &now.active, &here.active),
        }
    }
}

impl Service {
    /// What people may change of it.
    pub fn fields(&self) -> ServiceFields {
        ServiceFields { name: self.name.clone(), offering: self.offering, active: self.active }
    }

    /// With these fields, set here. What the source said of them is kept beside them.
    #[must_use]
    pub fn edited(&self, fields: ServiceFields) -> Self {
        let imported = self.origin.is_some();
        let said = Fields::kept(self.said.as_ref(), self.fields(), &fields, imported);
        Self { said, ..self.clone().with(fields) }
    }

    /// As the source delivers it, with what was changed here.
    #[must_use]
    pub fn read_over(self, stored: &Self) -> Self {
        let now = self.fields();
        let (fields, said) = Fields::read_again(stored.said.as_ref(), now, &stored.fields());
        Self { said, pricing: stored.pricing.clone(), ..self.with(fields) }
    }

    fn with(self, fields: ServiceFields) -> Self {
        let ServiceFields { name, offering, active } = fields;
        Self { name, offering, active, ..self }
    }

    /// What a unit is sold for on a day when nothing else is agreed: the price that was set here,
    /// unless the source has changed its own since. `None` where nobody said.
    pub fn list_price(&self, day: Date) -> Option<Money> {
        self.price_on(day).map(|price| price.unit_price).or(self.unit_price)
    }

    /// What a unit costs to buy on a day, where somebody said.
    pub fn unit_cost(&self, day: Date) -> Option<Money> {
        self.price_on(day).and_then(|price| price.unit_cost).or(self.purchase_cost)
    }

    fn price_on(&self, day: Date) -> Option<&DatedPrice> {
        let pricing = self.pricing.as_ref();
        pricing.filter(|it| it.instead_of == self.unit_price).and_then(|it| it.prices.on(day))
    }

    /// With a list price from a day on, in place of one of the same day. Refused in a closed month.
    pub fn priced(&self, price: DatedPrice, books: Books) -> Result<Self, PriceError> {
        books.refuse(price.effective_from)?;
        let prices = self.pricing.as_ref().map(|pricing| pricing.prices.with(price, books));
        let prices = prices.unwrap_or_else(|| Prices::new(vec![price]))?;
        Ok(Self { pricing: Some(Pricing { prices, instead_of: self.unit_price }), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::{money::Currency, source::Source};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn imported(name: &str, minor: i64) -> Service {
        Service {
            id: ServiceId::new(Timestamp::UNIX_EPOCH, 1),
            name: name.to_owned(),
            offering: Offering::Service,
            unit_price: Some(usd(minor)),
            purchase_cost: None,
            bought_on: None,
            active: true,
            origin: Some(Origin {
                source: Source::SuperOps,
                kind: "ServiceItem".to_owned(),
                external_id: "1".to_owned(),
                revision: None,
            }),
            pricing: None,
            said: None,
        }
    }

    fn named(service: &Service, name: &str) -> Service {
        service.edited(ServiceFields { name: name.to_owned(), ..service.fields() })
    }

    #[test]
    fn what_was_changed_here_stays_until_the_source_itself_changes() {
        let edited = named(&imported("Backup", 100), "Cloud backup");
        let again = imported("Backup", 100).read_over(&edited);
        assert_eq!(again, edited);
        let twice = imported("Backup", 100).read_over(&again);
        assert_eq!(twice, edited);
        let renamed = imported("Backup Pro", 100).read_over(&twice);
        assert_eq!(renamed, imported("Backup Pro", 100));
        // Another field of the source's moves alone.
        let dropped = Service { active: false, ..imported("Backup", 100) }.read_over(&edited);
        assert_eq!((dropped.name.as_str(), dropped.active), ("Cloud backup", false));
        assert_eq!(
            dropped.said.map(|said| (said.name, said.active)),
            Some(("Backup".into(), false))
        );
    }

    #[test]
    fn changing_back_to_what_the_source_says_leaves_no_trace() {
        let service = imported("Backup", 100);
        assert_eq!(named(&named(&service, "Cloud backup"), "Backup"), service);
    }

    #[test]
    fn a_price_set_here_goes_before_the_sources_until_that_changes() {
        let day = date(2026, 10, 1);
        let price = DatedPrice { effective_from: day, unit_price: usd(150), unit_cost: None };
        let priced = imported("Backup", 100).priced(price, Books::default()).unwrap();
        assert_eq!(priced.list_price(date(2026, 9, 30)), Some(usd(100)));
        assert_eq!(priced.list_price(day), Some(usd(150)));
        let again = imported("Backup", 100).read_over(&priced);
        assert_eq!(again.list_price(day), Some(usd(150)));
        let raised = imported("Backup", 120).read_over(&again);
        assert_eq!(raised.list_price(day), Some(usd(120)));
        let once_more = raised.priced(price, Books::default()).unwrap();
        assert_eq!(once_more.list_price(day), Some(usd(150)));
    }

    #[test]
    fn a_closed_month_keeps_its_prices() {
        let books = Books { closed_through: Some("2026-09".parse().unwrap()) };
        let price =
            |effective_from| DatedPrice { effective_from, unit_price: usd(1), unit_cost: None };
        let service = imported("Backup", 100);
        assert!(matches!(
            service.priced(price(date(2026, 9, 30)), books),
            Err(PriceError::Closed(_))
        ));
        let priced = service.priced(price(date(2026, 10, 1)), books).unwrap();
        assert!(matches!(
            priced.priced(price(date(2026, 1, 1)), books),
            Err(PriceError::Closed(_))
        ));
    }
}
