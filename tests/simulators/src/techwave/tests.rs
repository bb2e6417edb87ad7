use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::*;

const SMALL: Scale =
    Scale { clients: 12, months: 12, technicians: 4, tickets: 900, worklogs: 1_200 };

fn fingerprint(wave: &TechWave) -> u64 {
    let mut hasher = DefaultHasher::new();
    let desk = &wave.superops;
    let lists = [
        &desk.clients,
        &desk.sites,
        &desk.technicians,
        &desk.service_items,
        &desk.client_contracts,
        &desk.tickets,
        &desk.worklogs,
        &desk.assets,
        &wave.cost_rates,
    ];
    for list in lists.into_iter().chain(wave.quickbooks.entities.values()) {
        json!(list).to_string().hash(&mut hasher);
    }
    hasher.finish()
}

fn entities<'a>(wave: &'a TechWave, entity: &str) -> &'a [Value] {
    wave.quickbooks.entities.get(entity).map_or(&[], Vec::as_slice)
}

fn amount(object: &Value, field: &str) -> i64 {
    money::cents(&object[field]).unwrap_or_else(|| panic!("{field} of {object}"))
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_else(|| panic!("{field} of {object}"))
}

fn lines(object: &Value) -> &[Value] {
    object["Line"].as_array().map_or(&[], Vec::as_slice)
}

fn sum(of: &[Value], kind: &str) -> i64 {
    of.iter().filter(|line| line["DetailType"] == kind).map(|line| amount(line, "Amount")).sum()
}

#[test]
fn the_same_seed_makes_the_same_data() {
    assert_eq!(fingerprint(&generate(SMALL, 7)), fingerprint(&generate(SMALL, 7)));
}

#[test]
fn another_seed_makes_other_data() {
    assert_ne!(fingerprint(&generate(SMALL, 7)), fingerprint(&generate(SMALL, 8)));
}

#[test]
fn the_default_scale_has_the_size_of_techwave() {
    let wave = generate(Scale::default(), 1);
    let count = |entity| entities(&wave, entity).len();
    assert_eq!(wave.superops.clients.len(), 48);
    assert_eq!(wave.superops.technicians.len(), 12);
    assert_eq!(wave.superops.tickets.len(), 15_000);
    assert_eq!(wave.superops.worklogs.len(), 20_000);
    assert_eq!(count("Customer"), 50);
    assert!((1_700..2_300).contains(&count("Invoice")), "{} invoices", count("Invoice"));
    assert!((1_600..2_200).contains(&count("Payment")), "{} payments", count("Payment"));
    assert!((40..90).contains(&count("CreditMemo")), "{} credit memos", count("CreditMemo"));
    assert!((750..1_050).contains(&count("Bill")), "{} bills", count("Bill"));
    assert!((450..750).contains(&count("Purchase")), "{} purchases", count("Purchase"));
}

#[test]
fn tiny_scales_work() {
    for clients in 0..6 {
        let wave =
            generate(Scale { clients, months: 3, technicians: 1, tickets: 10, worklogs: 12 }, 3);
        let expected = if clients == 0 { 0 } else { 10 };
        assert_eq!(wave.superops.tickets.len(), expected);
    }
    generate(Scale { clients: 5, months: 0, technicians: 0, tickets: 0, worklogs: 0 }, 3);
}

#[test]
fn invoice_lines_add_up_to_the_total() {
    let wave = generate(SMALL, 7);
    let mut taxed = 0;
    for invoice in entities(&wave, "Invoice") {
        let lines = lines(invoice);
        let sold = sum(lines, "SalesItemLineDetail") + sum(lines, "GroupLineDetail");
        let subtotal = sum(lines, "SubTotalLineDetail");
        let tax = amount(&invoice["TxnTaxDetail"], "TotalTax");
        assert_eq!(subtotal, sold, "{invoice}");
        assert_eq!(amount(invoice, "TotalAmt"), sold - sum(lines, "DiscountLineDetail") + tax);
        taxed += i64::from(tax > 0);
        for group in lines.iter().filter_map(|line| line["GroupLineDetail"]["Line"].as_array()) {
            assert_eq!(sum(group, "SalesItemLineDetail") % 100, 0);
        }
    }
    assert!(taxed > 0);
}

#[test]
fn a_line_is_quantity_times_price_to_the_cent() {
    let wave = generate(SMALL, 7);
    for line in entities(&wave, "Invoice").iter().flat_map(lines) {
        let detail = &line["SalesItemLineDetail"];
        if detail.is_null() || amount(line, "Amount") == 0 {
            continue;
        }
        let (price, hundredths) = (amount(detail, "UnitPrice"), amount(detail, "Qty"));
        assert_eq!(amount(line, "Amount") * 100, price * hundredths, "{line}");
    }
}

#[test]
fn balances_follow_from_payments_and_nobody_pays_more_than_an_invoice() {
    let wave = generate(SMALL, 7);
    let mut applied: BTreeMap<(String, String), i64> = BTreeMap::new();
    for payment in entities(&wave, "Payment") {
        let mut invoices = 0;
        let mut credits = 0;
        for line in lines(payment) {
            let link = &line["LinkedTxn"][0];
            let kind = text(link, "TxnType").to_owned();
            let sum = if kind == "Invoice" { &mut invoices } else { &mut credits };
            *sum += amount(line, "Amount");
            *applied.entry((kind, text(link, "TxnId").to_owned())).or_default() +=
                amount(line, "Amount");
        }
        let paid = invoices - credits + amount(payment, "UnappliedAmt");
        assert_eq!(amount(payment, "TotalAmt"), paid, "{payment}");
    }
    for (entity, left) in [("Invoice", "Balance"), ("CreditMemo", "RemainingCredit")] {
        for document in entities(&wave, entity) {
            let key = (entity.to_owned(), text(document, "Id").to_owned());
            let settled = applied.get(&key).copied().unwrap_or(0);
            assert_eq!(
                amount(document, "TotalAmt") - settled,
                amount(document, left),
                "{document}"
            );
            assert!(amount(document, left) >= 0);
        }
    }
}

#[test]
fn bills_and_purchases_add_up_and_many_are_for_a_client() {
    let wave = generate(SMALL, 7);
    let (mut client, mut overhead, mut shared) = (0, 0, 0);
    for document in entities(&wave, "Bill").iter().chain(entities(&wave, "Purchase")) {
        let total: i64 = lines(document).iter().map(|line| amount(line, "Amount")).sum();
        assert_eq!(total, amount(document, "TotalAmt"));
        let mut customers = BTreeSet::new();
        for line in lines(document) {
            let detail = &line[text(line, "DetailType")];
            match detail["CustomerRef"]["value"].as_str() {
                Some(customer) => {
                    client += 1;
                    customers.insert(customer);
                }
                None => overhead += 1,
            }
        }
        shared += i64::from(customers.len() > 1);
    }
    assert!(client > 100 && overhead > 10 && shared > 10, "{client} {overhead} {shared}");
    assert!(entities(&wave, "Purchase").iter().any(|purchase| purchase["Credit"] == true));
}

#[test]
fn customers_owe_what_their_invoices_say() {
    let wave = generate(SMALL, 7);
    let mut owed: BTreeMap<&str, i64> = BTreeMap::new();
    let signed = [
        ("Invoice", "Balance", 1),
        ("CreditMemo", "RemainingCredit", -1),
        ("Payment", "UnappliedAmt", -1),
    ];
    for (entity, field, sign) in signed {
        for document in entities(&wave, entity) {
            *owed.entry(text(&document["CustomerRef"], "value")).or_default() +=
                sign * amount(document, field);
        }
    }
    for customer in entities(&wave, "Customer") {
        let expected = owed.get(text(customer, "Id")).copied().unwrap_or(0);
        assert_eq!(amount(customer, "Balance"), expected, "{customer}");
    }
}

#[test]
fn invoiced_hours_are_on_invoices() {
    let wave = generate(SMALL, 7);
    let desk = &wave.superops;
    let listed: BTreeMap<&str, &Value> =
        desk.service_items.iter().map(|item| (text(item, "itemId"), item)).collect();
    let worked: i64 = desk
        .worklogs
        .iter()
        .filter(|log| log["status"] == "INVOICED")
        .map(|log| {
            let item = listed[text(&log["serviceItem"], "itemId")];
            let after = log["afterHours"] == true;
            let list = if after { "afterHoursUnitPrice" } else { "businessHoursUnitPrice" };
            let price = money::cents(&log["unitPrice"]).unwrap_or_else(|| amount(item, list));
            amount(log, "qty") * price / 100
        })
        .sum();
    let labour: BTreeSet<&str> = catalog::LABOUR_ITEMS.iter().map(|item| item.name).collect();
    let twice = duplicated(&wave);
    let billed: i64 = entities(&wave, "Invoice")
        .iter()
        .filter(|invoice| !twice.contains(text(invoice, "Id")))
        .flat_map(lines)
        .filter(|line| {
            let name = line["SalesItemLineDetail"]["ItemRef"]["name"].as_str();
            name.is_some_and(|name| labour.contains(name))
        })
        .map(|line| amount(line, "Amount"))
        .sum();
    assert_eq!(worked, billed);
}

/// Ids of invoices whose number another invoice of the same customer and total has already.
fn duplicated(wave: &TechWave) -> BTreeSet<&str> {
    let mut seen = BTreeSet::new();
    let invoices = entities(wave, "Invoice").iter();
    let repeated = invoices.filter(|invoice| {
        let customer = text(&invoice["CustomerRef"], "value");
        !seen.insert((text(invoice, "DocNumber"), customer, amount(invoice, "TotalAmt")))
    });
    repeated.map(|invoice| text(invoice, "Id")).collect()
}

#[test]
fn the_dirt_is_there() {
    let wave = generate(Scale::default(), 1);
    let invoices = entities(&wave, "Invoice");
    assert_eq!(duplicated(&wave).len(), 1);
    assert_eq!(invoices.iter().filter(|invoice| invoice["PrivateNote"] == "Voided").count(), 1);
    let customers = entities(&wave, "Customer");
    let gone = customers.iter().filter(|customer| customer["Active"] == false);
    assert!(gone.clone().count() >= 2);
    assert!(gone.into_iter().all(|customer| text(customer, "DisplayName").ends_with(" (deleted)")));
    assert_eq!(customers.iter().filter(|customer| customer["Job"] == true).count(), 2);
    assert_eq!(wave.uncosted_technicians().len(), 2);
    let alone = |field: &str| wave.links().iter().filter(|link| link[field].is_null()).count();
    assert_eq!((alone("accountId"), alone("booksName")), (2, 2));
    for status in ["PENDING", "APPROVED", "IGNORED", "INVOICED", "UNDER_CONTRACT"] {
        let logs = wave.superops.worklogs.iter().filter(|log| log["status"] == status);
        assert!(logs.count() > 100, "{status}");
    }
    let logs = &wave.superops.worklogs;
    assert!(logs.iter().any(|log| log["unitPrice"].is_null()));
    assert!(logs.iter().any(|log| log["workItem"]["workId"].is_number()));
    assert!(logs.iter().any(|log| log["workItem"]["module"] == "PROJECT"));
    let payments = entities(&wave, "Payment");
    assert!(payments.iter().any(|payment| lines(payment).len() > 1));
    assert!(payments.iter().any(|payment| amount(payment, "UnappliedAmt") > 0));
    assert!(invoices.iter().any(|invoice| {
        let (balance, total) = (amount(invoice, "Balance"), amount(invoice, "TotalAmt"));
        0 < balance && balance < total
    }));
}

#[test]
fn no_reference_points_nowhere() {
    let wave = generate(SMALL, 7);
    for (entity, objects) in &wave.quickbooks.entities {
        for object in objects {
            let text = object.to_string();
            assert!(
                !text.contains("\"value\":null") && !text.contains("Ref\":null"),
                "{entity} {text}"
            );
        }
    }
}

#[test]
fn ids_are_unique_and_beyond_what_a_float_holds() {
    let wave = generate(SMALL, 7);
    let ids: BTreeSet<u64> = wave
        .superops
        .tickets
        .iter()
        .map(|ticket| text(ticket, "ticketId").parse().unwrap())
        .collect();
    assert_eq!(ids.len(), 900);
    assert!(ids.iter().all(|id| *id > 1 << 53));
    let books: Vec<&str> =
        wave.quickbooks.entities.values().flatten().map(|object| text(object, "Id")).collect();
    assert_eq!(books.iter().collect::<BTreeSet<_>>().len(), books.len());
}

/// Invoiced less labour at forty-five dollars an hour less what was bought for the client.
fn rough_margins(wave: &TechWave) -> Vec<i64> {
    let tickets = wave.superops.tickets.iter();
    let owners: BTreeMap<&str, &str> =
        tickets.map(|ticket| (text(ticket, "ticketId"), text(&ticket["client"], "name"))).collect();
    let mut margins: BTreeMap<&str, i64> = BTreeMap::new();
    for log in &wave.superops.worklogs {
        let id = log["workItem"]["workId"].to_string().replace('"', "");
        if let Some(owner) = owners.get(id.as_str()) {
            *margins.entry(owner).or_default() -= amount(log, "qty") * 45;
        }
    }
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for link in wave.links() {
        let customers = link["customerIds"].as_array().unwrap().iter();
        names.extend(customers.map(|id| (id.as_str().unwrap(), text(link, "name"))));
    }
    for invoice in entities(wave, "Invoice") {
        let name = names[text(&invoice["CustomerRef"], "value")];
        *margins.entry(name).or_default() += amount(invoice, "TotalAmt");
    }
    for line in entities(wave, "Bill").iter().flat_map(lines) {
        let detail = &line[text(line, "DetailType")];
        if let Some(customer) = detail["CustomerRef"]["value"].as_str() {
            *margins.entry(names[customer]).or_default() -= amount(line, "Amount");
        }
    }
    margins.into_values().collect()
}

#[test]
fn most_clients_earn_and_a_few_lose_a_lot() {
    let margins = rough_margins(&generate(Scale::default(), 1));
    let count = |range: std::ops::Range<i64>| {
        margins.iter().filter(|margin| range.contains(margin)).count()
    };
    assert!(count(0..i64::MAX) > 35, "{margins:?}");
    assert!(count(i64::MIN..-1_500_000) >= 3, "{margins:?}");
}

#[test]
fn each_client_that_is_served_has_its_devices_and_some_devices_are_nobodys() {
    let wave = generate(Scale::default(), 1);
    let mut devices: BTreeMap<String, usize> = BTreeMap::new();
    for asset in &wave.superops.assets {
        let owner = asset["client"]["accountId"].to_string().replace('"', "");
        *devices.entry(owner).or_default() += 1;
    }
    assert_eq!(devices.remove("null"), Some(3));
    let served: Vec<&Value> =
        wave.superops.clients.iter().filter(|client| client["status"] == "Paid").collect();
    assert_eq!(devices.len(), served.len());
    assert!(served.len() < wave.superops.clients.len());
    for client in served {
        let count = devices[text(client, "accountId")];
        assert!((5..=300).contains(&count), "{count} of {client}");
    }
    let ids: BTreeSet<&str> =
        wave.superops.assets.iter().map(|asset| text(asset, "assetId")).collect();
    assert_eq!(ids.len(), wave.superops.assets.len());
}
