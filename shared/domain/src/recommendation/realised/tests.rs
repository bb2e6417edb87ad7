use std::slice;

use jiff::{Timestamp, civil::date};
use rust_decimal::Decimal;

use super::*;
use crate::{
    agreement::line::tests::{line, price},
    billing::Units,
    id::AgreementLineId,
    invoice::{Computed, DocumentKind, tests::issued},
    period::Month,
    recurring::BilledPeriod,
    service::Offering,
};

const ON: Date = date(2026, 10, 1);
const TODAY: Date = date(2026, 11, 20);
const OLD: i64 = 10_000;
const NEW: i64 = 12_000;

fn service(number: u128) -> ServiceId {
    ServiceId::new(Timestamp::UNIX_EPOCH, number)
}

fn agreement(number: u128) -> AgreementId {
    AgreementId::new(Timestamp::UNIX_EPOCH, number)
}

/// A line of an agreement that sells an entry, raised on the day.
fn sold(number: u128, of: u128, entry: Option<u128>) -> AgreementLine {
    let prices = [price(OLD, date(2026, 1, 1)), price(NEW, ON)];
    AgreementLine {
        id: AgreementLineId::new(Timestamp::UNIX_EPOCH, number),
        agreement: agreement(of),
        service: entry.map(service),
        ..line("5", &prices)
    }
}

fn raised(number: u128, from_minor: i64) -> Repriced {
    let line = AgreementLineId::new(Timestamp::UNIX_EPOCH, number);
    Repriced { line, from_minor, to_minor: NEW }
}

/// A line of an invoice: so many units at a price, less what is taken off.
fn units(of: u128, quantity: i64, each: Option<i64>, less: i64) -> InvoiceLine {
    let unit_price = each.map(|minor| Decimal::new(minor, 2));
    let amount = Money::new(quantity * each.unwrap_or(NEW) - less, Currency::USD);
    InvoiceLine {
        service: Some(service(of)),
        offering: Offering::Service,
        description: String::new(),
        amount,
        recurs: None,
        charge: None,
        units: Some(Units { quantity: Decimal::from(quantity), unit_price }),
    }
}

fn invoice(day: Date, lines: Vec<InvoiceLine>) -> Invoice {
    Invoice { day, lines, ..issued(0) }
}

/// One that bills an agreement.
fn billing(of: u128, invoice: Invoice) -> Invoice {
    let recurring = Some(BilledPeriod { agreement: agreement(of), month: Month::of(invoice.day) });
    Invoice { computed: Some(Computed { recurring, ..Computed::default() }), ..invoice }
}

fn told(known: &[AgreementLine], documents: &[Invoice]) -> Result<(i64, usize), Unrealised> {
    let days = followed(ON, TODAY);
    let it = of_raise((agreement(1), &[raised(1, OLD)]), known, documents, (Currency::USD, days));
    it.minor.map(|minor| (minor, it.lines))
}

#[test]
fn units_charged_at_the_new_price_bring_the_difference_to_the_cent() {
    let known = [sold(1, 1, Some(1))];
    let day = date(2026, 11, 1);
    let charged = invoice(day, vec![units(1, 5, Some(NEW), 0), units(2, 9, Some(NEW), 0)]);
    let before = invoice(date(2026, 9, 30), vec![units(1, 5, Some(NEW), 0)]);
    let old = invoice(day, vec![units(1, 5, Some(OLD), 0)]);
    assert_eq!(told(&known, &[before.clone(), old.clone(), charged.clone()]), Ok((10_000, 1)));
    // A tenth off the line takes a tenth off what the raise brought; a third of a cent is rounded.
    let less = invoice(day, vec![units(1, 5, Some(NEW), 6_000)]);
    assert_eq!(told(&known, &[less]), Ok((9_000, 1)));
    let odd = invoice(day, vec![units(1, 5, Some(NEW), 5)]);
    assert_eq!(told(&known, &[odd]), Ok((9_999, 1)));
    let given_back = Invoice {
        kind: DocumentKind::CreditMemo,
        ..invoice(day, vec![units(1, -2, Some(NEW), 0)])
    };
    assert_eq!(told(&known, &[charged.clone(), given_back]), Ok((6_000, 2)));
    // Charged at the old price is known: it brought nothing. Not charged is not.
    assert_eq!(told(&known, &[old]), Ok((0, 0)));
    assert_eq!(told(&known, &[before]), Err(Unrealised::NotCharged));
    for state in [DocumentState::Draft, DocumentState::Void { on: day }] {
        let none = Invoice { state, ..charged.clone() };
        assert_eq!(told(&known, &[none]), Err(Unrealised::NotCharged));
    }
    let later = Invoice { day: date(2026, 11, 21), ..charged };
    assert_eq!(told(&known, &[later]), Err(Unrealised::NotCharged));
}

#[test]
fn what_documents_do_not_say_is_not_known() {
    let day = date(2026, 11, 1);
    let charged = invoice(day, vec![units(1, 5, Some(NEW), 0)]);
    let unsaid = invoice(day, vec![units(1, 5, None, 0)]);
    let known = [sold(1, 1, Some(1))];
    assert_eq!(told(&known, &[charged.clone(), unsaid]), Err(Unrealised::PriceNotSaid));
    assert_eq!(told(&[sold(1, 1, None)], slice::from_ref(&charged)), Err(Unrealised::LineNotNamed));
    assert_eq!(told(&[], &[charged]), Err(Unrealised::LineNotNamed));
}

#[test]
fn what_two_lines_could_have_charged_is_told_where_the_document_names_the_agreement() {
    let charged = invoice(date(2026, 11, 1), vec![units(1, 5, Some(NEW), 0)]);
    let elsewhere = [sold(1, 1, Some(1)), sold(2, 2, Some(1))];
    assert_eq!(told(&elsewhere, slice::from_ref(&charged)), Err(Unrealised::Ambiguous));
    let named = [billing(1, charged.clone()), billing(2, charged.clone())];
    assert_eq!(told(&elsewhere, &named), Ok((10_000, 1)));
    let beside = [sold(1, 1, Some(1)), sold(2, 1, Some(1))];
    assert_eq!(told(&beside, &named), Err(Unrealised::Ambiguous));
    // What ended before is not charged any more.
    let ended = AgreementLine { end: Some(date(2026, 10, 31)), ..sold(2, 1, Some(1)) };
    assert_eq!(told(&[sold(1, 1, Some(1)), ended], &named), Ok((10_000, 1)));
    let both = |from| {
        let prices = [raised(1, OLD), raised(2, from)];
        let days = followed(ON, TODAY);
        of_raise((agreement(1), &prices), &beside, &named, (Currency::USD, days)).minor
    };
    // Two lines that were raised alike are one; from different prices, nobody knows which was charged.
    assert_eq!((both(OLD), both(11_000)), (Ok(10_000), Err(Unrealised::Ambiguous)));
}

#[test]
fn an_offer_brings_what_is_charged_for_it_within_a_year() {
    let days = followed(ON, date(2028, 1, 1));
    assert_eq!(days, (ON, date(2027, 9, 30)));
    let documents = [
        invoice(date(2026, 10, 1), vec![units(1, 2, None, 0), units(2, 1, Some(NEW), 0)]),
        invoice(date(2027, 9, 30), vec![units(1, 1, Some(OLD), 0)]),
        invoice(date(2027, 10, 1), vec![units(1, 1, Some(OLD), 0)]),
    ];
    let it = of_offer(service(1), &documents, (Currency::USD, days));
    assert_eq!((it.minor, it.lines, it.days), (Ok(34_000), 2, days));
    let none = of_offer(service(3), &documents, (Currency::USD, days));
    assert_eq!((none.minor, none.lines), (Err(Unrealised::NotCharged), 0));
    let huge = invoice(ON, vec![units(1, i64::MAX / NEW, None, 0), units(1, 1_000_000, None, 0)]);
    let beyond = of_offer(service(1), &[huge], (Currency::USD, days));
    assert_eq!(beyond.minor, Err(Unrealised::OutOfRange));
}
