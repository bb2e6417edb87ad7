//! Documents in other currencies are what the books say they are worth, on every day and in every month.

use clearmargin_simulators::techwave::{Scale, generate};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bench::Bench,
    quickbooks_reports::{earned_by_month, owed_at_month_ends, section, settled_by_month},
};

/// Hardly any books in the organisation's own currency.
const BOOKS: Scale = Scale { clients: 6, months: 3, technicians: 3, tickets: 10, worklogs: 10 };
const MONTHS: i32 = 11;
/// Each with about what it is worth in US dollars, in millionths.
const CURRENCIES: [(&str, u64); 3] = [("EUR", 1_083_700), ("CAD", 731_240), ("GBP", 1_271_913)];

/// Numbers that look random and are the same every time (the generator of Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// A day of the months that are compared.
    fn day(&mut self) -> Date {
        date(2025, 12, 3).checked_add(i64::try_from(self.below(320)).unwrap().days()).unwrap()
    }
}

/// A number with so many decimals, as it is written.
fn number(digits: u64, decimals: u32) -> Value {
    let one = 10_u64.pow(decimals);
    let text = format!("{}.{:0width$}", digits / one, digits % one, width = decimals as usize);
    serde_json::from_str(&text).unwrap()
}

fn cents(value: &Value) -> u64 {
    let text = value.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<2}").parse().unwrap()
}

/// An invoice whose rate is told with fewer decimals than it has: that of
/// firmofthefuture.com, "New multicurrency features in QuickBooks Online", the other way round.
fn rounded(customer: &Value) -> Value {
    let stamp = "2026-01-15T10:00:00-08:00";
    json!({
        "Id": "990001", "SyncToken": "0", "MetaData": {"CreateTime": stamp, "LastUpdatedTime": stamp},
        "DocNumber": "F-1", "TxnDate": "2026-01-15", "DueDate": "2026-02-14",
        "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "CAD"}, "ExchangeRate": 1.34434,
        "Line": [
            {"Id": "1", "Amount": 66_666.67, "DetailType": "SalesItemLineDetail",
             "SalesItemLineDetail": {}},
            {"Id": "2", "Amount": 33_333.33, "DetailType": "SalesItemLineDetail",
             "SalesItemLineDetail": {}}],
        "TotalAmt": 100_000, "HomeTotalAmt": 134_434.90, "Balance": 100_000,
    })
}

/// Somebody at work in QuickBooks.
struct Clerk<'a> {
    bench: &'a Bench,
    dice: Dice,
    item: Value,
    account: Value,
}

impl<'a> Clerk<'a> {
    async fn new(bench: &'a Bench) -> Self {
        let raw = bench.raw("quickbooks").await;
        let first = |entity: &str, wanted: &dyn Fn(&Value) -> bool| {
            let all = raw[entity].as_array().unwrap();
            json!({"value": all.iter().find(|it| wanted(it)).unwrap()["Id"]})
        };
        let cost = |account: &Value| account["AccountType"] == "Cost of Goods Sold";
        let sold = |item: &Value| item["Type"] == "Service";
        let (item, account) = (first("Item", &sold), first("Account", &cost));
        Self { bench, dice: Dice(7), item, account }
    }

    async fn save(&self, entity: &str, object: &Value) -> Value {
        let path = format!("{}?minorversion=75", entity.to_lowercase());
        let mut answer = self.bench.in_quickbooks(Method::POST, &path, object).await;
        answer[entity].take()
    }

    async fn read(&self, entity: &str, object: &Value) -> Value {
        let path =
            format!("{}/{}?minorversion=75", entity.to_lowercase(), object["Id"].as_str().unwrap());
        let mut answer = self.bench.in_quickbooks(Method::GET, &path, &Value::Null).await;
        answer[entity].take()
    }

    async fn customer(&self, name: &str, currency: &str, parent: Option<&Value>) -> Value {
        let mut object = json!({"DisplayName": name, "CurrencyRef": {"value": currency}});
        if let Some(parent) = parent {
            object["ParentRef"] = json!({"value": parent["Id"]});
            object["Job"] = json!(true);
        }
        self.save("Customer", &object).await
    }

    /// A document's currency, day and rate of that day, which is some percent off.
    fn head(&mut self, customer: &Value) -> Value {
        let code = customer["CurrencyRef"]["value"].as_str().unwrap();
        let (_, about) = CURRENCIES.iter().find(|(known, _)| *known == code).unwrap();
        let rate = about * (950_000 + self.dice.below(100_000)) / 1_000_000;
        json!({
            "CustomerRef": {"value": customer["Id"]}, "TxnDate": self.dice.day().to_string(),
            "CurrencyRef": {"value": code}, "ExchangeRate": number(rate, 6),
        })
    }

    async fn charge(&mut self, entity: &str, customer: &Value) -> Value {
        let mut object = self.head(customer);
        let lines = (0..=self.dice.below(4)).map(|_| {
            json!({"Amount": number(1 + self.dice.below(90_000), 2), "DetailType": "SalesItemLineDetail",
                   "SalesItemLineDetail": {"ItemRef": self.item}})
        });
        object["Line"] = lines.collect();
        object["TxnTaxDetail"] = json!({"TotalTax": number(self.dice.below(5_000), 2)});
        self.save(entity, &object).await
    }

    /// A payment for parts of some documents, at another rate, of which something may be left.
    async fn pay(&mut self, customer: &Value, documents: &[Value]) -> Value {
        let mut object = self.head(customer);
        let (mut lines, mut total) = (Vec::new(), 0_i64);
        for document in documents {
            let kind =
                if document.get("RemainingCredit").is_some() { "CreditMemo" } else { "Invoice" };
            let open = cents(&self.read(kind, document).await["Balance"]);
            let part = match self.dice.below(3) {
                0 => open,
                _ => open * (1 + self.dice.below(9)) / 10,
            };
            let sign = if kind == "Invoice" { 1 } else { -1 };
            if part == 0 || total + sign * i64::try_from(part).unwrap() < 0 {
                continue;
            }
            total += sign * i64::try_from(part).unwrap();
            lines.push(json!({"Amount": number(part, 2),
                "LinkedTxn": [{"TxnId": document["Id"], "TxnType": kind}]}));
        }
        let more = if self.dice.below(4) == 0 { self.dice.below(20_000) } else { 0 };
        object["TotalAmt"] = number(u64::try_from(total).unwrap() + more, 2);
        object["Line"] = lines.into();
        self.save("Payment", &object).await
    }

    async fn bill(&mut self, customer: &Value) -> Value {
        let mut object = self.head(customer);
        let vendor = json!({"DisplayName": format!("Supplier {}", self.dice.below(u64::MAX))});
        object["VendorRef"] = json!({"value": self.save("Vendor", &vendor).await["Id"]});
        object.as_object_mut().unwrap().remove("CustomerRef");
        let lines = (0..=self.dice.below(3)).map(|_| {
            json!({"Amount": number(1 + self.dice.below(90_000), 2),
                   "DetailType": "AccountBasedExpenseLineDetail",
                   "AccountBasedExpenseLineDetail":
                       {"AccountRef": self.account, "CustomerRef": {"value": customer["Id"]}}})
        });
        object["Line"] = lines.collect();
        self.save("Bill", &object).await
    }

    /// Writes a year of documents of a customer and what settles them.
    async fn year(&mut self, customer: &Value, payer: &Value) -> (Vec<Value>, Vec<Value>) {
        let (mut documents, mut payments) = (Vec::new(), Vec::new());
        for _ in 0..8 {
            documents.push(self.charge("Invoice", customer).await);
        }
        documents.push(self.charge("CreditMemo", customer).await);
        for at in 0..7_usize {
            // Somebody pays a document and the next one, then the next one and the one after it.
            let some: Vec<_> = documents.iter().cycle().skip(at).take(3).cloned().collect();
            let payer = if at % 3 == 0 { payer } else { customer };
            payments.push(self.pay(payer, &some).await);
        }
        self.bill(customer).await;
        (documents, payments)
    }
}

async fn compare(bench: &Bench, token: &str) {
    let rows = owed_at_month_ends(bench, token, MONTHS).await;
    assert!(rows > 40, "{rows}");
    earned_by_month(bench, token, MONTHS).await;
    settled_by_month(bench, token, MONTHS).await;
    spent(bench, token).await;
    assert_eq!(bench.drift().await, 0);
}

/// Compares what was bought in the months that have bills in other currencies.
async fn spent(bench: &Bench, token: &str) {
    let path = "reports/ProfitAndLoss?start_date=2025-12-01&end_date=2026-10-31\
                &summarize_column_by=Month&accounting_method=Accrual&minorversion=75";
    let report = bench.in_quickbooks(Method::GET, path, &Value::Null).await;
    let total = |group| section(&report, group).last().copied().unwrap();
    let path = "/api/ai/analytics/profitability-scores?from=2025-12&to=2026-10";
    let answer = bench.get(path, token).await.data();
    let cost = cents(&answer["organization"]["productCost"]);
    assert_eq!(i64::try_from(cost).unwrap(), total("COGS") + total("Expenses"));
}

async fn read_again(bench: &Bench, token: &str, mode: &str) -> Value {
    bench.start_sync(token, mode).await;
    let [_, quickbooks] = bench.synced(token).await;
    assert_eq!(quickbooks["failed"], 0, "{quickbooks}");
    quickbooks
}

#[tokio::test(flavor = "multi_thread")]
async fn what_quickbooks_reports_of_other_currencies_is_what_we_say() {
    let mut wave = generate(BOOKS, 1);
    let entities = &mut wave.quickbooks.entities;
    let rounded = rounded(&entities["Customer"][0]["Id"]);
    entities.entry("Invoice".to_owned()).or_default().push(rounded.clone());
    let bench = Bench::over(wave).await;
    let mut clerk = Clerk::new(&bench).await;
    let (mut documents, mut payments) = (Vec::new(), Vec::new());
    for (place, (currency, _)) in CURRENCIES.into_iter().enumerate() {
        let customer = clerk.customer(&format!("Abroad {place}"), currency, None).await;
        let part =
            clerk.customer(&format!("Abroad {place}, branch"), currency, Some(&customer)).await;
        for (whose, payer) in [(&customer, &customer), (&part, &customer)] {
            let (charged, paid) = clerk.year(whose, payer).await;
            documents.extend(charged);
            payments.extend(paid);
        }
    }
    let part = json!({
        "CustomerRef": rounded["CustomerRef"], "TxnDate": "2026-04-01", "TotalAmt": 66_666.67,
        "CurrencyRef": {"value": "CAD"}, "ExchangeRate": 1.4,
        "Line": [{"Amount": 66_666.67,
                  "LinkedTxn": [{"TxnId": rounded["Id"], "TxnType": "Invoice"}]}],
    });
    clerk.save("Payment", &part).await;
    let token = bench.techwave().await;
    compare(&bench, &token).await;

    // Read again, everything is as it was.
    let before = bench.state_hash().await;
    for mode in ["full", "incremental"] {
        let total = read_again(&bench, &token, mode).await;
        assert_eq!((&total["created"], &total["updated"]), (&json!(0), &json!(0)), "{total}");
        assert_eq!(bench.state_hash().await, before);
    }

    // Another rate, a payment that is gone, a later one and one of another day move what is owed.
    for document in [&documents[0], &documents[12]] {
        let stored = clerk.read("Invoice", document).await;
        let rate = json!({"Id": stored["Id"], "SyncToken": stored["SyncToken"], "sparse": true,
            "ExchangeRate": number(999_999, 6), "CustomerRef": stored["CustomerRef"],
            "Line": stored["Line"], "TxnTaxDetail": stored["TxnTaxDetail"]});
        clerk.save("Invoice", &rate).await;
    }
    for payment in [&payments[1], &payments[9]] {
        let stored = clerk.read("Payment", payment).await;
        bench.delete_in_quickbooks("Payment", &stored).await;
    }
    let customer =
        json!({"Id": documents[0]["CustomerRef"]["value"], "CurrencyRef": {"value": "EUR"}});
    clerk.pay(&customer, &documents[..4]).await;
    let stored = clerk.read("Payment", &payments[2]).await;
    let moved = json!({"Id": stored["Id"], "SyncToken": stored["SyncToken"], "sparse": true,
        "TxnDate": "2026-10-02", "TotalAmt": stored["TotalAmt"], "Line": stored["Line"],
        "CustomerRef": stored["CustomerRef"]});
    clerk.save("Payment", &moved).await;
    read_again(&bench, &token, "incremental").await;
    compare(&bench, &token).await;
}

/// What is wrong with the rows that were refused.
async fn reasons(bench: &Bench, token: &str) -> Vec<String> {
    let status = bench.get("/api/integrations/quickbooks/status", token).await.data();
    let run = status["run"]["id"].as_str().unwrap();
    let path = format!("/api/integrations/quickbooks/runs/{run}/failures?limit=100");
    let failures = bench.get(&path, token).await.data();
    failures
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["reason"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_that_counts_in_another_currency_is_told_and_not_mixed() {
    let mut wave = generate(BOOKS, 1);
    let stamp = "2025-01-01T00:00:00-08:00";
    let preferences = json!({
        "Id": "1", "SyncToken": "0",
        "MetaData": {"CreateTime": stamp, "LastUpdatedTime": stamp},
        "CurrencyPrefs": {"MultiCurrencyEnabled": true, "HomeCurrency": {"value": "CAD"}},
    });
    wave.quickbooks.entities.insert("Preferences".to_owned(), vec![preferences]);
    let bench = Bench::over(wave).await;
    let mut clerk = Clerk::new(&bench).await;
    let customer = clerk.customer("Abroad", "EUR", None).await;
    let invoice = clerk.charge("Invoice", &customer).await;
    let token = bench.register("admin@techwave.com").await;
    bench.connect(&token).await;
    bench.start_sync(&token, "full").await;
    let [_, total] = bench.synced(&token).await;
    assert!(total["failed"].as_u64().unwrap() > 0, "{total} {invoice}");
    let told = "ExchangeRate leads to CAD, in which the company keeps its books, not to USD";
    let reasons = reasons(&bench, &token).await;
    assert!(reasons.iter().any(|reason| reason == told), "{reasons:?}");
}
