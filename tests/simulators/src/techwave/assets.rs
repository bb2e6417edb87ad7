//! The devices that the agents on them report: what each client has, next to what it pays for.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::accounts::Account;
use super::calendar::{Calendar, shift_days};
use super::clients::Client;
use super::ids::{Id, Ids};
use crate::random::Random;

/// Whose devices there are.
pub(super) struct Fleet<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) clients: &'a [Client],
}

/// Machines in TechWave's storeroom, which are nobody's.
const SPARE: i64 = 3;

/// What is on desks: manufacturer, model, category, family, version.
const DESKTOPS: [Model; 5] = [
    ("Dell Inc.", "OptiPlex 7010", "Desktop", "Windows", "Microsoft Windows 11 Pro"),
    ("Dell Inc.", "Latitude 5440", "Laptop", "Windows", "Microsoft Windows 11 Pro"),
    ("Lenovo", "ThinkPad T14 Gen 4", "Laptop", "Windows", "Microsoft Windows 11 Pro"),
    ("HP", "EliteDesk 800 G6", "Desktop", "Windows", "Microsoft Windows 10 Pro"),
    ("Apple Inc.", "MacBookPro18,3", "Laptop", "Mac", "macOS 15.1"),
];

const SERVERS: [Model; 2] = [
    ("Dell Inc.", "PowerEdge T350", "Server", "Windows", "Microsoft Windows Server 2022 Standard"),
    ("HPE", "ProLiant ML350 Gen10", "Server", "Windows", "Microsoft Windows Server 2019 Standard"),
];

type Model = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// A device and whose it is.
struct Device<'a> {
    id: Id,
    number: i64,
    is_server: bool,
    owner: Option<(&'a Client, &'a Account)>,
}

impl Fleet<'_> {
    /// The `Asset` objects: of each client that is still served as many devices as in the last
    /// month, for every fifth some more than that, which nobody has told the books; then the spare
    /// ones.
    pub(super) fn assets(
        &self,
        accounts: &[Option<Account>],
        ids: &mut Ids,
        random: &Random,
    ) -> Vec<Value> {
        let mut random = random.fork(1);
        let month = self.calendar.months().len().saturating_sub(1);
        let mut assets = Vec::new();
        for (client, account) in self.clients.iter().zip(accounts) {
            let Some(account) = account.as_ref().filter(|_| client.is_served(month)) else {
                continue;
            };
            let untold = if client.number % 5 == 2 { random.between(1, 4) } else { 0 };
            for number in 1..=client.devices(month) + untold {
                let is_server = number <= client.servers();
                let owner = Some((client, account));
                let device = Device { id: ids.next(), number, is_server, owner };
                assets.push(device.object(self.calendar.end(), &mut random));
            }
        }
        for number in 1..=if assets.is_empty() { 0 } else { SPARE } {
            let device = Device { id: ids.next(), number, is_server: false, owner: None };
            assets.push(device.object(self.calendar.end(), &mut random));
        }
        assets
    }
}

impl Device<'_> {
    /// The `Asset` object, as it stood on the last day.
    fn object(&self, end: Date, random: &mut Random) -> Value {
        let models = if self.is_server { SERVERS.as_slice() } else { DESKTOPS.as_slice() };
        let (manufacturer, model, category, family, version) = *random.pick(models);
        let name = self.name(category);
        let bought = shift_days(end, -random.between(30, 1_700));
        let online = self.is_server || random.chance(700);
        let silent = if online { 0 } else { random.between(1, 40) };
        let seen = format!(
            "{}T{:02}:{:02}:00",
            shift_days(end, -silent),
            random.below(24),
            random.below(60)
        );
        json!({
            "assetId": self.id.text(),
            "name": name,
            "assetClass": { "classId": "4610000000000000161", "name": if self.is_server { "Windows Server" } else { "Workstation" } },
            "client": self.client(),
            "site": self.site(),
            "requester": self.requester(random),
            "primaryMac": mac(random),
            "loggedInUser": (!self.is_server && online).then(|| format!("user{:03}", self.number)),
            "serialNumber": format!("SN{:08}", random.below(100_000_000)),
            "manufacturer": manufacturer,
            "model": model,
            "hostName": name,
            "publicIp": format!("203.0.113.{}", random.between(1, 254)),
            "gateway": "192.168.1.1",
            "platform": version,
            "domain": self.owner.map_or("WORKGROUP", |(client, _)| client.profile.domain.as_str()),
            "status": if online { "ONLINE" } else { "OFFLINE" },
            "sysUptime": random.between(600, 2_000_000).to_string(),
            "lastCommunicatedTime": seen,
            "agentVersion": "4.2.1",
            "platformFamily": family,
            "platformCategory": category,
            "platformVersion": version,
            "patchStatus": if random.chance(850) { "Fully patched" } else { "Missing patches" },
            "warrantyExpiryDate": shift_days(bought, 3 * 365).to_string(),
            "purchasedDate": bought.to_string(),
            "customFields": null,
            "lastReportedTime": seen,
            "deviceCategory": { "deviceCategoryId": "4610000000000000162", "name": category },
        })
    }

    fn name(&self, category: &str) -> String {
        let kind = if self.is_server {
            "SRV"
        } else if category == "Laptop" {
            "LT"
        } else {
            "PC"
        };
        match self.owner {
            Some((client, _)) => format!("C{:02}-{kind}-{:03}", client.number + 1, self.number),
            None => format!("SPARE-{kind}-{:03}", self.number),
        }
    }

    /// Servers name their client by an unquoted number, spare machines name nobody.
    fn client(&self) -> Value {
        match self.owner {
            Some((client, account)) => {
                let id =
                    if self.is_server { account.id.number() } else { json!(account.id.text()) };
                json!({ "accountId": id, "name": client.profile.desk })
            }
            None => json!({ "accountId": null, "name": null }),
        }
    }

    fn site(&self) -> Value {
        match self.owner {
            Some((_, account)) => json!({ "id": account.site.text(), "name": "Headquarters" }),
            None => json!({ "id": null, "name": null }),
        }
    }

    fn requester(&self, random: &mut Random) -> Value {
        match self.owner {
            Some((_, account)) if !self.is_server && !account.contacts.is_empty() => {
                random.pick(&account.contacts).reference()
            }
            _ => json!({ "userId": null, "name": null }),
        }
    }
}

/// A hardware address among those that anybody may give out locally.
fn mac(random: &mut Random) -> String {
    let bytes: Vec<String> = (0..5).map(|_| format!("{:02X}", random.below(256))).collect();
    format!("02:{}", bytes.join(":"))
}
