//! The clients as SuperOps holds them: account, sites, contract.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::calendar::{Calendar, shift_days};
use super::catalog::{CONTRACTED, ServiceItem};
use super::clients::{Agreement, Client};
use super::ids::{Id, Ids};
use super::people;
use super::technicians::{Technician, group};
use crate::money;
use crate::random::Random;

/// A client's identity on the service desk.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: Id,
    pub(super) site: Id,
    pub(super) contacts: Vec<Contact>,
}

/// Someone at the client.
#[derive(Clone, Debug)]
pub(super) struct Contact {
    pub(super) id: Id,
    pub(super) name: String,
}

impl Contact {
    pub(super) fn reference(&self) -> Value {
        json!({ "userId": self.id.text(), "name": self.name })
    }
}

impl Account {
    pub(super) fn new(client: &Client, ids: &mut Ids, random: &mut Random) -> Self {
        let contacts = client.seats(client.first_month).clamp(3, 12);
        let contacts = (0..contacts).map(|_| {
            let (first, last) = people::person(random);
            Contact { id: ids.next(), name: format!("{first} {last}") }
        });
        let contacts = contacts.collect();
        Self { id: ids.next(), site: ids.next(), contacts }
    }

    /// The `Client` object.
    pub(super) fn object(&self, client: &Client, manager: Option<&Technician>) -> Value {
        let contact = |at: usize| self.contacts.get(at).map(Contact::reference);
        json!({
            "accountId": self.id.text(),
            "name": client.profile.desk,
            "stage": if client.has_left() { "Former" } else { "Active" },
            "status": if client.has_left() { "Churned" } else { "Paid" },
            "emailDomains": [client.profile.domain],
            "accountManager": manager.map(Technician::reference),
            "primaryContact": contact(0),
            "secondaryContact": contact(1),
            "hqSite": { "id": self.site.text(), "name": "Headquarters" },
            "technicianGroups": [group()],
            "customFields": { "udf1text": client.profile.industry },
        })
    }

    /// The `ClientSite` objects: headquarters and, for larger clients, a branch.
    pub(super) fn sites(&self, client: &Client, ids: &mut Ids, random: &mut Random) -> Vec<Value> {
        let mut sites = vec![self.place(client, self.site, "Headquarters", random)];
        if client.seats(client.first_month) > 40 {
            sites.push(self.place(client, ids.next(), "Branch Office", random));
        }
        sites
    }

    fn place(&self, client: &Client, id: Id, name: &str, random: &mut Random) -> Value {
        let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"];
        let open = |day| json!({ "day": day, "start": "08:00", "end": "18:00" });
        json!({
            "id": id.text(),
            "name": name,
            "businessHour": days.map(open),
            "holidayList": { "id": "4610000000000000151", "name": "US Federal Holidays" },
            "timezoneCode": "America/Los_Angeles",
            "working24x7": false,
            "line1": people::street(random),
            "line2": null,
            "line3": null,
            "city": client.city.name,
            "postalCode": (client.city.postal + random.between(0, 40)).to_string(),
            "countryCode": "US",
            "stateCode": client.city.state,
            "contactNumber": people::phone(random),
            "client": { "accountId": self.id.number(), "name": client.profile.desk },
            "hq": id == self.site,
            "installerInfo": [],
        })
    }

    /// The `ClientContract` objects: one, or two where the price was raised in between.
    pub(super) fn contracts(
        &self,
        client: &Client,
        calendar: &Calendar,
        items: &[(Id, ServiceItem)],
        ids: &mut Ids,
    ) -> Vec<Value> {
        let months = calendar.months();
        let day = |month: usize| months.get(month).copied();
        let Some(start) = day(client.first_month) else {
            return Vec::new();
        };
        let end = client.end_month.and_then(day).map(|first| shift_days(first, -1));
        let mut contract = |month: usize, start: Date, end: Option<Date>| {
            let term = Term { month, start, end };
            self.contract(client, &term, items, ids)
        };
        let raised = client.raise_month.and_then(|month| Some((month, day(month)?)));
        match raised {
            None => vec![contract(client.first_month, start, end)],
            Some((month, raised)) => vec![
                contract(client.first_month, start, Some(shift_days(raised, -1))),
                contract(month, raised, end),
            ],
        }
    }

    fn contract(
        &self,
        client: &Client,
        term: &Term,
        items: &[(Id, ServiceItem)],
        ids: &mut Ids,
    ) -> Value {
        let terms = Terms::of(client, term.month);
        let charged = items.iter().find(|(_, item)| item.name == terms.item);
        let contract_id = ids.next().text();
        let price = json!({ "value": money::text(terms.price), "afterHoursValue": null });
        let status = if term.end.is_some() { "INACTIVE" } else { "ACTIVE" };
        json!({
            "contractId": ids.next().text(),
            "client": { "accountId": self.id.text(), "name": client.profile.desk },
            "contract": {
                "contractId": contract_id,
                "name": format!("{} – {}", terms.item, client.profile.desk),
                "description": terms.description,
                "contractType": terms.kind,
                "billableContract": {
                    "contractId": contract_id,
                    "chargeItem": charged.map(|(id, item)| json!({ "itemId": id.number(), "name": item.name })),
                    "quantityCalculationType": "FIXED",
                    "sellingPriceCalculationType": "FIXED",
                    "provisionRule": null,
                    "sellingPriceOverridden": true,
                    "sellingPrice": { "model": "PER_UNIT", "details": [price] },
                    "discountRate": client.discount_percent.to_string(),
                    "frequencyType": "RECURRING",
                    "includedItems": [],
                    "billableSiteType": "ALL",
                    "sites": [],
                    "recurringContract": {
                        "contractId": contract_id,
                        "recurringMode": if terms.kind == "SERVICE" { "UPFRONT" } else { "ARREAR" },
                        "frequencyDurationUnit": "MONTH",
                        "frequencyInterval": 1,
                        "billingOffset": 0,
                        "nextBillDate": null,
                    },
                    "redeemableContract": null,
                    "perpetualContract": { "contractId": contract_id, "autoRenew": true },
                    "changes": [{
                        "changeId": ids.next().text(),
                        "effectiveDate": term.start.to_string(),
                        "endDate": term.end.map(|end| end.to_string()),
                        "quantity": terms.quantity.to_string(),
                        "quantityChangeOperation": "BASELINE",
                    }],
                    "project": null,
                    "blockItemsInfo": [],
                },
            },
            "startDate": term.start.to_string(),
            "endDate": term.end.map(|end| end.to_string()),
            "contractStatus": status,
        })
    }
}

/// When a contract runs, and the month whose figures it was signed on.
struct Term {
    month: usize,
    start: Date,
    end: Option<Date>,
}

/// What a contract says.
struct Terms {
    kind: &'static str,
    item: &'static str,
    price: i64,
    quantity: i64,
    description: &'static str,
}

impl Terms {
    fn of(client: &Client, month: usize) -> Self {
        let [user, device, flat, block, material] = CONTRACTED.map(|item| item.name);
        let price = client.unit_price(month);
        let (kind, item, price, quantity, description) = match client.agreement {
            Agreement::PerUser => {
                let users = client.seats(month);
                ("SERVICE", user, price, users, "Unlimited remote support per user and month")
            }
            Agreement::PerDevice => {
                let devices = client.devices(month);
                ("SERVICE", device, price, devices, "Monitoring, patching and support per device")
            }
            Agreement::Flat => {
                ("SERVICE", flat, price, 1, "All-in service for a fixed monthly fee")
            }
            Agreement::BlockHours => {
                let blocks = client.blocks();
                (
                    "USAGE",
                    block,
                    price * 10,
                    blocks,
                    "Prepaid hours each month, overage at list price",
                )
            }
            Agreement::TimeAndMaterial => {
                ("TIME_AND_MATERIAL", material, client.labour_rate, 1, "Hours as they come")
            }
        };
        Self { kind, item, price, quantity, description }
    }
}
