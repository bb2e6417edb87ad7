//! Domains as evidence: whose they are, and what they say about a name.

use super::Party;
use crate::client::Client;

/// Mail providers whose domains say nothing about whose address it is.
const PUBLIC: &[&str] = &[
    "aim.com",
    "aol.com",
    "att.net",
    "bellsouth.net",
    "btinternet.com",
    "centurylink.net",
    "charter.net",
    "comcast.net",
    "cox.net",
    "duck.com",
    "earthlink.net",
    "fastmail.com",
    "frontier.com",
    "gmail.com",
    "googlemail.com",
    "hey.com",
    "hushmail.com",
    "icloud.com",
    "juno.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "optonline.net",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "sbcglobal.net",
    "spectrum.net",
    "t-online.de",
    "tutanota.com",
    "verizon.net",
    "web.de",
    "windstream.net",
    "ymail.com",
    "163.com",
];

/// Providers with a domain in each country, such as `yahoo.co.uk`.
const PUBLIC_EVERYWHERE: &[&str] =
    &["gmx", "hotmail", "live", "outlook", "yahoo", "yandex", "zoho"];

/// A domain's first word has to be this long to say anything.
const TELLING: usize = 5;

/// The domains that are the client's own.
pub(super) fn own(client: &Client) -> Vec<String> {
    let domains = client.domains.iter().map(|domain| domain.to_lowercase());
    domains.filter(|domain| !is_public(domain)).collect()
}

fn is_public(domain: &str) -> bool {
    let first = domain.split('.').next().unwrap_or(domain);
    PUBLIC.contains(&domain) || PUBLIC_EVERYWHERE.contains(&first)
}

/// What the domains say for two clients being one, short of an exact rule.
pub(super) fn support(left: &Party<'_>, right: &Party<'_>) -> Option<String> {
    let mut domains = left.domains.iter();
    if let Some(domain) = domains.find(|domain| right.domains.contains(domain)) {
        return Some(format!("both use {domain}, as others do"));
    }
    let spelled = spells(left, right).or_else(|| spells(right, left))?;
    Some(format!("{spelled} spells the other's name"))
}

/// A domain of one whose first word is a name of the other.
fn spells<'a>(one: &'a Party<'_>, other: &Party<'_>) -> Option<&'a String> {
    one.domains.iter().find(|domain| {
        let first = domain.split('.').next().unwrap_or(domain).replace('-', "");
        let mut names = other.names.iter().map(|name| name.replace(' ', ""));
        first.len() >= TELLING && names.any(|name| name == first)
    })
}
