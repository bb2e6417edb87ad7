use jiff::Timestamp;
use proptest::{collection::vec, option, prelude::*};

use super::*;
use crate::billing::TaxRate;

fn percent(text: &str) -> TaxPercent {
    text.parse::<Decimal>().unwrap().try_into().unwrap()
}

fn code(number: u128, rates: &[(&str, bool)]) -> TaxCode {
    let rate = |(text, compound): &(&str, bool)| TaxRate {
        name: format!("tax {text}"),
        percent: percent(text),
        compound: *compound,
    };
    TaxCode {
        id: TaxCodeId::new(Timestamp::UNIX_EPOCH, number),
        name: "code".to_owned(),
        rates: rates.iter().map(rate).collect(),
        active: true,
    }
}

fn charge(quantity: &str, price: &str, tax: Option<&TaxCode>) -> Charge {
    Charge {
        quantity: quantity.parse::<Decimal>().unwrap().try_into().unwrap(),
        unit_price: price.parse::<Decimal>().unwrap().try_into().unwrap(),
        discount: None,
        tax: tax.map(|code| code.id),
    }
}

const PLAIN: Terms = Terms {
    currency: Currency::USD,
    discount: None,
    includes_tax: false,
    rounding: TaxRounding::Document,
};

#[test]
fn discounts_come_before_tax_and_are_shared_by_largest_remainder() {
    let code = code(1, &[("10", false)]);
    let lines = [
        Charge {
            discount: Some(Discount::Percent(percent("10"))),
            ..charge("3", "33.33", Some(&code))
        },
        charge("1", "10.01", None),
    ];
    let terms = Terms { discount: Some(Discount::Minor(1_000)), ..PLAIN };
    let totals = totals(&lines, std::slice::from_ref(&code), terms).unwrap();
    // 99.99 − 10.00 = 89.99; with 10.01 it is 100.00, of which 10.00 comes off: 9.00 and 1.00.
    assert_eq!((totals.gross, totals.discount, totals.net), (11_000, 2_000, 9_000));
    assert_eq!(
        totals.lines.iter().map(|line| line.document_discount).collect::<Vec<_>>(),
        [900, 100]
    );
    assert_eq!((totals.rates[0].base, totals.tax, totals.total), (8_099, 810, 9_810));
}

#[test]
fn what_cannot_be_charged_names_its_line() {
    let off = |discount| Charge { discount: Some(discount), ..charge("1", "1", None) };
    let refused = |lines: &[Charge], terms| totals(lines, &[], terms).unwrap_err();
    assert_eq!(refused(&[off(Discount::Minor(101))], PLAIN), BillingError::LineDiscount(0));
    assert_eq!(refused(&[off(Discount::Minor(-1))], PLAIN), BillingError::LineDiscount(0));
    let terms = Terms { discount: Some(Discount::Minor(101)), ..PLAIN };
    assert_eq!(refused(&[charge("1", "1", None)], terms), BillingError::Discount);
    let gone = code(1, &[]);
    let lines = [charge("1", "1", None), charge("1", "1", Some(&gone))];
    assert_eq!(refused(&lines, PLAIN), BillingError::UnknownTax(1));
    let large = charge("1000", "10000000", None);
    assert_eq!(refused(&[charge("1", "1", None), large, large], PLAIN), BillingError::TooLarge(2));
}

fn any_charge() -> impl Strategy<Value = Charge> {
    let quantity = (0_i64..10_000, 0_u32..=6).prop_map(|(n, scale)| Decimal::new(n, scale));
    let price = (0_i64..900_000, 2_u32..=6).prop_map(|(n, scale)| Decimal::new(n, scale));
    let discount = option::of(
        (0_i64..=1_000_000)
            .prop_map(|parts| Discount::Percent(Decimal::new(parts, 4).try_into().unwrap())),
    );
    (quantity, price, discount, option::of(0_u128..3)).prop_map(
        |(quantity, price, discount, tax)| Charge {
            quantity: quantity.try_into().unwrap(),
            unit_price: price.try_into().unwrap(),
            discount,
            tax: tax.map(|number| TaxCodeId::new(Timestamp::UNIX_EPOCH, number)),
        },
    )
}

proptest! {
    #[test]
    fn nothing_is_lost_between_lines_rates_and_the_whole(
        charges in vec(any_charge(), 1..25),
        rates in vec(vec((0_i64..=300_000, any::<bool>()), 0..4), 3),
        off in option::of(0_i64..=1_000_000),
        includes_tax: bool,
        by_line: bool,
    ) {
        let codes: Vec<_> = rates.iter().enumerate().map(|(number, rates)| TaxCode {
            rates: rates.iter().map(|(parts, compound)| TaxRate {
                name: "tax".to_owned(),
                percent: Decimal::new(*parts, 4).try_into().unwrap(),
                compound: *compound,
            }).collect(),
            ..code(number.try_into().unwrap(), &[])
        }).collect();
        let terms = Terms {
            discount: off.map(|parts| Discount::Percent(Decimal::new(parts, 4).try_into().unwrap())),
            includes_tax,
            rounding: if by_line { TaxRounding::Line } else { TaxRounding::Document },
            ..PLAIN
        };
        let all = totals(&charges, &codes, terms).unwrap();
        let sum = |part: fn(&ChargeTotals) -> i64| all.lines.iter().map(part).sum::<i64>();
        prop_assert_eq!(all.net + all.tax, all.total);
        prop_assert_eq!(all.gross - all.discount, if includes_tax { all.total } else { all.net });
        prop_assert_eq!((sum(|line| line.net), sum(|line| line.tax)), (all.net, all.tax));
        prop_assert_eq!(all.rates.iter().map(|rate| rate.tax).sum::<i64>(), all.tax);
        prop_assert!(all.lines.iter().all(|line| line.net >= 0 && line.tax >= 0));
        for line in &all.lines {
            let left = line.gross - line.discount - line.document_discount;
            prop_assert_eq!(left, line.net + if includes_tax { line.tax } else { 0 });
        }
        // Each tax on the price alone is within half a unit of the exact one, wherever it is rounded.
        let plain = |rate: &&RateTotals| {
            let code = codes.iter().find(|code| code.id == rate.by.code).unwrap();
            !includes_tax && code.rates.iter().all(|rate| !rate.compound)
        };
        for rate in all.rates.iter().filter(plain) {
            let exact = Decimal::from(rate.base) * rate.by.percent.ratio();
            let rounded = if by_line { charges.len() } else { 1 };
            let off = (Decimal::from(rate.tax) - exact).abs();
            prop_assert!(off <= Decimal::new(5, 1) * Decimal::from(rounded));
        }
    }
}
