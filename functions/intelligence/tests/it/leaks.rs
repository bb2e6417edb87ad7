//! Money that goes lost, found in what is stored and proved by it.

use axum::http::Method;
use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, DatedPrice, Frequency, Prices,
        PricingUnit,
    },
    billing::{LineQuantity, UnitPrice},
    id::{AgreementId, AgreementLineId, ClientId, ServiceId, TechnicianId, TimeEntryId},
    invoice::{Invoice, InvoiceLine, LineCharge},
    labour::WorkedTime,
    money::{Currency, Money},
    period::Month,
    service::{Offering, Service},
    time_entry::{BillingStatus, TimeEntry},
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::office::{Office, invoice};

const LEAKS: &str = "/analytics/revenue-leaks";
const BEGUN: Date = date(2025, 1, 1);

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn cents(amount: &Value) -> i64 {
    let amount: Decimal = amount.to_string().parse().unwrap();
    i64::try_from(amount * Decimal::from(100)).unwrap()
}

/// How many, and what they come to in cents.
fn sum(of: &Value) -> (u64, i64) {
    (of["count"].as_u64().unwrap(), cents(&of["amount"]))
}

fn rows<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().unwrap()
}

/// Something that is sold monthly at a price in cents.
pub(crate) struct Sold {
    service: ServiceId,
    line: AgreementLineId,
    price: i64,
}

impl Sold {
    /// What a document charges for so many.
    fn charged(&self, units: i64) -> InvoiceLine {
        let charge = LineCharge {
            quantity: LineQuantity::try_from(Decimal::from(units)).unwrap(),
            unit_price: UnitPrice::try_from(Decimal::new(self.price, 2)).unwrap(),
            discount: None,
            discount_minor: 0,
            tax_code: None,
            tax_minor: 0,
        };
        InvoiceLine {
            units: None,
            service: Some(self.service),
            offering: Offering::Service,
            description: "Monthly".to_owned(),
            amount: usd(units * self.price),
            charge: Some(charge),
            recurs: None,
        }
    }
}

impl Office {
    /// An agreement that sells these: how many of each, and at which price.
    async fn sells(&self, client: ClientId, what: &[(&str, &str, i64)]) -> Vec<Sold> {
        let agreement = AgreementId::derived(&[&client.to_string()]);
        self.made(&Agreement {
            id: agreement,
            client,
            name: self.says("Managed services"),
            kind: AgreementKind::Service,
            status: AgreementStatus::Active,
            start: BEGUN,
            end: None,
            origin: None,
            said: None,
        })
        .await;
        let mut sold = Vec::new();
        for (name, units, price) in what {
            let service = ServiceId::derived(&[name]);
            let line = AgreementLineId::derived(&[&client.to_string(), name]);
            self.made(&Service {
                id: service,
                name: self.says(name),
                offering: Offering::Service,
                unit_price: None,
                purchase_cost: None,
                bought_on: None,
                active: true,
                origin: None,
                pricing: None,
                said: None,
            })
            .await;
            let dated =
                DatedPrice { effective_from: BEGUN, unit_price: usd(*price), unit_cost: None };
            self.made(&AgreementLine {
                id: line,
                agreement,
                client,
                service: Some(service),
                description: self.says(name),
                offering: Offering::Service,
                unit: PricingUnit::Month,
                quantity: units.parse::<Decimal>().unwrap().try_into().unwrap(),
                prices: Prices::new(vec![dated]).unwrap(),
                frequency: Frequency::Monthly,
                start: BEGUN,
                end: None,
                included_minutes: None,
                tax_code: None,
            })
            .await;
            sold.push(Sold { service, line, price: *price });
        }
        sold
    }

    async fn charges(
        &self,
        client: ClientId,
        month: Month,
        mut lines: Vec<InvoiceLine>,
    ) -> Invoice {
        for line in &mut lines {
            line.description = self.says(&line.description);
        }
        let total = lines.iter().map(|line| line.amount.minor).sum();
        let document = Invoice { lines, memo: self.says(""), ..invoice(client, month, total) };
        self.made(&document).await;
        document
    }

    /// An hour at 100 dollars.
    pub(crate) async fn hour(
        &self,
        client: ClientId,
        number: u128,
        day: Date,
        status: BillingStatus,
    ) {
        self.made(&TimeEntry {
            id: TimeEntryId::new(self.world.now(), number),
            ticket: None,
            client: Some(client),
            technician: TechnicianId::new(self.world.now(), 1),
            service: None,
            day,
            worked: WorkedTime { seconds: 3_600 },
            billable: true,
            after_hours: false,
            status,
            hourly_price: Some(usd(10_000)),
            charge: None,
            invoiced: None,
            labour_cost: None,
            started_at: None,
            note: self.says("Looked at it").parse().ok(),
            origin: None,
        })
        .await;
    }
}

/// One who is charged for eight of ten devices, and in two months for no backup.
pub(crate) async fn undercharged(office: &Office, client: ClientId) -> (Vec<Sold>, Vec<Invoice>) {
    let sold = office.sells(client, &[("Devices", "10", 2_000), ("Backup", "1", 5_000)]).await;
    let (devices, backup) = (&sold[0], &sold[1]);
    let (first, left_out): (Month, [Month; 2]) =
        ("2025-05".parse().unwrap(), ["2026-02", "2026-03"].map(|month| month.parse().unwrap()));
    let mut documents = Vec::new();
    for later in 0..14 {
        let month = first.plus(later);
        let mut lines = vec![devices.charged(8)];
        if !left_out.contains(&month) {
            lines.push(backup.charged(1));
        }
        documents.push(office.charges(client, month, lines).await);
    }
    (sold, documents)
}

#[tokio::test]
async fn what_was_agreed_and_not_charged_is_told_to_the_cent_with_the_records_that_prove_it() {
    let office = Office::new().await;
    let client = office.client(1).await;
    let (sold, documents) = undercharged(&office, client).await;
    office.analysed().await;
    let answer = office.get(LEAKS).await;
    assert_eq!((&answer["reason"], &answer["currency"]), (&Value::Null, &json!("USD")));
    assert_eq!(answer["analysis"]["model"], "leaks/1");
    assert_eq!(answer["judged"], json!({"from": "2025-06", "to": "2026-05"}));
    let leaks = rows(&answer, "leaks");
    let kinds: Vec<_> = leaks.iter().map(|leak| &leak["kind"]).collect();
    assert_eq!(kinds, ["quantity_below_contract", "line_not_invoiced"], "{answer}");
    let [few, none] = leaks else { panic!("two leaks") };
    // Two devices of 20 dollars in each of twelve months, and a backup of 50 in two.
    assert_eq!((cents(&few["total"]), cents(&none["total"])), (48_000, 10_000));
    assert_eq!(sum(&answer["recoverable"]), (2, 58_000));
    assert_eq!(sum(&answer["overBilling"]), (0, 0));
    let months: Vec<_> = rows(none, "months").iter().map(|it| &it["month"]).collect();
    assert_eq!(months, ["2026-02", "2026-03"]);
    for leak in leaks {
        let parts: i64 = rows(leak, "months").iter().map(|it| cents(&it["amount"])).sum();
        assert_eq!((parts, &leak["name"]), (cents(&leak["total"]), &json!("Client 1")));
        assert_eq!(leak["clientId"], client.to_string());
    }
    let says = |leak: &Value, record: &str, id: &str| {
        rows(leak, "evidence")
            .iter()
            .any(|row| row["record"] == record && row["id"].as_str().unwrap().starts_with(id))
    };
    assert!(says(few, "agreement_line", &sold[0].line.to_string()), "{few}");
    assert!(says(none, "agreement_line", &sold[1].line.to_string()), "{none}");
    for document in &documents[1..13] {
        assert!(says(few, "document", &document.id.to_string()), "{few}");
    }
    // These were made here, and read from nowhere.
    assert!(rows(few, "evidence").iter().all(|row| row["source"].is_null()), "{few}");
}

#[tokio::test]
async fn work_that_waits_longer_than_a_billing_cycle_is_told_and_what_is_decided_is_not() {
    let office = Office::new().await;
    let client = office.client(1).await;
    office.hour(client, 1, date(2026, 4, 10), BillingStatus::Approved).await;
    office.hour(client, 2, date(2026, 4, 11), BillingStatus::Pending).await;
    office.hour(client, 3, date(2026, 4, 12), BillingStatus::Ignored).await;
    office.hour(client, 4, date(2026, 6, 20), BillingStatus::Approved).await;
    office.analysed().await;
    let answer = office.get(LEAKS).await;
    let [leak] = rows(&answer, "leaks") else { panic!("one leak: {answer}") };
    assert_eq!(leak["key"], format!("unbilled_time/{client}/without-agreement"));
    assert_eq!((cents(&leak["total"]), &leak["firstSeen"]), (10_000, &json!("2026-04-10")));
    let proof = rows(leak, "evidence");
    assert_eq!(proof[0]["id"], TimeEntryId::new(office.world.now(), 1).to_string());
    assert_eq!((&proof[0]["record"], &proof[0]["quantity"]), (&json!("time_entry"), &json!(1)));
}

#[tokio::test]
async fn a_kind_that_cannot_be_looked_for_says_what_lacks_instead_of_nothing() {
    let office = Office::new().await;
    let client = office.client(1).await;
    undercharged(&office, client).await;
    office.analysed().await;
    let answer = office.get(LEAKS).await;
    let kinds = rows(&answer, "kinds");
    assert_eq!(kinds.len(), 17);
    let of = |name: &str| kinds.iter().find(|it| it["kind"] == name).unwrap();
    for (name, lacks) in [
        ("missing_in_books", json!(["desk_documents"])),
        ("endpoints_over_contract", json!(["counts"])),
        ("unbilled_time", json!(["work"])),
        ("billed_without_vendor", json!(["purchases"])),
        ("expense_not_rebilled", json!(["rebilling"])),
        ("discount_past_end", json!(["discounts"])),
    ] {
        assert_eq!((&of(name)["found"], &of(name)["lacks"]), (&Value::Null, &lacks), "{name}");
    }
    assert_eq!(sum(&of("line_not_invoiced")["found"]), (1, 10_000));
    assert_eq!(sum(&of("price_outlier")["found"]), (0, 0));
    assert_eq!(of("billed_without_vendor")["bearing"], "over_billing");
}

#[tokio::test]
async fn leaks_are_paged_the_dearest_first_and_asked_for_by_client_and_kind() {
    let office = Office::new().await;
    let before = office.get(LEAKS).await;
    assert_eq!((&before["reason"], &before["recoverable"]), (&json!("not_analysed"), &Value::Null));
    let (one, other) = (office.client(1).await, office.client(2).await);
    undercharged(&office, one).await;
    office.hour(other, 1, date(2026, 4, 10), BillingStatus::Approved).await;
    office.hour(other, 2, date(2026, 4, 11), BillingStatus::Approved).await;
    office.analysed().await;
    let (mut told, mut path) = (Vec::new(), format!("{LEAKS}?limit=1"));
    loop {
        let page = office.get(&path).await;
        let [leak] = rows(&page, "leaks") else { panic!("one on each page") };
        told.push(cents(&leak["total"]));
        // The sums are those of all pages.
        assert_eq!(sum(&page["recoverable"]), (3, 78_000));
        let Some(next) = page["nextCursor"].as_str() else { break };
        path = format!("{LEAKS}?limit=1&cursor={next}");
    }
    assert_eq!(told, [48_000, 20_000, 10_000]);
    let of_other = office.get(&format!("{LEAKS}?clientId={other}")).await;
    assert_eq!((rows(&of_other, "leaks").len(), sum(&of_other["recoverable"])), (1, (1, 20_000)));
    let of_kind = office.get(&format!("{LEAKS}?kind=line_not_invoiced")).await;
    assert_eq!(rows(&of_kind, "leaks").len(), 1);
    let stranger = ClientId::new(office.world.now(), 99);
    for query in [format!("clientId={stranger}"), "kind=nothing".into(), "cursor=x".into()] {
        let answer = office.ask(Method::GET, &format!("{LEAKS}?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
    let eve = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let path = format!("/api/ai{LEAKS}");
    let answer = office.world.ask(Method::GET, &path, &eve, None).await.json();
    assert_eq!(answer["data"]["reason"], "not_analysed");
}
