//! The clients as QuickBooks holds them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::books::{Books, Ref, Stamp, dollars};
use super::calendar::Calendar;
use super::clients::Client;
use super::people;
use super::profiles::Mail;
use crate::money;
use crate::random::Random;

/// A client's identity in the books.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    pub(super) main: Ref,
    pub(super) branches: Vec<Ref>,
    pub(super) email: Option<String>,
}

impl Customer {
    pub(super) fn new(client: &Client, books: &mut Books<'_>, random: &mut Random) -> Self {
        // Leaving a customer makes QuickBooks add the suffix.
        let suffix = if client.has_left() { " (deleted)" } else { "" };
        let mailbox = people::mailbox(people::person(random));
        Self {
            main: Ref { id: books.next_id(), name: format!("{}{suffix}", client.profile.books) },
            branches: client
                .branches
                .iter()
                .map(|branch| Ref { id: books.next_id(), name: (*branch).to_owned() })
                .collect(),
            email: match client.profile.mail {
                Mail::Own => Some(format!("{mailbox}@{}", client.profile.domain)),
                Mail::Public => Some(format!("{mailbox}.{}@gmail.com", client.number)),
                Mail::Missing => None,
            },
        }
    }

    /// Enters the `Customer` objects with the given balances (in cents, by customer id).
    pub(super) fn enter(
        &self,
        client: &Client,
        balances: &BTreeMap<String, i64>,
        calendar: &Calendar,
        books: &mut Books<'_>,
        random: &mut Random,
    ) {
        let balance = |customer: &Ref| balances.get(&customer.id).copied().unwrap_or(0);
        let with_jobs = balance(&self.main) + self.branches.iter().map(balance).sum::<i64>();
        let mut stamp = Stamp::new(calendar.start());
        if let Some(left) = client.end_month.and_then(|month| calendar.months().get(month)) {
            stamp.touch(*left);
        }
        let mut object = card(client, &self.main.name, balance(&self.main), random);
        merge(
            &mut object,
            json!({
                "CompanyName": client.profile.books,
                "FullyQualifiedName": self.main.name,
                "Job": false,
                "BalanceWithJobs": money::number(with_jobs),
                "Active": !client.has_left(),
            }),
        );
        if let Some(email) = &self.email {
            merge(&mut object, json!({ "PrimaryEmailAddr": { "Address": email } }));
        }
        books.put("Customer", &self.main.id, stamp, object);
        for branch in &self.branches {
            let mut object = card(client, &branch.name, balance(branch), random);
            merge(
                &mut object,
                json!({
                    "FullyQualifiedName": format!("{}:{}", self.main.name, branch.name),
                    "Job": true,
                    "ParentRef": { "value": self.main.id },
                    "Level": 1,
                    "BillWithParent": true,
                    "BalanceWithJobs": money::number(balance(branch)),
                    "Active": true,
                }),
            );
            books.put("Customer", &branch.id, Stamp::new(calendar.start()), object);
        }
    }
}

/// What every customer card holds.
fn card(client: &Client, name: &str, balance: i64, random: &mut Random) -> Value {
    let address = json!({
        "Line1": people::street(random),
        "City": client.city.name,
        "CountrySubDivisionCode": client.city.state,
        "PostalCode": client.city.postal.to_string(),
        "Country": "US",
    });
    let (given, family) = people::person(random);
    json!({
        "DisplayName": name,
        "PrintOnCheckName": name,
        "GivenName": given,
        "FamilyName": family,
        "Taxable": client.taxed,
        "Balance": money::number(balance),
        "CurrencyRef": dollars(),
        "PrimaryPhone": { "FreeFormNumber": people::phone(random) },
        "BillAddr": address,
        "PreferredDeliveryMethod": "Email",
        "Notes": client.profile.industry,
    })
}

fn merge(object: &mut Value, more: Value) {
    if let (Some(fields), Value::Object(more)) = (object.as_object_mut(), more) {
        fields.extend(more);
    }
}
