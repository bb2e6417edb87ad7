//! What has to be known of all clients before the leaks of one can be told.

use jiff::civil::Date;

use super::{
    ClientBooks, Common, Leak, Policy,
    books::{self, Ledgers},
    discount, expense,
    margin::{self, SharedCosts},
    names::Names,
    outlier::{self, Usual},
    price, quantity, spans, uncontracted,
    upstream::{self, Vendors},
    view::{Context, View, items},
    work,
};

/// What all clients of a portfolio have in common, and what each of them pays and is counted. Every client
/// is added once; one at a time has to be at hand.
pub(super) struct Survey<'a> {
    context: Context<'a>,
    costs: SharedCosts,
    vendors: Vendors,
    ledgers: Ledgers,
    usual: Usual,
}

impl<'a> Survey<'a> {
    /// What belongs to no client, as it is known on a day.
    pub(super) fn of(common: &'a Common, as_of: Date, policy: &'a Policy) -> Self {
        let names = Names::of(&common.catalogue);
        let context = Context { common, policy, as_of, names };
        Self {
            costs: SharedCosts::of(&context),
            vendors: Vendors::of(&context),
            ledgers: Ledgers::default(),
            usual: Usual::default(),
            context,
        }
    }

    /// Adds a client.
    pub(super) fn add(&mut self, client: &ClientBooks) {
        self.vendors.add(&self.context, client);
        self.ledgers.add(client);
        self.usual.add(&self.context, client.client, &items(&self.context, client));
    }

    /// All clients were added.
    pub(super) fn done(mut self) -> Surveyed<'a> {
        self.usual.sort();
        Surveyed(self)
    }
}

/// What is known of all clients, by which the leaks of each are told.
pub(super) struct Surveyed<'a>(Survey<'a>);

impl Surveyed<'_> {
    /// The leaks of a client.
    pub(super) fn leaks_of(&self, client: &ClientBooks) -> Vec<Leak> {
        let Survey { context, costs, vendors, ledgers, usual } = &self.0;
        let view = &View::of(context, client, items(context, client));
        let mut own = quantity::detect(context, view);
        own.extend(spans::detect(context, view));
        own.extend(price::detect(context, view));
        own.extend(margin::detect(context, view, costs));
        let outliers = outlier::detect(context, view, usual, &own);
        own.extend(outliers);
        own.extend(upstream::detect(context, view, vendors));
        own.extend(uncontracted::detect(context, view));
        own.extend(discount::detect(context, view));
        own.extend(work::detect(context, view));
        own.extend(books::detect(context, view, ledgers));
        own.extend(expense::detect(context, view));
        own
    }
}
