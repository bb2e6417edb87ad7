//! Leaks of one line, by arithmetic of the test's own, and odd portfolios.

use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, DatedPrice, Frequency, Prices,
        PricingUnit, Quantity,
    },
    id::{AgreementId, AgreementLineId, ClientId, InvoiceId, OrgId, ServiceId},
    invoice::{DocumentKind, DocumentState},
    money::{Currency, Money},
    period::Month,
    service::Offering,
    source::Source,
    usage_count::{UsageCount, UsageKind},
};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

const AS_OF: Date = date(2026, 1, 15);
/// January 2025 is context, and December is not over for long enough.
const JUDGED: i64 = 10;

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn month(at: i64) -> Month {
    Month::of(date(2025, 1, 1)).plus(i32::try_from(at).unwrap())
}

fn client() -> ClientId {
    ClientId::derived(&["client"])
}

fn quantity(units: i64) -> Quantity {
    Quantity::try_from(Decimal::from(units)).unwrap()
}

/// A client with one line by device, agreed since 2024; nothing is charged or counted yet.
fn books(units: i64, prices: &[(Date, i64)]) -> ClientBooks {
    let start = date(2024, 1, 1);
    let price = |(from, minor): &(Date, i64)| DatedPrice {
        effective_from: *from,
        unit_price: usd(*minor),
        unit_cost: None,
    };
    let line = AgreementLine {
        id: AgreementLineId::derived(&["line"]),
        agreement: AgreementId::derived(&["agreement"]),
        client: client(),
        service: Some(ServiceId::derived(&["service"])),
        description: "Managed Endpoint".to_owned(),
        offering: Offering::Service,
        unit: PricingUnit::Device,
        quantity: quantity(units),
        prices: Prices::new(prices.iter().map(price).collect()).unwrap(),
        frequency: Frequency::Monthly,
        start,
        end: None,
        included_minutes: None,
        tax_code: None,
    };
    let agreement = Agreement {
        id: line.agreement,
        client: client(),
        name: "Managed services".to_owned(),
        kind: AgreementKind::Service,
        status: AgreementStatus::Active,
        start,
        end: None,
        origin: None,
        said: None,
    };
    let line = SoldLine {
        quantities: vec![DatedQuantity { from: start, quantity: line.quantity }],
        line,
        counted_by: None,
        includes: Vec::new(),
        price_is_custom: false,
    };
    ClientBooks {
        client: client(),
        name: "Client".to_owned(),
        agreements: vec![Sold { agreement, terms: None, lines: vec![line], discounts: Vec::new() }],
        counts: Vec::new(),
        documents: Vec::new(),
        links: Vec::new(),
        settlements: Vec::new(),
        work: Vec::new(),
        purchases: Vec::new(),
    }
}

fn portfolio(client: ClientBooks) -> Portfolio {
    let common = Common {
        currency: Currency::USD,
        from: month(0),
        catalogue: Vec::new(),
        purchases: Vec::new(),
    };
    Portfolio { common, clients: vec![client] }
}

/// A document of a month with lines of so many units at a price; something else is on it as well.
fn document(at: i64, rows: &[(i64, i64)]) -> Document {
    let line = |service: &str, units: i64, price: i64| DocumentLine {
        agreed: None,
        service: Some(ServiceId::derived(&[service])),
        description: service.to_owned(),
        quantity: Some(Decimal::from(units)),
        unit_price: Some(usd(price)),
        amount: usd(units * price),
        covers: None,
        discount: None,
    };
    let mut lines = vec![line("other", 1, 99)];
    lines.extend(rows.iter().map(|(units, price)| line("service", *units, *price)));
    let total = usd(lines.iter().map(|line| line.amount.minor).sum());
    Document {
        id: InvoiceId::derived(&[&at.to_string(), &rows.len().to_string()]),
        system: Source::SuperOps,
        made_here: false,
        kind: DocumentKind::Invoice,
        state: DocumentState::Issued,
        number: None,
        day: month(at).first_day(),
        lines,
        tax: usd(0),
        total,
        open: total,
    }
}

fn count(at: i64, number: i64) -> UsageCount {
    let (org, day) = (OrgId::derived(&["org"]), month(at).last_day());
    UsageCount {
        id: UsageCount::id_of(org, client(), UsageKind::Endpoints, None, day),
        client: client(),
        kind: UsageKind::Endpoints,
        product: None,
        day,
        assigned: None,
        total: Some(u32::try_from(number).unwrap()),
        committed: None,
        source: None,
    }
}

/// What is agreed, counted and charged in each month of a year, and at which prices.
#[derive(Debug, Clone, Copy)]
struct Year {
    agreed: i64,
    counted: i64,
    charged: i64,
    price: i64,
    /// The price before the year.
    before: i64,
    /// Whether that is still charged.
    is_old: bool,
}

impl Year {
    fn charged_price(self) -> i64 {
        if self.is_old { self.before } else { self.price }
    }

    fn client(self) -> ClientBooks {
        let prices = [(date(2024, 1, 1), self.before), (date(2025, 1, 1), self.price)];
        let mut client = books(self.agreed, &prices);
        let row = [(self.charged, self.charged_price())];
        let rows = if self.charged > 0 { &row[..] } else { &[] };
        client.documents = (0..13).map(|at| document(at, rows)).collect();
        client.counts = (0..13).map(|at| count(at, self.counted)).collect();
        client
    }

    /// What each month lacks: all that was agreed or counted at today's price, less what was charged.
    fn lacks(self) -> i64 {
        self.agreed.max(self.counted) * self.price - self.charged * self.charged_price()
    }
}

fn year() -> impl Strategy<Value = Year> {
    let numbers = (1_i64..60, 0_i64..60, 0_i64..60, 1_000_i64..9_000, any::<bool>(), 60_i64..95);
    numbers.prop_map(|(agreed, counted, charged, price, is_old, percent)| Year {
        agreed,
        counted,
        charged: charged.min(agreed.max(counted)),
        price,
        before: price * percent / 100,
        is_old,
    })
}

fn total(leaks: &[Leak]) -> i64 {
    leaks.iter().map(|leak| leak.total.minor).sum()
}

proptest! {
    /// Whatever is missing is claimed, and nothing of it twice, whichever kinds share it.
    #[test]
    fn claims_make_up_what_is_missing_to_the_cent(year in year()) {
        let found = detect(&portfolio(year.client()), AS_OF);
        prop_assert_eq!(total(&found), JUDGED * year.lacks(), "{:?}", found);
        for leak in &found {
            prop_assert!(leak.months.len() == usize::try_from(JUDGED).unwrap());
            prop_assert!(leak.months.keys().all(|it| (month(1)..=month(10)).contains(it)));
        }
    }

    /// Who charges what is claimed has nothing left to be claimed.
    #[test]
    fn what_is_repaired_is_no_leak(year in year()) {
        let mut client = year.client();
        let more = year.agreed.max(year.counted) - year.charged;
        let off = year.price - year.charged_price();
        let rows: Vec<_> =
            [(more, year.price), (year.charged, off)].into_iter().filter(|it| it.0 * it.1 > 0).collect();
        client.documents.extend((0..13).map(|at| {
            let mut repair = document(at, &rows);
            repair.id = InvoiceId::derived(&["repair", &at.to_string()]);
            repair
        }));
        let found = detect(&portfolio(client), AS_OF);
        prop_assert_eq!(found, Vec::new());
    }

    /// Each leak says where it comes from, when, and how sure it is.
    #[test]
    fn a_leak_has_proof_and_its_months_make_it_up(year in year()) {
        let snapshot = portfolio(year.client());
        let found = detect(&snapshot, AS_OF);
        prop_assert_eq!(&found, &detect(&snapshot, AS_OF));
        for leak in &found {
            let months: i64 = leak.months.values().map(|money| money.minor).sum();
            prop_assert_eq!(months, leak.total.minor);
            prop_assert!(leak.evidence.iter().any(|row| row.ledger == Ledger::Contract));
            prop_assert!(leak.evidence.iter().any(|row| row.ledger == Ledger::Desk));
            let counted = leak.evidence.iter().any(|row| row.ledger == Ledger::Usage);
            prop_assert_eq!(counted, leak.kind == LeakKind::EndpointsOverContract);
            prop_assert_eq!(leak.first_seen, month(1).first_day());
            prop_assert!(leak.confidence.percent <= 100);
            let digits = leak.total.minor.to_string();
            prop_assert!(!leak.key.contains(&format!("/{digits}")), "{}", leak.key);
        }
    }

    /// In which order a source tells its records changes nothing.
    #[test]
    fn the_order_of_records_changes_nothing(year in year()) {
        let snapshot = portfolio(year.client());
        let mut other = snapshot.clone();
        for client in &mut other.clients {
            client.documents.reverse();
            client.counts.reverse();
        }
        prop_assert_eq!(detect(&snapshot, AS_OF), detect(&other, AS_OF));
    }

    /// A day later more may be known, and the leak is the same one.
    #[test]
    fn a_key_stays_when_the_amount_grows(year in year(), days in 1_i64..60) {
        let snapshot = portfolio(year.client());
        let keys = |as_of| {
            let found = detect(&snapshot, as_of);
            found.into_iter().map(|leak| leak.key).collect::<Vec<_>>()
        };
        let later = AS_OF.saturating_add(jiff::ToSpan::days(days));
        prop_assert_eq!(keys(AS_OF), keys(later));
    }
}

#[test]
fn a_month_is_judged_a_billing_cycle_after_its_end() {
    let policy = Policy::default();
    assert_eq!(policy.last_judged(date(2026, 1, 31)), month(11));
    assert_eq!(policy.last_judged(date(2026, 1, 30)), month(10));
}

fn steady() -> Year {
    Year { agreed: 10, counted: 10, charged: 10, price: 2_000, before: 2_000, is_old: false }
}

fn kinds(client: ClientBooks) -> Vec<(LeakKind, i64)> {
    let found = detect(&portfolio(client), AS_OF);
    found.into_iter().map(|leak| (leak.kind, leak.total.minor)).collect()
}

#[test]
fn one_month_of_delay_or_excess_is_none() {
    let mut client = steady().client();
    // A device was replaced in May, and July's document came with August's.
    client.counts[4] = count(4, 13);
    client.documents[6] = document(6, &[]);
    client.documents[7] = document(7, &[(10, 2_000), (10, 2_000)]);
    assert_eq!(kinds(client), []);
}

#[test]
fn two_months_of_excess_are_charged_from_the_second_one_on() {
    let mut client = steady().client();
    for at in 3..=6 {
        client.counts[at] = count(i64::try_from(at).unwrap(), 13);
    }
    let excess = vec![(LeakKind::EndpointsOverContract, 3 * 3 * 2_000)];
    assert_eq!(kinds(client.clone()), excess);
    client.documents[9] = document(9, &[(10, 2_000), (9, 2_000)]);
    assert_eq!(kinds(client), [], "a true-up charges all of it");
}

#[test]
fn what_is_void_or_a_draft_charges_nothing() {
    let void = DocumentState::Void { on: date(2025, 6, 1) };
    for state in [void, DocumentState::Draft] {
        let mut client = steady().client();
        client.documents[5].state = state;
        assert_eq!(kinds(client), [(LeakKind::LineNotInvoiced, 20_000)], "{state:?}");
    }
}

#[test]
fn without_any_document_nothing_is_said() {
    let mut client = steady().client();
    client.documents.clear();
    assert_eq!(kinds(client), []);
}

#[test]
fn odd_portfolios_have_no_leaks_and_do_no_harm() {
    let empty = Portfolio { clients: Vec::new(), ..portfolio(steady().client()) };
    assert_eq!(detect(&empty, AS_OF), []);
    let early = detect(&portfolio(steady().client()), date(2020, 1, 1));
    assert_eq!(early, []);
    // Free, huge, and in another currency.
    for (price, charged) in [(0, 0), (i64::MAX / 4, 1), (1, 0)] {
        let year = Year { price, before: price, charged, ..steady() };
        let mut client = year.client();
        client.documents.iter_mut().flat_map(|it| &mut it.lines).for_each(|line| {
            line.unit_price = None;
        });
        let found = detect(&portfolio(client), AS_OF);
        assert!(found.iter().all(|leak| leak.total.minor > 0), "{price}: {found:?}");
    }
    let mut euros = portfolio(steady().client());
    euros.common.currency = "EUR".parse().unwrap();
    assert_eq!(detect(&euros, AS_OF), []);
}

/// A portfolio with one client that leaks and one that does not, as a file.
fn file() -> (Portfolio, Vec<u8>) {
    let mut leaking = steady().client();
    leaking.documents.remove(5);
    let other = ClientBooks { client: ClientId::derived(&["other"]), ..steady().client() };
    let mut all = portfolio(leaking);
    all.clients.push(other);
    let mut writer = PortfolioWriter::new(&all.common).unwrap();
    for client in &all.clients {
        writer.add(client).unwrap();
    }
    (all, writer.finish().unwrap())
}

#[test]
fn a_portfolio_that_is_read_client_by_client_has_the_same_leaks() {
    let (all, bytes) = file();
    assert_eq!(bytes, file().1);
    let kept = KeptPortfolio::open(bytes).unwrap();
    assert_eq!(kept.common(), &all.common);
    let clients: Vec<ClientBooks> = kept.clients().map(Result::unwrap).collect();
    assert_eq!(clients, all.clients);
    let found = findings(&kept, AS_OF).unwrap();
    assert_eq!(found.leaks.len(), 1);
    assert_eq!(found.leaks, detect(&all, AS_OF));
    let lacks = &found.blind[&LeakKind::UnbilledTime];
    assert_eq!(lacks, &[Lack::Work]);
    assert!(!found.blind.contains_key(&LeakKind::LineNotInvoiced));
}

#[test]
fn a_portfolio_that_is_cut_off_anywhere_is_refused_and_not_read_in_part() {
    let (_, bytes) = file();
    for length in 0..bytes.len() {
        let read = KeptPortfolio::open(bytes[..length].to_vec());
        let found = read.and_then(|kept| findings(&kept, AS_OF));
        assert!(found.is_err(), "{length} of {}", bytes.len());
    }
    let mut turned = bytes;
    let middle = turned.len() / 2;
    turned[middle] ^= 0x10;
    let found = KeptPortfolio::open(turned).and_then(|kept| findings(&kept, AS_OF));
    assert!(found.is_err());
}
