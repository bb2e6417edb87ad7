//! What TechWave sells: service items in SuperOps, items in QuickBooks. Money is in cents.

/// A service item of the service desk.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceItem {
    pub(super) name: &'static str,
    pub(super) quantity_type: &'static str,
    pub(super) price: i64,
    pub(super) after_hours_price: i64,
}

const fn hours(name: &'static str, price: i64) -> ServiceItem {
    ServiceItem { name, quantity_type: "HOURS", price, after_hours_price: price / 2 * 3 }
}

const fn units(name: &'static str, price: i64) -> ServiceItem {
    ServiceItem { name, quantity_type: "UNITS", price, after_hours_price: price }
}

/// Labour comes first: the ones a worklog can name.
pub(super) const LABOUR: [ServiceItem; 4] = [
    hours("Remote Support", 13_000),
    hours("Onsite Support", 15_000),
    hours("Project Work", 16_000),
    hours("Emergency Support", 18_000),
];

/// What contracts charge for.
pub(super) const CONTRACTED: [ServiceItem; 5] = [
    units("Managed User", 11_500),
    units("Managed Device", 5_500),
    units("Managed IT Flat Fee", 250_000),
    ServiceItem {
        name: "Block of 10 Hours",
        quantity_type: "BLOCK_HOURS",
        price: 125_000,
        after_hours_price: 125_000,
    },
    hours("Time & Material", 15_000),
];

/// What a QuickBooks item is to the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Service,
    /// Licences: sold, never in stock.
    Licence,
    /// Hardware in stock.
    Hardware,
}

/// An item of the books.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) price: i64,
    pub(super) cost: Option<i64>,
}

const fn service(name: &'static str, price: i64) -> Item {
    Item { name, kind: Kind::Service, price, cost: None }
}

const fn licence(name: &'static str, price: i64, cost: i64) -> Item {
    Item { name, kind: Kind::Licence, price, cost: Some(cost) }
}

const fn hardware(name: &'static str, price: i64, cost: i64) -> Item {
    Item { name, kind: Kind::Hardware, price, cost: Some(cost) }
}

pub(super) const PER_USER: Item = service("Managed Services - Per User", 11_500);
pub(super) const PER_DEVICE: Item = service("Managed Services - Per Device", 5_500);
pub(super) const FLAT: Item = service("Managed IT - Flat Fee", 250_000);
pub(super) const BLOCK: Item = service("Prepaid Support Block (hours)", 12_500);
pub(super) const ONBOARDING: Item = service("Onboarding Fee", 150_000);
pub(super) const REVIEW: Item = service("vCIO Advisory", 45_000);

/// The labour items of the books, in the order of [`LABOUR`].
pub(super) const LABOUR_ITEMS: [Item; 4] = [
    service("Remote Support Labor", 13_000),
    service("Onsite Support Labor", 15_000),
    service("Project Labor", 16_000),
    service("Emergency & After-Hours Labor", 18_000),
];

pub(super) const OFFICE: Item = licence("Microsoft 365 Business Premium", 2_750, 2_200);
pub(super) const ENDPOINT: Item = licence("Endpoint Detection & Response", 700, 425);
pub(super) const BACKUP: Item = licence("Server Backup 1 TB", 8_900, 5_350);
pub(super) const MAIL_FILTER: Item = licence("E-mail Security", 350, 185);

pub(super) const STOCK: [Item; 8] = [
    hardware("Dell Latitude 5450", 142_900, 118_650),
    hardware("Dell OptiPlex 7020", 98_900, 81_275),
    hardware("Dell 24\" Monitor P2425H", 24_900, 18_940),
    hardware("UniFi U7 Pro Access Point", 27_900, 18_900),
    hardware("FortiGate 60F Firewall", 89_500, 62_785),
    hardware("APC Smart-UPS 1500", 74_900, 58_320),
    hardware("Synology DS923+", 69_900, 54_999),
    hardware("Logitech Docking Station", 21_900, 15_467),
];

/// Every item of the books.
pub(super) fn items() -> impl Iterator<Item = Item> {
    let single = [PER_USER, PER_DEVICE, FLAT, BLOCK, ONBOARDING, REVIEW];
    let licences = [OFFICE, ENDPOINT, BACKUP, MAIL_FILTER];
    single.into_iter().chain(LABOUR_ITEMS).chain(licences).chain(STOCK)
}
