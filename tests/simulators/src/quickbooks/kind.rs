//! The entities of a company.

/// What an entity is, which decides how it is listed, deactivated and deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    /// A customer, vendor or employee: one name among all three.
    Party,
    /// Another list entry: deactivated, never deleted.
    List,
    /// A posting document: deleted or voided, never deactivated.
    Transaction,
    /// One object for the whole company.
    Singleton,
}

macro_rules! kinds {
    ($($kind:ident: $nature:ident,)*) => {
        /// An entity by its name in the API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Kind { $($kind,)* }

        impl Kind {
            /// Every entity.
            pub(crate) const ALL: &[Self] = &[$(Self::$kind,)*];

            /// `Invoice`, as bodies spell it.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }

            pub(crate) const fn nature(self) -> Nature {
                match self { $(Self::$kind => Nature::$nature,)* }
            }
        }
    };
}

kinds! {
    Account: List,
    Bill: Transaction,
    BillPayment: Transaction,
    Class: List,
    CompanyInfo: Singleton,
    CreditMemo: Transaction,
    Customer: Party,
    Department: List,
    Deposit: Transaction,
    Employee: Party,
    Estimate: Transaction,
    Invoice: Transaction,
    Item: List,
    JournalEntry: Transaction,
    Payment: Transaction,
    PaymentMethod: List,
    Preferences: Singleton,
    Purchase: Transaction,
    PurchaseOrder: Transaction,
    RefundReceipt: Transaction,
    SalesReceipt: Transaction,
    TaxAgency: List,
    TaxCode: List,
    TaxRate: List,
    Term: List,
    TimeActivity: Transaction,
    Transfer: Transaction,
    Vendor: Party,
    VendorCredit: Transaction,
}

impl Kind {
    /// The entity called `name` in any case: paths are lower-case, queries mixed.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// Whether the simulator takes writes of this entity; the others are there to be read.
    pub(crate) const fn is_writable(self) -> bool {
        matches!(
            self,
            Self::Account
                | Self::Bill
                | Self::CreditMemo
                | Self::Customer
                | Self::Employee
                | Self::Estimate
                | Self::Invoice
                | Self::Item
                | Self::Payment
                | Self::Purchase
                | Self::SalesReceipt
                | Self::Vendor
        )
    }

    /// Whether rows carry `Active` and are hidden once it is false.
    pub(crate) const fn can_be_inactive(self) -> bool {
        matches!(self.nature(), Nature::Party | Nature::List)
    }

    /// Whether the document is a sales form whose total is counted from its lines and tax.
    pub(crate) const fn is_sales_form(self) -> bool {
        matches!(self, Self::CreditMemo | Self::Estimate | Self::Invoice | Self::SalesReceipt)
    }
}
