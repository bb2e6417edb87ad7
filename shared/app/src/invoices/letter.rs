//! What the mail with a document says.

use std::fmt::Write as _;

use clearmargin_domain::{
    invoice::{DocumentKind, Invoice, InvoiceLine},
    money::Money,
};
use rust_decimal::Decimal;

/// What a document is called in mails, with its number.
fn title(document: &Invoice) -> String {
    let kind = match document.kind {
        DocumentKind::Invoice => "Invoice",
        DocumentKind::CreditMemo => "Credit memo",
    };
    document.number.as_ref().map_or_else(|| kind.to_owned(), |number| format!("{kind} {number}"))
}

/// What the mail is about.
pub(super) fn subject(document: &Invoice, from: &str) -> String {
    format!("{} from {from}", title(document))
}

/// The whole mail: number, lines, taxes, total, when it is due, and what is open.
pub(super) fn text(document: &Invoice, from: &str, to: &str) -> String {
    let mut text = format!("{}\n\n", title(document));
    let mut row = |name: &str, value: &str| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{name:<12}{value}");
    };
    row("From:", from);
    row("To:", to);
    row("Date:", &document.day.to_string());
    if let (Some(due), DocumentKind::Invoice) = (document.due, document.kind) {
        row("Due:", &due.to_string());
    }
    if let Some(reference) = &document.reference {
        row("Reference:", reference);
    }
    text.push('\n');
    for line in &document.lines {
        text.push_str(&item(line));
    }
    text.push('\n');
    let amounts = sums(document);
    for (name, amount) in amounts {
        let _ = writeln!(text, "{name}: {}", money(amount));
    }
    if !document.memo.is_empty() {
        let _ = write!(text, "\n{}\n", document.memo);
    }
    text
}

fn item(line: &InvoiceLine) -> String {
    let amount = money(line.amount);
    match &line.charge {
        Some(charge) => {
            let quantity = Decimal::from(charge.quantity).normalize();
            let price = Decimal::from(charge.unit_price);
            let off = Money::new(charge.discount_minor, line.amount.currency);
            let less = match off.minor {
                0 => String::new(),
                _ => format!(", less {}", money(off)),
            };
            format!("- {}: {quantity} x {price}{less} = {amount}\n", line.description)
        }
        None => format!("- {}: {amount}\n", line.description),
    }
}

/// What the document comes to, and what is open of it.
fn sums(document: &Invoice) -> Vec<(String, Money)> {
    let of = |minor| Money { minor, ..document.total };
    let taxes = document.computed.iter().flat_map(|computed| &computed.taxes);
    let mut sums = vec![("Before tax".to_owned(), of(document.total.minor - document.tax.minor))];
    sums.extend(taxes.map(|tax| (tax.by.name.clone(), tax.amount)));
    sums.push(("Total".to_owned(), document.total));
    let settled = document.total.minor - document.balance.minor;
    let (done, left) = match document.kind {
        DocumentKind::Invoice => ("Settled", "To be paid"),
        DocumentKind::CreditMemo => ("Used", "Left to use"),
    };
    if settled != 0 {
        sums.push((done.to_owned(), of(settled)));
    }
    sums.push((left.to_owned(), document.balance));
    sums
}

fn money(amount: Money) -> String {
    format!("{amount} {}", amount.currency)
}
