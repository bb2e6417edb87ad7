//! An invoice and its lines. Money is in cents, quantities in hundredths.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::books::{Books, Ref, Stamp, dollars};
use super::catalog::{Item, Kind};
use super::chart::Chart;
use super::time::decimal;
use crate::money;

/// Lines being written.
pub(super) struct Lines<'a> {
    chart: &'a Chart,
    written: Vec<Value>,
    subtotal: i64,
    taxable: i64,
    discount_percent: i64,
}

/// Finished lines and what they come to.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    pub(super) lines: Vec<Value>,
    pub(super) tax_detail: Value,
    pub(super) total: i64,
    /// What the client pays for, before discount and tax.
    pub(super) subtotal: i64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(chart: &'a Chart) -> Self {
        Self { chart, written: Vec::new(), subtotal: 0, taxable: 0, discount_percent: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.subtotal == 0
    }

    /// A line that sells.
    pub(super) fn sell(&mut self, item: &Item, hundredths: i64, price: i64) {
        let line = self.sale(item, hundredths, price);
        self.push(line);
    }

    /// A line that only says something.
    pub(super) fn describe(&mut self, text: &str) {
        self.push(json!({
            "DetailType": "DescriptionOnly",
            "Description": text,
            "DescriptionLineDetail": {},
        }));
    }

    /// A line that sells the bundle, with its parts inside.
    pub(super) fn bundle(&mut self, parts: &[Item], count: i64) {
        let before = self.subtotal;
        let parts = parts.iter().map(|part| self.sale(part, count * 100, part.price));
        let parts: Vec<_> = parts.collect();
        let bundle = self.chart.bundle.json();
        self.push(json!({
            "DetailType": "GroupLineDetail",
            "Description": "New user, ready to work",
            "Amount": money::number(self.subtotal - before),
            "GroupLineDetail": { "GroupItemRef": bundle, "Quantity": count, "Line": parts },
        }));
    }

    /// A discount on everything.
    pub(super) fn discount(&mut self, percent: i64) {
        self.discount_percent = percent;
    }

    /// Closes the lines; tax, in basis points, is on goods alone.
    pub(super) fn finish(mut self, tax_basis_points: i64) -> Sums {
        self.written.push(json!({
            "DetailType": "SubTotalLineDetail",
            "Amount": money::number(self.subtotal),
            "SubTotalLineDetail": {},
        }));
        let discount = half_up(self.subtotal * self.discount_percent, 100);
        if discount > 0 {
            self.written.push(json!({
                "DetailType": "DiscountLineDetail",
                "Amount": money::number(discount),
                "DiscountLineDetail": {
                    "PercentBased": true,
                    "DiscountPercent": self.discount_percent,
                    "DiscountAccountRef": self.chart.account("Discounts given"),
                },
            }));
        }
        let tax = half_up(self.taxable * tax_basis_points, 10_000);
        Sums {
            total: self.subtotal - discount + tax,
            subtotal: self.subtotal,
            tax_detail: self.tax_detail(tax, tax_basis_points),
            lines: self.written,
        }
    }

    fn sale(&mut self, item: &Item, hundredths: i64, price: i64) -> Value {
        let amount = half_up(hundredths * price, 100);
        self.subtotal += amount;
        let goods = item.kind != Kind::Service;
        if goods {
            self.taxable += amount;
        }
        json!({
            "DetailType": "SalesItemLineDetail",
            "Description": item.name,
            "Amount": money::number(amount),
            "SalesItemLineDetail": {
                "ItemRef": self.chart.item(item.name),
                "UnitPrice": money::number(price),
                "Qty": quantity(hundredths),
                "TaxCodeRef": { "value": if goods { "TAX" } else { "NON" } },
            },
        })
    }

    fn push(&mut self, mut line: Value) {
        let number = self.written.len() + 1;
        if let Some(fields) = line.as_object_mut() {
            fields.insert("Id".to_owned(), json!(number.to_string()));
            fields.insert("LineNum".to_owned(), json!(number));
        }
        self.written.push(line);
    }

    fn tax_detail(&self, tax: i64, basis_points: i64) -> Value {
        if tax == 0 {
            return json!({ "TotalTax": 0 });
        }
        json!({
            "TxnTaxCodeRef": { "value": self.chart.tax_code.id },
            "TotalTax": money::number(tax),
            "TaxLine": [{
                "Amount": money::number(tax),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": { "value": self.chart.tax_rate.id },
                    "PercentBased": true,
                    "TaxPercent": money::number(basis_points),
                    "NetAmountTaxable": money::number(self.taxable),
                },
            }],
        })
    }
}

/// An invoice as it stands in the end.
#[derive(Clone, Debug)]
pub(super) struct Invoice {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) client: usize,
    pub(super) customer: Ref,
    pub(super) email: Option<String>,
    pub(super) terms: i64,
    pub(super) day: Date,
    pub(super) due: Date,
    pub(super) sums: Sums,
    pub(super) balance: i64,
    /// Ids of the payments.
    pub(super) payments: Vec<String>,
    pub(super) note: Option<&'static str>,
    pub(super) stamp: Stamp,
}

impl Invoice {
    /// Takes a payment of up to the balance.
    pub(super) fn settle(&mut self, payment: &str, amount: i64, day: Date) {
        self.balance -= amount;
        self.payments.push(payment.to_owned());
        self.stamp.touch(day);
    }

    /// Sets every amount to zero, as voiding does.
    pub(super) fn void(&mut self, day: Date) {
        for line in &mut self.sums.lines {
            zero(line);
        }
        self.sums.tax_detail = json!({ "TotalTax": 0 });
        self.sums.total = 0;
        self.sums.subtotal = 0;
        self.balance = 0;
        self.note = Some("Voided");
        self.stamp.touch(day);
    }

    pub(super) fn enter(&self, chart: &Chart, books: &mut Books<'_>) {
        let links = self.payments.iter();
        let links: Vec<_> = links.map(|id| json!({ "TxnId": id, "TxnType": "Payment" })).collect();
        let mut object = json!({
            "DocNumber": self.number,
            "TxnDate": self.day.to_string(),
            "DueDate": self.due.to_string(),
            "CurrencyRef": dollars(),
            "CustomerRef": self.customer.json(),
            "Line": self.sums.lines,
            "TxnTaxDetail": self.sums.tax_detail,
            "TotalAmt": money::number(self.sums.total),
            "Balance": money::number(self.balance),
            "Deposit": 0,
            "LinkedTxn": links,
            "SalesTermRef": chart.terms(self.terms),
            "ApplyTaxAfterDiscount": false,
            "PrintStatus": "NeedToPrint",
            "EmailStatus": if self.email.is_some() { "EmailSent" } else { "NotSet" },
            "CustomField": [],
            "AllowOnlinePayment": false,
            "AllowOnlineACHPayment": true,
            "AllowOnlineCreditCardPayment": false,
        });
        if let Some(fields) = object.as_object_mut() {
            if let Some(email) = &self.email {
                fields.insert("BillEmail".to_owned(), json!({ "Address": email }));
            }
            if let Some(note) = self.note {
                fields.insert("PrivateNote".to_owned(), json!(note));
            }
        }
        books.put("Invoice", &self.id, self.stamp, object);
    }
}

fn zero(line: &mut Value) {
    let Some(fields) = line.as_object_mut() else {
        return;
    };
    for (name, value) in fields {
        match name.as_str() {
            "Amount" | "Qty" => *value = json!(0),
            "SalesItemLineDetail" => zero(value),
            "GroupLineDetail" => {
                let parts = value.get_mut("Line").and_then(Value::as_array_mut);
                parts.into_iter().flatten().for_each(zero);
            }
            _ => {}
        }
    }
}

/// A quotient rounded half up, for amounts that are not negative.
pub(super) fn half_up(dividend: i64, divisor: i64) -> i64 {
    (dividend + divisor / 2) / divisor
}

/// Hundredths as the JSON number QuickBooks writes: `12`, `1.25`.
pub(super) fn quantity(hundredths: i64) -> Value {
    decimal(hundredths, false).parse().map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_cent_go_up() {
        assert_eq!([half_up(149, 100), half_up(150, 100), half_up(100, 100)], [1, 2, 1]);
    }

    #[test]
    fn quantities_are_plain_numbers() {
        let written = [1_200, 125, 33].map(|hundredths| quantity(hundredths).to_string());
        assert_eq!(written, ["12", "1.25", "0.33"]);
    }
}
