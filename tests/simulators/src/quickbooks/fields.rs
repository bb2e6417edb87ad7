//! The top-level properties QuickBooks knows on each entity, from the published `Finance.xsd`.
//!
//! A write with another property is refused (code 2010) and so is a query on one (code 4001).

mod later;

use later::{
    ITEM, JOURNAL_ENTRY, PAYMENT, PAYMENT_METHOD, PREFERENCES, PURCHASE, PURCHASE_ORDER,
    REFUND_RECEIPT, SALES_RECEIPT, TAX_AGENCY, TAX_CODE, TAX_RATE, TERM, TIME_ACTIVITY, TRANSFER,
    VENDOR, VENDOR_CREDIT,
};

use super::kind::Kind;

/// Whether `field` is a property of `kind`.
pub(crate) fn is_known(kind: Kind, field: &str) -> bool {
    let (shared, own) = properties(kind);
    BASE.contains(&field)
        || shared.iter().any(|group| group.contains(&field))
        || own.contains(&field)
}

/// How many properties `kind` has, as the fault for an unknown one tells.
pub(crate) fn count(kind: Kind) -> usize {
    let (shared, own) = properties(kind);
    BASE.len() + shared.iter().map(|group| group.len()).sum::<usize>() + own.len()
}

type Groups = (&'static [&'static [&'static str]], &'static [&'static str]);

const fn properties(kind: Kind) -> Groups {
    match kind {
        Kind::Account => (&[], ACCOUNT),
        Kind::Bill => (&[TRANSACTION, PURCHASE_BY_VENDOR], BILL),
        Kind::BillPayment => (&[TRANSACTION], BILL_PAYMENT),
        Kind::Class => (&[], CLASS),
        Kind::CompanyInfo => (&[], COMPANY_INFO),
        Kind::CreditMemo => (&[TRANSACTION, SALES], CREDIT_MEMO),
        Kind::Customer => (&[NAME], CUSTOMER),
        Kind::Department => (&[], DEPARTMENT),
        Kind::Deposit => (&[TRANSACTION], DEPOSIT),
        Kind::Employee => (&[NAME], EMPLOYEE),
        Kind::Estimate => (&[TRANSACTION, SALES], ESTIMATE),
        Kind::Invoice => (&[TRANSACTION, SALES], INVOICE),
        Kind::Item => (&[], ITEM),
        Kind::JournalEntry => (&[TRANSACTION], JOURNAL_ENTRY),
        Kind::Payment => (&[TRANSACTION], PAYMENT),
        Kind::PaymentMethod => (&[], PAYMENT_METHOD),
        Kind::Preferences => (&[], PREFERENCES),
        Kind::Purchase => (&[TRANSACTION], PURCHASE),
        Kind::PurchaseOrder => (&[TRANSACTION, PURCHASE_BY_VENDOR], PURCHASE_ORDER),
        Kind::RefundReceipt => (&[TRANSACTION, SALES], REFUND_RECEIPT),
        Kind::SalesReceipt => (&[TRANSACTION, SALES], SALES_RECEIPT),
        Kind::TaxAgency => (&[NAME], TAX_AGENCY),
        Kind::TaxCode => (&[], TAX_CODE),
        Kind::TaxRate => (&[], TAX_RATE),
        Kind::Term => (&[], TERM),
        Kind::TimeActivity => (&[], TIME_ACTIVITY),
        Kind::Transfer => (&[TRANSACTION], TRANSFER),
        Kind::Vendor => (&[NAME], VENDOR),
        Kind::VendorCredit => (&[TRANSACTION, PURCHASE_BY_VENDOR], VENDOR_CREDIT),
    }
}

const BASE: &[&str] =
    &["Id", "SyncToken", "MetaData", "CustomField", "AttachableRef", "domain", "status", "sparse"];

const NAME: &[&str] = &[
    "IntuitId",
    "Organization",
    "Title",
    "GivenName",
    "MiddleName",
    "FamilyName",
    "Suffix",
    "FullyQualifiedName",
    "CompanyName",
    "DisplayName",
    "PrintOnCheckName",
    "UserId",
    "Active",
    "V4IDPseudonym",
    "PrimaryPhone",
    "AlternatePhone",
    "Mobile",
    "Fax",
    "PrimaryEmailAddr",
    "WebAddr",
    "OtherContactInfo",
    "DefaultTaxCodeRef",
];

const TRANSACTION: &[&str] = &[
    "DocNumber",
    "TxnDate",
    "TxnSubType",
    "DepartmentRef",
    "CurrencyRef",
    "ExchangeRate",
    "PrivateNote",
    "TxnStatus",
    "LinkedTxn",
    "Line",
    "TxnTaxDetail",
    "TxnSource",
    "TaxFormType",
    "TaxFormNum",
    "TransactionLocationType",
    "Tag",
    "TxnApprovalInfo",
    "RecurDataRef",
    "RecurringInfo",
    "ProjectRef",
    "TotalCostAmount",
    "HomeTotalCostAmount",
];

const SALES: &[&str] = &[
    "AutoDocNumber",
    "CustomerRef",
    "CustomerMemo",
    "BillAddr",
    "ShipAddr",
    "FreeFormAddress",
    "ShipFromAddr",
    "RemitToRef",
    "ClassRef",
    "SalesTermRef",
    "DueDate",
    "SalesRepRef",
    "PONumber",
    "FOB",
    "ShipMethodRef",
    "ShipDate",
    "TrackingNum",
    "GlobalTaxCalculation",
    "TotalAmt",
    "HomeTotalAmt",
    "ApplyTaxAfterDiscount",
    "ShippingTaxIncludedInTotalTax",
    "TemplateRef",
    "PrintStatus",
    "EmailStatus",
    "BillEmail",
    "BillEmailCc",
    "BillEmailBcc",
    "ARAccountRef",
    "Balance",
    "HomeBalance",
    "FinanceCharge",
    "PaymentMethodRef",
    "PaymentRefNum",
    "PaymentType",
    "CheckPayment",
    "CreditCardPayment",
    "DepositToAccountRef",
    "DeliveryInfo",
    "DiscountRate",
    "DiscountAmt",
    "GovtTxnRefIdentifier",
    "TaxExemptionRef",
];

const PURCHASE_BY_VENDOR: &[&str] = &[
    "VendorRef",
    "APAccountRef",
    "TotalAmt",
    "BillEmail",
    "ReplyEmail",
    "Memo",
    "GlobalTaxCalculation",
];

const ACCOUNT: &[&str] = &[
    "Name",
    "SubAccount",
    "ParentRef",
    "Description",
    "FullyQualifiedName",
    "AccountAlias",
    "TxnLocationType",
    "Active",
    "Classification",
    "AccountType",
    "AccountSubType",
    "AccountPurposes",
    "AcctNum",
    "AcctNumExtn",
    "BankNum",
    "OpeningBalance",
    "OpeningBalanceDate",
    "CurrentBalance",
    "CurrentBalanceWithSubAccounts",
    "CurrencyRef",
    "TaxAccount",
    "TaxCodeRef",
    "OnlineBankingEnabled",
    "FIName",
    "JournalCodeRef",
    "AccountEx",
];

const BILL: &[&str] = &[
    "PayerRef",
    "SalesTermRef",
    "DueDate",
    "RemitToAddr",
    "ShipAddr",
    "VendorAddr",
    "Balance",
    "HomeBalance",
    "BillEx",
    "LessCIS",
    "IncludeInAnnualTPAR",
];

const BILL_PAYMENT: &[&str] = &[
    "VendorRef",
    "VendorAddr",
    "APAccountRef",
    "PayType",
    "CheckPayment",
    "CreditCardPayment",
    "TotalAmt",
    "BillPaymentEx",
];

const CLASS: &[&str] =
    &["Name", "SubClass", "ParentRef", "FullyQualifiedName", "Active", "ClassEx"];

const COMPANY_INFO: &[&str] = &[
    "CompanyName",
    "LegalName",
    "CompanyAddr",
    "CustomerCommunicationAddr",
    "LegalAddr",
    "CompanyEmailAddr",
    "CustomerCommunicationEmailAddr",
    "CompanyURL",
    "PrimaryPhone",
    "OtherContactInfo",
    "CompanyFileName",
    "FlavorStratum",
    "SampleFile",
    "CompanyUserId",
    "CompanyUserAdminEmail",
    "CompanyStartDate",
    "EmployerId",
    "FiscalYearStartMonth",
    "TaxYearStartMonth",
    "QBVersion",
    "Country",
    "ShipAddr",
    "OtherAddr",
    "Mobile",
    "Fax",
    "Email",
    "WebAddr",
    "LastImportedTime",
    "LastSyncTime",
    "SupportedLanguages",
    "DefaultTimeZone",
    "MultiByteCharsSupported",
    "NameValue",
    "FifoCalculationStatus",
    "CompanyInfoEx",
];

const CREDIT_MEMO: &[&str] = &["RemainingCredit", "InvoiceRef", "CreditMemoEx"];

const CUSTOMER: &[&str] = &[
    "Taxable",
    "BillAddr",
    "ShipAddr",
    "OtherAddr",
    "ContactName",
    "AltContactName",
    "Notes",
    "Job",
    "BillWithParent",
    "RootCustomerRef",
    "ParentRef",
    "Level",
    "CustomerTypeRef",
    "SalesTermRef",
    "SalesRepRef",
    "TaxGroupCodeRef",
    "TaxRateRef",
    "PaymentMethodRef",
    "CCDetail",
    "PriceLevelRef",
    "Balance",
    "OpenBalanceDate",
    "BalanceWithJobs",
    "CreditLimit",
    "AcctNum",
    "CurrencyRef",
    "OverDueBalance",
    "TotalRevenue",
    "TotalExpense",
    "PreferredDeliveryMethod",
    "ResaleNum",
    "JobInfo",
    "TDSEnabled",
    "CustomerEx",
    "SecondaryTaxIdentifier",
    "ARAccountRef",
    "PrimaryTaxIdentifier",
    "TaxExemptionReasonId",
    "IsProject",
    "BusinessNumber",
    "GSTIN",
    "GSTRegistrationType",
    "IsCISContractor",
    "ClientCompanyId",
    "ClientEntityId",
    "Source",
    "TaxRegime",
];

const DEPARTMENT: &[&str] = &[
    "Name",
    "SubDepartment",
    "ParentRef",
    "FullyQualifiedName",
    "Active",
    "DepartmentEx",
    "Address",
];

const DEPOSIT: &[&str] = &[
    "DepositToAccountRef",
    "CashBack",
    "GlobalTaxCalculation",
    "TotalAmt",
    "HomeTotalAmt",
    "DepositEx",
];

const EMPLOYEE: &[&str] = &[
    "EmployeeType",
    "EmployeeNumber",
    "SSN",
    "PrimaryAddr",
    "OtherAddr",
    "BillableTime",
    "BillRate",
    "BirthDate",
    "Gender",
    "HiredDate",
    "ReleasedDate",
    "UseTimeEntry",
    "EmployeeEx",
    "CostRate",
    "Notes",
];

const ESTIMATE: &[&str] = &["ExpirationDate", "AcceptedBy", "AcceptedDate", "EstimateEx"];

const INVOICE: &[&str] = &[
    "Deposit",
    "AllowIPNPayment",
    "AllowOnlinePayment",
    "AllowOnlineCreditCardPayment",
    "AllowOnlineACHPayment",
    "AllowOnlinePayPalPayment",
    "AllowOnlineAffirmPayment",
    "EInvoiceStatus",
    "ECloudStatusTimeStamp",
    "CfdiUse",
    "Exportation",
    "GlobalInfo",
    "invoiceStatus",
    "callToAction",
    "invoiceStatusLog",
    "InvoiceEx",
    "LessCIS",
    "InvoiceLink",
    "PaymentDetailsMessage",
    "ConvenienceFeeDetail",
    "EnabledSurchargeInfo",
    "InvoiceLinkSecurityCode",
    "InvoiceLinkExpiryDate",
    "AutoPayEligible",
    "SchedulePayEligible",
    "ScheduledPaymentId",
    "GratuityEnabled",
    "FinancingProductType",
    "SubscriptionPaymentsSetting",
    "TxnRetainageDetail",
];
