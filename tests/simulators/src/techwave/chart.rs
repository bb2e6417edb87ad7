//! The fixed part of the books: company, accounts, items, terms, taxes.

use serde_json::{Value, json};

use super::books::{Books, Ref, dollars};
use super::catalog::{self, Item, Kind};
use crate::money;

/// The company behind the books.
pub(super) const COMPANY: &str = "TechWave MSP";

/// What the transactions refer to.
pub(super) struct Chart {
    accounts: Vec<Ref>,
    items: Vec<(Item, Ref)>,
    pub(super) bundle: Ref,
    terms: Vec<(i64, Ref)>,
    pub(super) tax_code: Ref,
    pub(super) tax_rate: Ref,
}

/// Name, type, subtype, classification.
type Account = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ACCOUNTS: [Account; 22] = [
    ("Checking", "Bank", "Checking", "Asset"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable", "Asset"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds", "Asset"),
    ("Inventory Asset", "Other Current Asset", "Inventory", "Asset"),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable", "Liability"),
    ("Business Visa", "Credit Card", "CreditCard", "Liability"),
    ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable", "Liability"),
    ("Managed Services Income", "Income", "ServiceFeeIncome", "Revenue"),
    ("Labor Income", "Income", "ServiceFeeIncome", "Revenue"),
    ("Product Sales", "Income", "SalesOfProductIncome", "Revenue"),
    ("Discounts given", "Income", "DiscountsRefundsGiven", "Revenue"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs", "Expense"),
    ("Cost of Licenses", "Cost of Goods Sold", "OtherCostsOfServiceCos", "Expense"),
    ("Subcontractors", "Cost of Goods Sold", "CostOfLaborCos", "Expense"),
    ("Rent & Lease", "Expense", "RentOrLeaseOfBuildings", "Expense"),
    ("Insurance", "Expense", "Insurance", "Expense"),
    ("Telecom & Internet", "Expense", "Utilities", "Expense"),
    ("Software & Subscriptions", "Expense", "DuesSubscriptions", "Expense"),
    ("Travel & Fuel", "Expense", "Travel", "Expense"),
    ("Meals & Entertainment", "Expense", "TravelMeals", "Expense"),
    ("Office Supplies", "Expense", "OfficeGeneralAdministrativeExpenses", "Expense"),
    ("Legal & Professional", "Expense", "LegalProfessionalFees", "Expense"),
];

impl Chart {
    pub(super) fn set_up(books: &mut Books<'_>) -> Self {
        company(books);
        let accounts = ACCOUNTS.map(|account| open_account(books, account)).to_vec();
        let find = |name: &str| reference(&accounts, name);
        let items = catalog::items();
        let items: Vec<_> = items.map(|item| (item, offer(books, &item, &find))).collect();
        let bundle = bundle(books, &items);
        let terms = [15, 30, 45].map(|days| {
            let name = format!("Net {days}");
            let term = json!({ "Name": name, "Active": true, "Type": "STANDARD", "DueDays": days, "DiscountDays": 0 });
            (days, books.found("Term", &name, term))
        });
        let (tax_code, tax_rate) = taxes(books);
        for name in ["Check", "ACH", "Credit Card"] {
            let kind = if name == "Credit Card" { "CREDIT_CARD" } else { "NON_CREDIT_CARD" };
            books.found(
                "PaymentMethod",
                name,
                json!({ "Name": name, "Active": true, "Type": kind }),
            );
        }
        Self { accounts, items, bundle, terms: terms.to_vec(), tax_code, tax_rate }
    }

    /// Reference to an account by name.
    pub(super) fn account(&self, name: &str) -> Value {
        reference(&self.accounts, name)
    }

    /// Reference to an item by name.
    pub(super) fn item(&self, name: &str) -> Value {
        let found = self.items.iter().find(|(item, _)| item.name == name);
        found.map_or(Value::Null, |(_, reference)| reference.json())
    }

    /// Reference to the terms with this many days.
    pub(super) fn terms(&self, days: i64) -> Value {
        let found = self.terms.iter().find(|(term, _)| *term == days);
        found.map_or(Value::Null, |(_, reference)| json!({ "value": reference.id }))
    }
}

fn reference(among: &[Ref], name: &str) -> Value {
    let found = among.iter().find(|candidate| candidate.name == name);
    found.map_or(Value::Null, Ref::json)
}

fn company(books: &mut Books<'_>) {
    let address = json!({ "Line1": "500 Union St", "City": "Seattle", "CountrySubDivisionCode": "WA", "PostalCode": "98101", "Country": "US" });
    let object = json!({
        "CompanyName": COMPANY,
        "LegalName": "TechWave Managed Services, Inc.",
        "CompanyAddr": address,
        "Country": "US",
        "FiscalYearStartMonth": "January",
        "CompanyStartDate": "2019-04-01",
        "Email": { "Address": "books@techwave.example.com" },
        "SupportedLanguages": "en",
        "NameValue": [{ "Name": "NeoEnabled", "Value": "true" }, { "Name": "IndustryType", "Value": "Computer Systems Design and Related Services" }],
    });
    // The first id handed out is 1, the id that CompanyInfo always has.
    books.found("CompanyInfo", COMPANY, object);
}

fn open_account(books: &mut Books<'_>, (name, kind, subtype, class): Account) -> Ref {
    let object = json!({
        "Name": name,
        "FullyQualifiedName": name,
        "SubAccount": false,
        "Active": true,
        "Classification": class,
        "AccountType": kind,
        "AccountSubType": subtype,
        "CurrentBalance": 0,
        "CurrentBalanceWithSubAccounts": 0,
        "CurrencyRef": dollars(),
    });
    books.found("Account", name, object)
}

fn offer(books: &mut Books<'_>, item: &Item, account: &dyn Fn(&str) -> Value) -> Ref {
    let income = match item.kind {
        Kind::Service if item.name.contains("Labor") => "Labor Income",
        Kind::Service => "Managed Services Income",
        Kind::Licence | Kind::Hardware => "Product Sales",
    };
    let mut object = json!({
        "Name": item.name,
        "FullyQualifiedName": item.name,
        "Description": item.name,
        "Active": true,
        "Taxable": item.kind != Kind::Service,
        "UnitPrice": money::number(item.price),
        "PurchaseCost": money::number(item.cost.unwrap_or(0)),
        "IncomeAccountRef": account(income),
        "TrackQtyOnHand": item.kind == Kind::Hardware,
        "Type": match item.kind {
            Kind::Service => "Service",
            Kind::Licence => "NonInventory",
            Kind::Hardware => "Inventory",
        },
    });
    if let (Some(fields), Some(_)) = (object.as_object_mut(), item.cost) {
        let expense =
            if item.kind == Kind::Hardware { "Cost of Goods Sold" } else { "Cost of Licenses" };
        fields.insert("ExpenseAccountRef".to_owned(), account(expense));
        fields.insert("PurchaseDesc".to_owned(), json!(item.name));
    }
    if let (Some(fields), Kind::Hardware) = (object.as_object_mut(), item.kind) {
        fields.insert("AssetAccountRef".to_owned(), account("Inventory Asset"));
        fields.insert("QtyOnHand".to_owned(), json!(0));
        fields.insert("InvStartDate".to_owned(), json!("2019-04-01"));
    }
    books.found("Item", item.name, object)
}

/// A group item: it has no price of its own, its parts have.
fn bundle(books: &mut Books<'_>, items: &[(Item, Ref)]) -> Ref {
    let name = "New User Bundle";
    let parts =
        items.iter().filter(|(item, _)| bundled().iter().any(|part| part.name == item.name));
    let parts: Vec<_> =
        parts.map(|(_, part)| json!({ "Qty": 1, "ItemRef": part.json() })).collect();
    let object = json!({
        "Name": name,
        "FullyQualifiedName": name,
        "Active": true,
        "Type": "Group",
        "PrintGroupedItems": true,
        "ItemGroupDetail": { "ItemGroupLine": parts },
    });
    books.found("Item", name, object)
}

/// What the bundle consists of.
pub(super) fn bundled() -> [Item; 3] {
    let [laptop, _, _, _, _, _, _, dock] = catalog::STOCK;
    let [_, onsite, _, _] = catalog::LABOUR_ITEMS;
    [laptop, dock, onsite]
}

fn taxes(books: &mut Books<'_>) -> (Ref, Ref) {
    let rate = json!({ "Name": "Local sales tax", "Active": true, "RateValue": 0, "SpecialTaxType": "NONE" });
    let rate = books.found("TaxRate", "Local sales tax", rate);
    let detail =
        json!({ "TaxRateRef": rate.json(), "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0 });
    let code = json!({
        "Name": "Local",
        "Description": "Sales tax of the place of delivery",
        "Active": true,
        "Taxable": true,
        "TaxGroup": true,
        "SalesTaxRateList": { "TaxRateDetail": [detail] },
    });
    (books.found("TaxCode", "Local", code), rate)
}
