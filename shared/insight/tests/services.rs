//! What entries bring and take, by hand, and how often entries that are bought by chance are told to belong together.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, DatedPrice, Frequency, Prices,
        PricingUnit, Quantity,
    },
    id::{
        AgreementId, AgreementLineId, ClientId, CostRateId, InvoiceId, ServiceId, TechnicianId,
        TicketId, TimeEntryId,
    },
    invoice::{DocumentKind, DocumentState},
    labour::WorkedTime,
    money::{Currency, Money},
    period::Month,
    service::{Offering, Service},
    source::Source,
    time_entry::{BillingStatus, LabourCost, TimeEntry},
};
use clearmargin_insight::{
    leaks::{
        self, CatalogueEntry, ClientBooks, Common, Document, DocumentLine, KeptPortfolio,
        PortfolioWriter, Sold, SoldLine, Worked,
    },
    services::{self, Case, NoMargin, Rule, Services},
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use rust_decimal::Decimal;

const DAY: Date = date(2026, 11, 10);
const START: Date = date(2025, 1, 1);

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn client(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

fn service(number: u128) -> ServiceId {
    ServiceId::new(Timestamp::UNIX_EPOCH, number)
}

fn month(back: i32) -> Month {
    leaks::judged(DAY).to().plus(-back)
}

fn entry(number: u128) -> CatalogueEntry {
    let service = Service {
        id: service(number),
        name: format!("Entry {number}"),
        offering: Offering::Service,
        unit_price: None,
        purchase_cost: None,
        bought_on: None,
        active: true,
        origin: None,
        pricing: None,
        said: None,
    };
    CatalogueEntry { service, aliases: Vec::new() }
}

fn books(number: u128) -> ClientBooks {
    ClientBooks {
        client: client(number),
        name: String::new(),
        agreements: Vec::new(),
        counts: Vec::new(),
        documents: Vec::new(),
        links: Vec::new(),
        settlements: Vec::new(),
        work: Vec::new(),
        purchases: Vec::new(),
    }
}

/// A month's invoice with a line for an entry.
fn charged(books: &mut ClientBooks, of: Option<ServiceId>, back: i32, minor: i64) {
    let day = month(back).first_day();
    let id = format!("{}{day}{}", books.client, books.documents.len());
    books.documents.push(Document {
        id: InvoiceId::derived(&[&id]),
        system: Source::QuickBooks,
        made_here: false,
        kind: DocumentKind::Invoice,
        state: DocumentState::Issued,
        number: None,
        day,
        lines: vec![DocumentLine {
            agreed: None,
            service: of,
            description: String::new(),
            quantity: None,
            unit_price: None,
            amount: usd(minor),
            covers: None,
            discount: None,
        }],
        tax: usd(0),
        total: usd(minor),
        open: usd(0),
    });
}

/// Hours of a month, at $50 each if there is a rate.
fn worked(books: &mut ClientBooks, of: Option<ServiceId>, (back, hours): (i32, i64), costed: bool) {
    let (seconds, at) = (hours * 3_600, books.work.len());
    let rate = CostRateId::new(Timestamp::UNIX_EPOCH, 1);
    let entry = TimeEntry {
        id: TimeEntryId::derived(&[&books.client.to_string(), &at.to_string()]),
        ticket: None,
        client: Some(books.client),
        technician: TechnicianId::new(Timestamp::UNIX_EPOCH, 1),
        service: of,
        day: month(back).first_day(),
        worked: WorkedTime { seconds },
        billable: true,
        after_hours: false,
        status: BillingStatus::UnderContract,
        hourly_price: None,
        charge: None,
        invoiced: None,
        labour_cost: costed.then(|| LabourCost { rate, cost: usd(hours * 5_000) }),
        started_at: None,
        note: None,
        origin: None,
    };
    books.work.push(Worked { entry, category: None, internal: false, waived: None });
}

/// So many units of an entry at $10 a month each.
fn agreed(books: &mut ClientBooks, of: ServiceId, units: i64) {
    let number = u128::try_from(books.agreements.len()).unwrap();
    let id = AgreementId::derived(&[&books.client.to_string(), &number.to_string()]);
    let agreement = Agreement {
        id,
        client: books.client,
        name: String::new(),
        kind: AgreementKind::Service,
        status: AgreementStatus::Active,
        start: START,
        end: None,
        origin: None,
        said: None,
    };
    let price = DatedPrice { effective_from: START, unit_price: usd(1_000), unit_cost: None };
    let line = AgreementLine {
        id: AgreementLineId::derived(&[&id.to_string()]),
        agreement: id,
        client: books.client,
        service: Some(of),
        description: String::new(),
        offering: Offering::Service,
        unit: PricingUnit::User,
        quantity: Quantity::try_from(Decimal::from(units)).unwrap(),
        prices: Prices::new(vec![price]).unwrap(),
        frequency: Frequency::Monthly,
        start: START,
        end: None,
        included_minutes: None,
        tax_code: None,
    };
    let line = SoldLine {
        line,
        quantities: Vec::new(),
        counted_by: None,
        includes: Vec::new(),
        price_is_custom: false,
    };
    books.agreements.push(Sold {
        agreement,
        terms: None,
        lines: vec![line],
        discounts: Vec::new(),
    });
}

fn told(entries: u128, clients: &[ClientBooks]) -> Services {
    let common = Common {
        currency: Currency::USD,
        from: month(12),
        catalogue: (1..=entries).map(entry).collect(),
        purchases: Vec::new(),
    };
    let mut file = PortfolioWriter::new(&common).unwrap();
    for client in clients {
        file.add(client).unwrap();
    }
    let portfolio = KeptPortfolio::open(file.finish().unwrap()).unwrap();
    let told = services::of_portfolio(&portfolio, DAY).unwrap();
    assert_eq!(told, services::of_portfolio(&portfolio, DAY).unwrap());
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<Services>(&text).unwrap(), told);
    told
}

#[test]
fn what_costs_more_than_it_brings_is_told_with_what_its_months_differ_by() {
    let mut one = books(1);
    for back in 0..12 {
        charged(&mut one, Some(service(1)), back, 10_000);
        // Two hours in each month, and four in every other one.
        worked(&mut one, Some(service(1)), (back, if back % 2 == 0 { 4 } else { 2 }), true);
        charged(&mut one, None, back, 90_000);
    }
    // What came before the twelve months is not part of it.
    charged(&mut one, Some(service(1)), 12, 1_000_000);
    let told = told(2, &[one]);
    let row = told.rows.iter().find(|row| row.service == service(1)).unwrap();
    assert_eq!((row.revenue, row.labour, row.margin), (120_000, 180_000, Ok(-60_000)));
    assert_eq!((told.revenue.all, told.revenue.attributed), (1_200_000, 120_000));
    let [drop] = told.candidates.as_slice() else { panic!("{:?}", told.candidates) };
    assert_eq!((drop.yearly, drop.case.rule()), (60_000, Rule::Drop));
    // Months of 0 and 10,000: deviation 5,222, × √12 × 1.3634.
    assert_eq!(drop.band, Some((60_000 - 24_665, 60_000 + 24_665)));
    let nothing = told.rows.iter().find(|row| row.service == service(2)).unwrap();
    assert_eq!(nothing.margin, Err(NoMargin::Nothing));
    assert_eq!(told.looked, [Rule::Drop]);
}

#[test]
fn a_margin_without_all_of_its_cost_is_none() {
    let (mut one, mut two) = (books(1), books(2));
    for back in 0..4 {
        charged(&mut one, Some(service(1)), back, 10_000);
        worked(&mut one, Some(service(1)), (back, 9), back != 2);
        charged(&mut two, Some(service(2)), back, 10_000);
        worked(&mut two, None, (back, 5), true);
    }
    let told = told(2, &[one, two]);
    let margin =
        |number| told.rows.iter().find(|row| row.service == service(number)).unwrap().margin;
    assert_eq!((margin(1), margin(2)), (Err(NoMargin::Uncosted), Err(NoMargin::NoCost)));
    assert_eq!((told.candidates.len(), told.looked.len()), (0, 0));
    // What names no entry is told, and in no row.
    assert_eq!((told.hours.all, told.hours.attributed), (56 * 3_600, 36 * 3_600));
}

#[test]
fn a_client_that_takes_far_more_work_for_a_unit_is_told_with_what_that_costs() {
    let mut all = Vec::new();
    for number in 1..=6 {
        let mut one = books(number);
        agreed(&mut one, service(1), 10);
        for back in 0..12 {
            charged(&mut one, Some(service(1)), back, 100_000);
            worked(&mut one, Some(service(1)), (back, if number == 6 { 5 } else { 2 }), true);
        }
        all.push(one);
    }
    let found = told(1, &all);
    let [rescope] = found.candidates.as_slice() else { panic!("{:?}", found.candidates) };
    let case = Case::Rescope {
        service: service(1),
        client: client(6),
        seconds: 60 * 3_600,
        usual_seconds: 24 * 3_600,
        peers: 5,
    };
    // 36 hours above the usual ones, at $50.
    assert_eq!((&rescope.case, rescope.yearly, rescope.band), (&case, 180_000, None));
    // With four others nothing is said of it.
    let few = told(1, &all[1..]);
    assert!(few.candidates.is_empty() && !few.looked.contains(&Rule::Rescope));
}

#[test]
fn entries_that_are_bought_together_are_told_with_how_much_more_than_by_chance() {
    let clients = (1..=30).map(|number| {
        let mut one = books(number);
        charged(&mut one, None, 0, 10_000);
        if number <= 12 {
            agreed(&mut one, service(1), 10);
        }
        if number <= 10 {
            agreed(&mut one, service(2), 5);
        }
        one
    });
    let told = told(2, &clients.collect::<Vec<_>>());
    let [bundle] = told.candidates.as_slice() else { panic!("{:?}", told.candidates) };
    let Case::Bundle { service: first, with, both, lift, lift_band, monthly, .. } = &bundle.case
    else {
        panic!("{bundle:?}")
    };
    assert_eq!(
        (*first, *with, *both, *lift, *monthly),
        (service(1), service(2), 10, 2_500_000, 5_000)
    );
    assert!(lift_band.0 > 1_000_000 && lift_band.0 < *lift && *lift < lift_band.1);
    // Two clients have the one alone: ten of twelve × two × $50 × 12.
    assert_eq!(bundle.yearly, 100_000);
    let (low, high) = bundle.band.unwrap();
    assert!(0 < low && low < 100_000 && 100_000 < high && high < 120_000, "{low} {high}");
}

#[test]
fn what_is_bought_by_chance_is_seldom_told_to_belong_together() {
    let mut state = 7_u64;
    let mut next = || {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    };
    let mut wrong = 0;
    for _ in 0..200 {
        let clients = (1..=40).map(|number| {
            let mut one = books(number);
            charged(&mut one, None, 0, 10_000);
            for entry in 1..=8 {
                if u128::from(next() % 10) < 2 + entry % 5 {
                    agreed(&mut one, service(entry), 5);
                }
            }
            one
        });
        let clients: Vec<_> = clients.collect();
        wrong += usize::from(
            told(8, &clients).candidates.iter().any(|it| it.case.rule() == Rule::Bundle),
        );
    }
    assert!(wrong <= 10, "{wrong} of 200");
}

#[test]
fn many_tickets_that_take_little_time_are_told_where_categories_are_known() {
    let mut one = books(1);
    for at in 0..60_u128 {
        worked(&mut one, None, (0, 1), true);
        let work = one.work.last_mut().unwrap();
        work.entry.worked.seconds = 900;
        work.entry.ticket = Some(TicketId::new(Timestamp::UNIX_EPOCH, at));
        work.category = Some("Password".to_owned());
    }
    let found = told(0, &[one.clone()]);
    let [automate] = found.candidates.as_slice() else { panic!("{:?}", found.candidates) };
    let case = Case::Automate { category: "Password".to_owned(), tickets: 60, seconds: 54_000 };
    assert_eq!((&automate.case, automate.yearly), (&case, 300_000));
    for work in &mut one.work[..40] {
        work.category = None;
    }
    assert_eq!(told(0, &[one]).looked, []);
}

#[test]
fn nothing_is_no_trouble() {
    let empty = told(1, &[]);
    assert_eq!((empty.clients, empty.rows.len(), empty.looked.len()), (0, 1, 0));
}
