//! What TechWave pays: bills for what it sells, subcontractors, overhead, and card purchases.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::books::{Books, Ref, Stamp, dollars};
use super::calendar::{Calendar, shift_days, working_day};
use super::catalog::{self, Item};
use super::chart::Chart;
use super::clients::Client;
use super::customers::Customer;
use super::invoice::quantity;
use super::sales::Sold;
use crate::money;
use crate::random::Random;

/// What buying draws on.
pub(super) struct Costs<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) chart: &'a Chart,
    pub(super) clients: &'a [Client],
    pub(super) customers: &'a [Option<Customer>],
}

/// Who delivers what; the last four deliver services and overhead.
const VENDORS: [&str; 12] = [
    "Pax8 Cloud Marketplace",
    "Sentinel Security Distribution",
    "Datto Backup Services",
    "Ingram Micro",
    "TD SYNNEX",
    "Dell Technologies",
    "B&H Photo & Video",
    "Rainier Cabling, LLC",
    "Puget Sound Properties",
    "Cascade Mutual Insurance",
    "Lumen Fiber",
    "Brightwork Contractors",
];

/// Clients on one licence bill at most.
const CLIENTS_PER_BILL: usize = 6;

struct Line {
    amount: i64,
    customer: Option<Ref>,
    what: What,
}

enum What {
    Item { item: Item, quantity: i64, cost: i64 },
    Account { account: &'static str, text: &'static str },
}

impl Costs<'_> {
    pub(super) fn enter(&self, goods: &[Sold], books: &mut Books<'_>, random: &Random) {
        let vendors = VENDORS.map(|name| vendor(books, name));
        let mut random = random.fork(1);
        for (month, first) in self.calendar.months().iter().enumerate() {
            let sold: Vec<&Sold> = goods.iter().filter(|sold| sold.month == month).collect();
            let mut desk = Buying {
                costs: self,
                vendors: &vendors,
                books,
                random: &mut random,
                month,
                first: *first,
            };
            desk.licences(&sold);
            desk.hardware(&sold);
            desk.subcontractors();
            desk.overhead();
            desk.card();
        }
    }
}

/// One month of buying.
struct Buying<'a, 'b> {
    costs: &'a Costs<'a>,
    vendors: &'a [Ref; VENDORS.len()],
    books: &'a mut Books<'b>,
    random: &'a mut Random,
    month: usize,
    first: Date,
}

impl Buying<'_, '_> {
    /// Distributors bill several clients at once; some seats cost although nobody is billed for them.
    fn licences(&mut self, sold: &[&Sold]) {
        let [cloud, security, backup, ..] = self.vendors;
        let sources = [
            (cloud, vec![catalog::OFFICE.name, catalog::MAIL_FILTER.name]),
            (security, vec![catalog::ENDPOINT.name]),
            (backup, vec![catalog::BACKUP.name]),
        ];
        for (vendor, items) in sources {
            let ours: Vec<_> = sold.iter().filter(|sold| items.contains(&sold.item.name)).collect();
            for chunk in ours.chunks(CLIENTS_PER_BILL * items.len()) {
                let day = shift_days(self.first, self.random.between(1, 6));
                let lines = chunk.iter().map(|sold| {
                    let unused = if self.random.chance(60) { self.random.between(1, 4) } else { 0 };
                    delivered(sold, sold.quantity + unused)
                });
                let lines: Vec<_> = lines.collect();
                self.bill(vendor, day, &lines);
            }
        }
    }

    /// Each delivery of hardware is a bill of its own, or one for several clients.
    fn hardware(&mut self, sold: &[&Sold]) {
        let [_, _, _, distributors @ .., _, _, _, _, _] = self.vendors;
        let ours: Vec<_> = sold.iter().filter(|sold| stocked(&sold.item)).collect();
        for chunk in ours.chunks(2) {
            let Some(day) = chunk.iter().map(|sold| sold.day).min() else {
                continue;
            };
            let day = shift_days(day, -self.random.between(0, 3)).max(self.costs.calendar.start());
            let vendor = self.random.pick(distributors);
            let lines = chunk.iter().map(|sold| delivered(sold, sold.quantity));
            self.bill(vendor, day, &lines.collect::<Vec<_>>());
        }
    }

    fn subcontractors(&mut self) {
        let [.., cabling, _, _, _, contractors] = self.vendors;
        for _ in 0..self.share(20) {
            let amount = self.random.between(180, 2_400) * 100 + self.random.between(0, 99);
            let customer = self.someone();
            let vendor = if self.random.chance(500) { cabling } else { contractors };
            let what = What::Account { account: "Subcontractors", text: "Cabling & on-site help" };
            let mut lines = vec![Line { amount, customer, what }];
            if self.random.chance(300) {
                let what = What::Account { account: "Travel & Fuel", text: "Travel" };
                lines.push(Line {
                    amount: self.random.between(20, 140) * 100,
                    customer: None,
                    what,
                });
            }
            let day = working_day(self.first, self.random);
            self.bill(vendor, day, &lines);
        }
    }

    /// What no client causes.
    fn overhead(&mut self) {
        let [.., landlord, insurer, carrier, _] = self.vendors;
        let rent = What::Account { account: "Rent & Lease", text: "Office rent" };
        self.bill(landlord, self.first, &[overhead(640_000, rent)]);
        let line = What::Account { account: "Telecom & Internet", text: "Fiber 1 Gbit/s" };
        self.bill(carrier, shift_days(self.first, 9), &[overhead(64_985, line)]);
        if self.month.is_multiple_of(3) {
            let policy = What::Account { account: "Insurance", text: "Cyber & liability premium" };
            self.bill(insurer, shift_days(self.first, 4), &[overhead(411_250, policy)]);
        }
    }

    /// Card purchases: tools and small things, some for a client, some returned.
    fn card(&mut self) {
        for number in 0..self.share(3) {
            let (account, text, low, high) = *self.random.pick(&[
                ("Software & Subscriptions", "RMM & documentation tools", 4_900, 89_900),
                ("Travel & Fuel", "Fuel", 2_500, 9_500),
                ("Meals & Entertainment", "Lunch with a client", 1_800, 16_000),
                ("Office Supplies", "Supplies", 900, 24_000),
                ("Cost of Goods Sold", "Cables, adapters & parts", 1_200, 38_000),
                ("Cost of Goods Sold", "Replacement drive", 6_500, 31_000),
            ]);
            let amount = self.random.between(low, high);
            let for_client = account == "Cost of Goods Sold" || self.random.chance(80);
            let customer = if for_client { self.someone() } else { None };
            // Something goes back to the shop every third month.
            let refund = number == 0 && self.month % 3 == 1;
            let line = Line { amount, customer, what: What::Account { account, text } };
            let day = working_day(self.first, self.random);
            self.purchase(day, &line, refund);
        }
    }

    /// One in so many clients, at least one.
    fn share(&self, part: usize) -> usize {
        (self.costs.clients.len() / part).max(1)
    }

    /// A client served in the month.
    fn someone(&mut self) -> Option<Ref> {
        let pairs = self.costs.clients.iter().zip(self.costs.customers);
        let served = pairs.filter(|(client, _)| client.is_served(self.month));
        let customers: Vec<_> = served.filter_map(|(_, customer)| customer.as_ref()).collect();
        (!customers.is_empty()).then(|| self.random.pick(&customers).main.clone())
    }

    fn bill(&mut self, vendor: &Ref, day: Date, lines: &[Line]) {
        let id = self.books.next_id();
        let total: i64 = lines.iter().map(|line| line.amount).sum();
        let due = shift_days(day, 30);
        let paid = shift_days(due, -2);
        let mut stamp = Stamp::new(day);
        let mut settled = Vec::new();
        if paid <= self.costs.calendar.end() {
            let payment = self.pay(vendor, paid, &id, total);
            settled.push(json!({ "TxnId": payment, "TxnType": "BillPaymentCheck" }));
            stamp.touch(paid);
        }
        let balance = if settled.is_empty() { total } else { 0 };
        let object = json!({
            "DocNumber": format!("{}-{id}", day.strftime("%y%m")),
            "TxnDate": day.to_string(),
            "DueDate": due.to_string(),
            "CurrencyRef": dollars(),
            "VendorRef": vendor.json(),
            "APAccountRef": self.costs.chart.account("Accounts Payable (A/P)"),
            "Line": self.lines(lines),
            "TotalAmt": money::number(total),
            "Balance": money::number(balance),
            "LinkedTxn": settled,
        });
        self.books.put("Bill", &id, stamp, object);
    }

    fn pay(&mut self, vendor: &Ref, day: Date, bill: &str, total: i64) -> String {
        let id = self.books.next_id();
        let object = json!({
            "TxnDate": day.to_string(),
            "CurrencyRef": dollars(),
            "VendorRef": vendor.json(),
            "PayType": "Check",
            "CheckPayment": {
                "BankAccountRef": self.costs.chart.account("Checking"),
                "PrintStatus": "NeedToPrint",
            },
            "TotalAmt": money::number(total),
            "Line": [{ "Amount": money::number(total), "LinkedTxn": [{ "TxnId": bill, "TxnType": "Bill" }] }],
        });
        self.books.put("BillPayment", &id, Stamp::new(day), object);
        id
    }

    fn purchase(&mut self, day: Date, line: &Line, refund: bool) {
        let id = self.books.next_id();
        let seller = self.vendors.get(6).map_or(
            Value::Null,
            |vendor| json!({ "value": vendor.id, "name": vendor.name, "type": "Vendor" }),
        );
        let object = json!({
            "TxnDate": day.to_string(),
            "CurrencyRef": dollars(),
            "PaymentType": "CreditCard",
            "AccountRef": self.costs.chart.account("Business Visa"),
            "EntityRef": seller,
            "Credit": refund,
            "Line": self.lines(std::slice::from_ref(line)),
            "TotalAmt": money::number(line.amount),
            "PrintStatus": "NotSet",
        });
        self.books.put("Purchase", &id, Stamp::new(day), object);
    }

    fn lines(&self, lines: &[Line]) -> Vec<Value> {
        let numbered = lines.iter().zip(1..);
        numbered.map(|(line, number)| line.json(number, self.costs.chart)).collect()
    }
}

impl Line {
    fn json(&self, number: i64, chart: &Chart) -> Value {
        let (kind, text, mut detail) = match &self.what {
            What::Item { item, quantity: count, cost } => {
                let detail = json!({
                    "ItemRef": chart.item(item.name),
                    "Qty": quantity(count * 100),
                    "UnitPrice": money::number(*cost),
                });
                ("ItemBasedExpenseLineDetail", item.name, detail)
            }
            What::Account { account, text } => {
                let detail = json!({ "AccountRef": chart.account(account) });
                ("AccountBasedExpenseLineDetail", *text, detail)
            }
        };
        if let Some(fields) = detail.as_object_mut() {
            fields.insert("BillableStatus".to_owned(), json!("NotBillable"));
            fields.insert("TaxCodeRef".to_owned(), json!({ "value": "NON" }));
            if let Some(customer) = &self.customer {
                fields.insert("CustomerRef".to_owned(), customer.json());
            }
        }
        json!({
            "Id": number.to_string(),
            "LineNum": number,
            "Description": text,
            "Amount": money::number(self.amount),
            "DetailType": kind,
            kind: detail,
        })
    }
}

fn delivered(sold: &Sold, quantity: i64) -> Line {
    let cost = sold.item.cost.unwrap_or(0);
    let what = What::Item { item: sold.item, quantity, cost };
    Line { amount: quantity * cost, customer: Some(sold.customer.clone()), what }
}

fn overhead(amount: i64, what: What) -> Line {
    Line { amount, customer: None, what }
}

fn stocked(item: &Item) -> bool {
    item.kind == catalog::Kind::Hardware
}

fn vendor(books: &mut Books<'_>, name: &str) -> Ref {
    let object = json!({
        "DisplayName": name,
        "CompanyName": name,
        "PrintOnCheckName": name,
        "Active": true,
        "Vendor1099": false,
        "Balance": 0,
        "CurrencyRef": dollars(),
    });
    books.found("Vendor", name, object)
}
