//! Money that goes lost, found in what is stored and proved by it.

use axum::http::Method;
use clearmargin_domain::{
    billing::{LineQuantity, UnitPrice},
    id::{ClientId, ServiceId, TechnicianId, TimeEntryId},
    invoice::{Invoice, InvoiceLine, LineCharge},
    labour::WorkedTime,
    money::{Currency, Money},
    period::Month,
    service::Offering,
    time_entry::{BillingStatus, TimeEntry},
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    office::{Office, invoice},
    wire::{cents, rows},
};

const LEAKS: &str = "/analytics/revenue-leaks";

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// How many, and what they come to in cents.
fn sum(of: &Value) -> (u64, i64) {
    (of["count"].as_u64().unwrap(), cents(&of["amount"]))
}

/// What a document charges for so many of something at a price in cents.
fn charged(service: ServiceId, units: i64, price: i64) -> InvoiceLine {
    let charge = LineCharge {
        quantity: LineQuantity::try_from(Decimal::from(units)).unwrap(),
        unit_price: UnitPrice::try_from(Decimal::new(price, 2)).unwrap(),
        discount: None,
        discount_minor: 0,
        tax_code: None,
        tax_minor: 0,
    };
    InvoiceLine {
        service: Some(service),
        offering: Offering::Service,
        description: "Monthly".to_owned(),
        amount: usd(units * price),
        charge: Some(charge),
        units: None,
        recurs: None,
    }
}

impl Office {
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

/// One who is charged for eight of ten devices, and in two months for no backup: its documents.
pub(crate) async fn undercharged(office: &Office, client: ClientId) -> Vec<Invoice> {
    let (devices, backup) =
        (office.service(1, Offering::Service).await, office.service(2, Offering::Service).await);
    let work = |service, units, price| (service, Offering::Service, units, price);
    office.agreed(1, client, &[work(devices, 10, 2_000), work(backup, 1, 5_000)]).await;
    let (first, left_out): (Month, [Month; 2]) =
        ("2025-05".parse().unwrap(), ["2026-02", "2026-03"].map(|month| month.parse().unwrap()));
    let mut documents = Vec::new();
    for later in 0..14 {
        let month = first.plus(later);
        let mut lines = vec![charged(devices, 8, 2_000)];
        if !left_out.contains(&month) {
            lines.push(charged(backup, 1, 5_000));
        }
        documents.push(office.charges(client, month, lines).await);
    }
    documents
}

#[tokio::test]
async fn what_was_agreed_and_not_charged_is_told_to_the_cent_with_the_records_that_prove_it() {
    let office = Office::new().await;
    let client = office.client(1).await;
    let documents = undercharged(&office, client).await;
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
    assert!(says(few, "agreement_line", &office.line(1, 0).to_string()), "{few}");
    assert!(says(none, "agreement_line", &office.line(1, 1).to_string()), "{none}");
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
