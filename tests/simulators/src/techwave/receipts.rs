//! How clients settle: payments of all habits, credit memos, and the mistakes of bookkeeping.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::books::{Books, Stamp, dollars};
use super::calendar::{Calendar, shift_days};
use super::catalog;
use super::chart::Chart;
use super::clients::{Client, Payer};
use super::invoice::{Invoice, quantity};
use crate::money;
use crate::random::Random;

/// What settling draws on.
pub(super) struct Receipts<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) chart: &'a Chart,
    pub(super) clients: &'a [Client],
}

impl Receipts<'_> {
    /// Numbers the invoices, settles them, and returns what each customer still owes.
    pub(super) fn settle(
        &self,
        invoices: &mut Vec<Invoice>,
        books: &mut Books<'_>,
        random: &Random,
    ) -> BTreeMap<String, i64> {
        number(invoices, books);
        let mistakes = mistakes(invoices, books);
        let mut credits = BTreeMap::new();
        self.credit(invoices, books, &mut random.fork(1), &mut credits);
        let mut open: BTreeMap<(usize, String), Vec<&mut Invoice>> = BTreeMap::new();
        for invoice in invoices.iter_mut() {
            open.entry((invoice.client, invoice.customer.id.clone())).or_default().push(invoice);
        }
        for (((number, _), mut invoices), purpose) in open.into_iter().zip(2..) {
            let mut random = random.fork(purpose);
            let Some(client) = self.clients.get(number) else {
                continue;
            };
            for batch in invoices.chunks_mut(batch(client.payer)) {
                let surplus = self.pay_batch(client, batch, books, &mut random);
                let customer = batch.first().map(|invoice| invoice.customer.id.clone());
                *credits.entry(customer.unwrap_or_default()).or_insert(0) += surplus;
            }
        }
        invoices.extend(mistakes);
        for invoice in invoices.iter() {
            *credits.entry(invoice.customer.id.clone()).or_insert(0) += invoice.balance;
            invoice.enter(self.chart, books);
        }
        credits
    }

    /// Credits a part of some invoices; every second credit is applied, the others stay open.
    fn credit(
        &self,
        invoices: &mut [Invoice],
        books: &mut Books<'_>,
        random: &mut Random,
        credits: &mut BTreeMap<String, i64>,
    ) {
        let mut applied = false;
        for invoice in invoices.iter_mut() {
            let day = shift_days(invoice.day, random.between(3, 12));
            let amount = invoice.sums.subtotal * random.between(5, 40) / 100 / 100 * 100;
            if !random.chance(30) || amount == 0 || day > self.calendar.end() {
                continue;
            }
            applied = !applied;
            let left = if applied { 0 } else { amount };
            let id = books.next_id();
            books.put("CreditMemo", &id, Stamp::new(day), self.memo(invoice, day, amount, left));
            if applied {
                let payment = books.next_id();
                let lines =
                    [applies(&invoice.id, "Invoice", amount), applies(&id, "CreditMemo", amount)];
                let object = self.payment(invoice, day, 0, 0, &lines);
                books.put("Payment", &payment, Stamp::new(day), object);
                invoice.settle(&payment, amount, day);
            }
            *credits.entry(invoice.customer.id.clone()).or_insert(0) -= left;
        }
    }

    /// Pays some invoices together; returns minus what was paid too much.
    fn pay_batch(
        &self,
        client: &Client,
        batch: &mut [&mut Invoice],
        books: &mut Books<'_>,
        random: &mut Random,
    ) -> i64 {
        let Some(due) = batch.iter().map(|invoice| invoice.due).max() else {
            return 0;
        };
        let delay = match client.payer {
            Payer::Prompt | Payer::Partial | Payer::Stopped => random.between(-6, 4),
            Payer::Collecting => random.between(0, 8),
            Payer::Slow => random.between(12, 95),
        };
        let day = shift_days(due, delay);
        let end = self.calendar.end();
        let given_up = client.payer == Payer::Stopped && shift_days(due, 150) > end;
        if given_up || random.chance(12) {
            return 0;
        }
        if client.payer == Payer::Partial && random.chance(600) {
            self.pay(batch, 60, day, 0, books);
            if random.chance(800) {
                self.pay(batch, 100, shift_days(day, random.between(25, 45)), 0, books);
            }
            return 0;
        }
        let surplus = if random.chance(12) { random.between(1, 40) * 500 } else { 0 };
        let paid = self.pay(batch, 100, day, surplus, books);
        if paid { -surplus } else { 0 }
    }

    /// One payment of a share of what is open, with a surplus; false if the day is yet to come.
    fn pay(
        &self,
        batch: &mut [&mut Invoice],
        percent: i64,
        day: Date,
        surplus: i64,
        books: &mut Books<'_>,
    ) -> bool {
        let open = batch.iter().map(|invoice| invoice.balance).sum::<i64>();
        if open == 0 || day > self.calendar.end() {
            return false;
        }
        let id = books.next_id();
        let mut lines = Vec::new();
        let mut total = 0;
        for invoice in batch.iter_mut().filter(|invoice| invoice.balance > 0) {
            let amount = (invoice.balance * percent / 100).max(1);
            lines.push(applies(&invoice.id, "Invoice", amount));
            invoice.settle(&id, amount, day);
            total += amount;
        }
        if let Some(invoice) = batch.first() {
            let object = self.payment(invoice, day, total + surplus, surplus, &lines);
            books.put("Payment", &id, Stamp::new(day), object);
        }
        true
    }

    fn memo(&self, invoice: &Invoice, day: Date, amount: i64, left: i64) -> Value {
        let item = &catalog::FLAT;
        json!({
            "DocNumber": format!("CM-{}", invoice.number),
            "TxnDate": day.to_string(),
            "CurrencyRef": dollars(),
            "CustomerRef": invoice.customer.json(),
            "Line": [{
                "Id": "1",
                "LineNum": 1,
                "Description": format!("Service credit for invoice {}", invoice.number),
                "Amount": money::number(amount),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": self.chart.item(item.name),
                    "UnitPrice": money::number(amount),
                    "Qty": quantity(100),
                    "TaxCodeRef": { "value": "NON" },
                },
            }, {
                "Amount": money::number(amount),
                "DetailType": "SubTotalLineDetail",
                "SubTotalLineDetail": {},
            }],
            "TxnTaxDetail": { "TotalTax": 0 },
            "TotalAmt": money::number(amount),
            "Balance": money::number(left),
            "RemainingCredit": money::number(left),
            "ApplyTaxAfterDiscount": false,
            "PrintStatus": "NeedToPrint",
            "EmailStatus": "NotSet",
            "CustomField": [],
        })
    }

    fn payment(
        &self,
        invoice: &Invoice,
        day: Date,
        total: i64,
        surplus: i64,
        lines: &[Value],
    ) -> Value {
        json!({
            "TxnDate": day.to_string(),
            "CurrencyRef": dollars(),
            "CustomerRef": invoice.customer.json(),
            "ARAccountRef": self.chart.account("Accounts Receivable (A/R)"),
            "DepositToAccountRef": self.chart.account("Undeposited Funds"),
            "PaymentRefNum": format!("{}", 20_000 + invoice.sums.total % 70_000),
            "TotalAmt": money::number(total),
            "UnappliedAmt": money::number(surplus),
            "ProcessPayment": false,
            "Line": lines,
        })
    }
}

/// How many invoices a client pays at a time.
fn batch(payer: Payer) -> usize {
    if payer == Payer::Collecting { 3 } else { 1 }
}

fn applies(id: &str, kind: &str, amount: i64) -> Value {
    json!({ "Amount": money::number(amount), "LinkedTxn": [{ "TxnId": id, "TxnType": kind }] })
}

fn number(invoices: &mut [Invoice], books: &mut Books<'_>) {
    for (invoice, number) in invoices.iter_mut().zip(1001..) {
        invoice.id = books.next_id();
        invoice.number = i32::to_string(&number);
    }
}

/// One invoice entered twice, and one entered wrongly and voided.
fn mistakes(invoices: &[Invoice], books: &mut Books<'_>) -> Vec<Invoice> {
    let original = invoices.get(invoices.len() * 2 / 3);
    let twice = original.map(|original| {
        let mut copy = Invoice { id: books.next_id(), ..original.clone() };
        copy.stamp = Stamp::new(shift_days(original.day, 1));
        copy
    });
    let mistaken = invoices.get(invoices.len() / 3);
    let voided = mistaken.map(|mistaken| {
        let number = format!("{}V", mistaken.number);
        let mut copy = Invoice { id: books.next_id(), number, ..mistaken.clone() };
        copy.void(shift_days(mistaken.day, 2));
        copy
    });
    twice.into_iter().chain(voided).collect()
}
