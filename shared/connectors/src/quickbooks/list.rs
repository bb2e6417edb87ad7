//! Entities with a name: customers and items.

use std::collections::BTreeSet;

use clearmargin_domain::{
    client::Client,
    money::{self, Money},
    service::{Offering, Service},
};

use super::{
    entity::{account, origin, reference},
    key,
};
use crate::{fields::Fields, record::Context, rejection::Rejection};

pub(super) fn customer(context: &Context, row: &Fields<'_>) -> Result<Client, Rejection> {
    let origin = origin(row, "Customer")?;
    let parent = reference(row, "ParentRef")?;
    Ok(Client {
        id: key::client(context, &origin.external_id),
        name: row.text("DisplayName")?,
        domains: domains(row)?,
        stage: None,
        active: row.optional_flag("Active")?.unwrap_or(true),
        parent: parent.map(|id| key::client(context, &id)),
        merged_into: None,
        origin: Some(origin),
    })
}

/// The domains of the customer's e-mail addresses and web site.
fn domains(row: &Fields<'_>) -> Result<Vec<String>, Rejection> {
    let email = row.optional_object("PrimaryEmailAddr")?;
    let email = email.map(|email| email.optional_text("Address"));
    let web = row.optional_object("WebAddr")?;
    let web = web.map(|web| web.optional_text("URI"));
    // One field may hold several addresses.
    let emails = email.transpose()?.flatten().unwrap_or_default();
    let emails = emails.split([',', ';', ' ']);
    let mut domains: BTreeSet<_> = emails.filter_map(email_domain).collect();
    domains.extend(web.transpose()?.flatten().as_deref().and_then(web_domain));
    Ok(domains.into_iter().collect())
}

fn email_domain(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    plausible(domain)
}

fn web_domain(uri: &str) -> Option<String> {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?;
    plausible(host.strip_prefix("www.").unwrap_or(host))
}

fn plausible(domain: &str) -> Option<String> {
    let domain = domain.trim().trim_end_matches('.').to_lowercase();
    (domain.contains('.') && !domain.contains(char::is_whitespace)).then_some(domain)
}

pub(super) fn item(context: &Context, row: &Fields<'_>) -> Result<Service, Rejection> {
    let origin = origin(row, "Item")?;
    let kind = row.optional_text("Type")?;
    let offering = match kind.as_deref() {
        Some("Inventory" | "NonInventory") => Offering::Product,
        _ => Offering::Service,
    };
    // Stock is an asset until it is sold: QuickBooks posts a bill for it there.
    let stock = kind.as_deref() == Some("Inventory");
    let bought_on = if stock { "AssetAccountRef" } else { "ExpenseAccountRef" };
    Ok(Service {
        id: key::service(context, &origin.external_id),
        name: row.text("Name")?,
        offering,
        unit_price: list_price(context, row, "UnitPrice")?,
        purchase_cost: list_price(context, row, "PurchaseCost")?,
        bought_on: account(context, row, bought_on)?,
        active: row.optional_flag("Active")?.unwrap_or(true),
        origin: Some(origin),
        pricing: None,
        said: None,
    })
}

/// A list price may have more decimals than the currency. It is shown and never summed, so it is
/// rounded, rather than losing the item and with it whether invoice lines sell a product.
fn list_price(
    context: &Context,
    row: &Fields<'_>,
    field: &str,
) -> Result<Option<Money>, Rejection> {
    row.optional(field, "an amount", |text| {
        Money::rounded(money::decimal(text).ok()?, context.currency).ok()
    })
}
