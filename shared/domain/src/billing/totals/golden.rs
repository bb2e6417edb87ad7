//! Worked examples that tax authorities, standards and other programs publish. Each names its
//! source, and which of net (`n`), taxes (`x`) and total (`t`) are printed there; what is not
//! follows from the rest by the rules of this crate.

use serde::Deserialize;

use super::*;
use crate::{billing::TaxRate, money::Money};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    source: String,
    published: String,
    currency: Currency,
    codes: Vec<Vec<Rate>>,
    lines: Vec<Line>,
    discount: Option<String>,
    #[serde(default)]
    includes_tax: bool,
    #[serde(default)]
    by_line: bool,
    net: String,
    taxes: Vec<String>,
    total: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    percent: Decimal,
    #[serde(default)]
    compound: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    quantity: Decimal,
    price: Decimal,
    discount: Option<String>,
    code: Option<usize>,
}

impl Case {
    fn minor(&self, text: &str) -> i64 {
        Money::parse(text, self.currency).unwrap().minor
    }

    fn discount(&self, text: &str) -> Discount {
        match text.strip_suffix('%') {
            Some(percent) => {
                Discount::Percent(percent.parse::<Decimal>().unwrap().try_into().unwrap())
            }
            None => Discount::Minor(self.minor(text)),
        }
    }

    fn codes(&self) -> Vec<TaxCode> {
        let rate = |rate: &Rate| TaxRate {
            name: rate.percent.to_string(),
            percent: rate.percent.try_into().unwrap(),
            compound: rate.compound,
        };
        let code = |(number, rates): (usize, &Vec<Rate>)| TaxCode {
            id: id(number),
            name: number.to_string(),
            rates: rates.iter().map(rate).collect(),
            active: true,
        };
        self.codes.iter().enumerate().map(code).collect()
    }

    fn totals(&self) -> Totals {
        let charge = |line: &Line| Charge {
            quantity: line.quantity.try_into().unwrap(),
            unit_price: line.price.try_into().unwrap(),
            discount: line.discount.as_ref().map(|text| self.discount(text)),
            tax: line.code.map(id),
        };
        let charges: Vec<_> = self.lines.iter().map(charge).collect();
        let terms = Terms {
            currency: self.currency,
            discount: self.discount.as_ref().map(|text| self.discount(text)),
            includes_tax: self.includes_tax,
            rounding: if self.by_line { TaxRounding::Line } else { TaxRounding::Document },
        };
        totals(&charges, &self.codes(), terms).unwrap()
    }
}

fn id(number: usize) -> TaxCodeId {
    TaxCodeId::new(jiff::Timestamp::UNIX_EPOCH, number as u128)
}

#[test]
fn published_examples_come_out_to_the_cent() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("golden.json")).unwrap();
    assert!(cases.len() >= 100 && cases.iter().all(|case| !case.published.is_empty()));
    for case in &cases {
        let totals = case.totals();
        let taxes: Vec<_> = case.taxes.iter().map(|text| case.minor(text)).collect();
        let own: Vec<_> = totals.rates.iter().map(|rate| rate.tax).collect();
        let source = &case.source;
        assert_eq!((totals.net, own), (case.minor(&case.net), taxes), "{source}");
        assert_eq!(totals.total, case.minor(&case.total), "{source}");
    }
}
