//! Creating, updating, deactivating, deleting and voiding.

use axum::http::Method;
use serde_json::{Value, json};

use super::app::App;
use super::books::{company, invoice, sale};

#[tokio::test]
async fn a_new_object_gets_id_token_and_times() {
    let app = App::new(company()).await;
    let vendor = app.save("Vendor", &json!({ "DisplayName": "Paper Mill" })).await;
    assert_eq!((&vendor["Id"], &vendor["SyncToken"]), (&json!("5"), &json!("0")));
    let stamp = json!("2026-03-10T12:00:00-07:00");
    assert_eq!(vendor["MetaData"], json!({ "CreateTime": stamp, "LastUpdatedTime": stamp }));
    assert_eq!(app.read("Vendor", "5").await, vendor);
    let item = json!({ "Name": "Audit", "IncomeAccountRef": { "value": "1" } });
    assert_eq!(app.save("Item", &item).await["IncomeAccountRef"]["name"], "Services");
    let account = json!({ "Name": "Travel", "AccountType": "Expense" });
    assert_eq!(app.save("Account", &account).await["Classification"], "Expense");
}

#[tokio::test]
async fn every_answer_carries_intuits_headers() {
    let app = App::new(company()).await;
    let (good, bad) = (app.get("/customer/1").await, app.get("/customer/99").await);
    assert!(good.headers.contains_key("qbo-version"));
    assert_ne!(good.headers["intuit_tid"], bad.headers["intuit_tid"]);
}

#[tokio::test]
async fn what_is_required_must_be_there() {
    let app = App::new(company()).await;
    let line = sale("1", json!(1));
    for (path, body, missing) in [
        ("/customer", json!({}), "DisplayName"),
        ("/vendor", json!({ "CompanyName": "x" }), "DisplayName"),
        ("/item", json!({ "IncomeAccountRef": { "value": "1" } }), "Name"),
        ("/item", json!({ "Name": "x" }), "IncomeAccountRef"),
        ("/account", json!({ "AccountType": "Expense" }), "Name"),
        ("/invoice", json!({ "Line": [line] }), "CustomerRef"),
        ("/invoice", json!({ "CustomerRef": { "value": "1" } }), "Line"),
        ("/invoice", json!({ "CustomerRef": { "value": "1" }, "Line": [] }), "Line"),
        ("/payment", json!({ "CustomerRef": { "value": "1" } }), "TotalAmt"),
        ("/payment", json!({ "TotalAmt": 5 }), "CustomerRef"),
        ("/bill", json!({ "VendorRef": { "value": "4" } }), "Line"),
        ("/purchase", json!({ "AccountRef": { "value": "6" }, "Line": [] }), "PaymentType"),
        ("/customer", json!({ "Id": "1", "DisplayName": "x" }), "SyncToken"),
    ] {
        let answer = app.post(path, &body).await.refused("2020");
        assert_eq!(answer.body["Fault"]["Error"][0]["element"], missing, "{path}");
        assert_eq!(
            answer.detail(),
            format!("Required parameter {missing} is missing in the request")
        );
    }
}

#[tokio::test]
async fn a_name_may_be_made_of_its_parts() {
    let app = App::new(company()).await;
    let customer = app.save("Customer", &json!({ "GivenName": "Ann", "FamilyName": "Lee" })).await;
    assert_eq!(customer["DisplayName"], "Ann Lee");
}

#[tokio::test]
async fn customers_vendors_and_employees_share_their_names() {
    let app = App::new(company()).await;
    for (path, name) in
        [("/vendor", "acme"), ("/customer", "Cloud Supply"), ("/customer", "ZENITH")]
    {
        let answer = app.post(path, &json!({ "DisplayName": name })).await.refused("6240");
        assert_eq!(answer.body["Fault"]["Error"][0]["Message"], "Duplicate Name Exists Error");
    }
    let renamed = json!({ "Id": "3", "SyncToken": "0", "sparse": true, "DisplayName": "Acme" });
    app.post("/customer", &renamed).await.refused("6240");
    let same = json!({ "Id": "3", "SyncToken": "0", "sparse": true, "DisplayName": "Zenith" });
    app.save("Customer", &same).await;
}

#[tokio::test]
async fn document_numbers_are_given_and_may_not_repeat() {
    let app = App::new(company()).await;
    let first = app.save("Invoice", &invoice("1", json!(1))).await;
    assert_eq!(first["DocNumber"], "1001");
    let mut second = invoice("3", json!(1));
    second["DocNumber"] = json!("1001");
    let answer = app.post("/invoice", &second).await.refused("6140");
    assert!(
        answer.detail().ends_with("DocNumber=1001 is assigned to TxnType=Invoice with TxnId=1")
    );
    app.post("/invoice?include=allowduplicatedocnum", &second).await.ok();
    assert_eq!(app.save("CreditMemo", &invoice("1", json!(1))).await["DocNumber"], "1002");
}

#[tokio::test]
async fn references_must_lead_to_something_active() {
    let app = App::new(company()).await;
    app.post("/invoice", &invoice("99", json!(1))).await.refused("2500");
    let mut wrong_item = invoice("1", json!(1));
    wrong_item["Line"] = json!([sale("99", json!(1))]);
    let answer = app.post("/invoice", &wrong_item).await.refused("2500");
    assert_eq!(answer.detail(), "Invalid Reference Id : Items element id 99 not found");
    app.save("Customer", &json!({ "Id": "3", "SyncToken": "0", "sparse": true, "Active": false }))
        .await;
    app.post("/invoice", &invoice("3", json!(1))).await.refused("610");
}

#[tokio::test]
async fn unknown_properties_and_broken_json_are_refused() {
    let app = App::new(company()).await;
    let answer =
        app.post("/customer", &json!({ "DisplayName": "x", "Shoe": 43 })).await.refused("2010");
    assert!(answer.detail().contains("Unrecognized field \"Shoe\""));
    for body in ["{", "", "[]", "\"x\""] {
        app.call(Method::POST, "/customer", "application/json", body).await.refused("2010");
    }
}

#[tokio::test]
async fn what_callers_cannot_write_is_dropped() {
    let app = App::new(company()).await;
    let body = json!({
        "Id": "", "DisplayName": "New", "Balance": 99, "FullyQualifiedName": "x", "Level": 4, "Notes": "", "Fax": null,
    });
    let made = app.save("Customer", &body).await;
    assert_eq!((&made["Balance"], &made["FullyQualifiedName"]), (&json!(0), &json!("New")));
    assert!(["Level", "Notes", "Fax"].iter().all(|field| made.get(field).is_none()));
    let mut paid = invoice("1", 10);
    paid["LinkedTxn"] = json!([{ "TxnId": "1", "TxnType": "Payment" }]);
    paid["Balance"] = json!(0);
    assert_eq!(app.save("Invoice", &paid).await["Balance"].to_string(), "10.0");
}

#[tokio::test]
async fn dates_must_be_dates() {
    let app = App::new(company()).await;
    for field in ["TxnDate", "DueDate"] {
        let mut odd = invoice("1", 1);
        odd[field] = json!("2026-02-30");
        app.post("/invoice", &odd).await.refused("2010");
    }
}

#[tokio::test]
async fn too_long_text_is_refused() {
    let app = App::new(company()).await;
    app.post("/customer", &json!({ "DisplayName": "x".repeat(501) })).await.refused("2050");
    let mut long = invoice("1", json!(1));
    long["DocNumber"] = json!("1".repeat(22));
    app.post("/invoice", &long).await.refused("2050");
}

#[tokio::test]
async fn a_sparse_update_changes_what_it_names() {
    let app = App::new(company()).await;
    let phone = json!({ "FreeFormNumber": "555" });
    let made = app
        .save("Customer", &json!({ "DisplayName": "New", "PrimaryPhone": phone, "Notes": "a" }))
        .await;
    app.clock.advance(jiff::SignedDuration::from_mins(1));
    let body = json!({ "Id": made["Id"], "SyncToken": "0", "sparse": true, "Notes": "b" });
    let updated = app.save("Customer", &body).await;
    assert_eq!((&updated["Notes"], &updated["PrimaryPhone"]), (&json!("b"), &phone));
    assert_eq!((&updated["SyncToken"], &updated["sparse"]), (&json!("1"), &json!(false)));
    assert_eq!(updated["MetaData"]["LastUpdatedTime"], "2026-03-10T12:01:00-07:00");
    assert_eq!(updated["MetaData"]["CreateTime"], "2026-03-10T12:00:00-07:00");
}

#[tokio::test]
async fn a_full_update_forgets_what_it_does_not_name() {
    let app = App::new(company()).await;
    let made = app.save("Customer", &json!({ "DisplayName": "New", "Notes": "a" })).await;
    let body = json!({ "Id": made["Id"], "SyncToken": "0", "DisplayName": "Newer" });
    let updated = app.save("Customer", &body).await;
    assert_eq!((&updated["DisplayName"], &updated["Notes"]), (&json!("Newer"), &Value::Null));
    app.post("/customer", &json!({ "Id": made["Id"], "SyncToken": "1" })).await.refused("2020");
}

#[tokio::test]
async fn a_stale_update_is_refused() {
    let app = App::new(company()).await;
    let body = json!({ "Id": "1", "SyncToken": "0", "sparse": true, "Notes": "mine" });
    app.save("Customer", &body).await;
    let answer = app.post("/customer", &body).await.refused("5010");
    assert_eq!(answer.body["Fault"]["Error"][0]["Message"], "Stale Object Error");
    let made = app.save("Invoice", &invoice("1", json!(1))).await;
    let stale = json!({ "Id": made["Id"], "SyncToken": "7" });
    app.post("/invoice?operation=delete", &stale).await.refused("5010");
    app.post("/invoice?operation=void", &stale).await.refused("5010");
}

#[tokio::test]
async fn what_is_not_there_is_no_404() {
    let app = App::new(company()).await;
    app.get("/invoice/99").await.refused("610");
    app.get("/invoice/1.5").await.refused("2030");
    app.post("/customer", &json!({ "Id": "99", "SyncToken": "0" })).await.refused("610");
    app.get("/customer").await.refused("500");
    app.get("/nothing/1").await.refused("500");
    app.call(Method::DELETE, "/customer/1", "", "").await.refused("500");
    app.post("/customer?operation=merge", &json!({ "Id": "1", "SyncToken": "0" }))
        .await
        .refused("500");
    app.post("/class", &json!({ "Name": "x" })).await.refused("500");
}

#[tokio::test]
async fn an_account_takes_no_update_without_its_name() {
    let app = App::new(company()).await;
    let body = json!({ "Id": "3", "SyncToken": "0", "sparse": true, "Description": "x" });
    app.post("/account", &body).await.refused("2020");
    let named = json!({ "Id": "3", "SyncToken": "0", "sparse": true, "Name": "Tools" });
    let updated = app.save("Account", &named).await;
    assert_eq!((&updated["Name"], &updated["AccountType"]), (&json!("Tools"), &json!("Expense")));
}

#[tokio::test]
async fn list_entries_are_deactivated_not_deleted() {
    let app = App::new(company()).await;
    let which = json!({ "Id": "3", "SyncToken": "0" });
    app.post("/customer?operation=delete", &which).await.refused("500");
    let off = app
        .save("Customer", &json!({ "Id": "3", "SyncToken": "0", "sparse": true, "Active": false }))
        .await;
    assert_eq!((&off["DisplayName"], &off["Active"]), (&json!("Zenith (deleted)"), &json!(false)));
    let on = app
        .save("Customer", &json!({ "Id": "3", "SyncToken": "1", "sparse": true, "Active": true }))
        .await;
    assert_eq!(
        (&on["DisplayName"], &on["FullyQualifiedName"]),
        (&json!("Zenith"), &json!("Zenith"))
    );
}

#[tokio::test]
async fn a_deleted_document_is_gone() {
    let app = App::new(company()).await;
    let made = app.save("Invoice", &invoice("1", json!(250))).await;
    assert_eq!(app.read("Customer", "1").await["Balance"].to_string(), "250.0");
    let which = json!({ "Id": made["Id"], "SyncToken": made["SyncToken"] });
    let answer = app.post("/invoice?operation=delete", &which).await.ok();
    assert_eq!(
        answer["Invoice"],
        json!({ "domain": "QBO", "status": "Deleted", "Id": made["Id"] })
    );
    app.get("/invoice/1").await.refused("610");
    assert_eq!(app.read("Customer", "1").await["Balance"], json!(0));
    app.post("/invoice?operation=delete", &which).await.refused("610");
}

#[tokio::test]
async fn a_void_document_stays_without_amounts() {
    let app = App::new(company()).await;
    let made = app.save("Invoice", &invoice("1", json!(250))).await;
    let which = json!({ "Id": made["Id"], "SyncToken": "0" });
    let void = app.post("/invoice?operation=void", &which).await.ok();
    let void = &void["Invoice"];
    assert_eq!(
        (&void["TotalAmt"], &void["Balance"], &void["SyncToken"]),
        (&json!(0), &json!(0), &json!("1"))
    );
    assert_eq!(void["PrivateNote"], "Voided");
    assert_eq!(app.read("Customer", "1").await["Balance"], json!(0));
    let bill = json!({ "Id": "1", "SyncToken": "0" });
    app.post("/bill?operation=void", &bill).await.refused("500");
}

#[tokio::test]
async fn a_repeated_request_id_gets_the_first_answer() {
    let app = App::new(company()).await;
    let first = app.post("/invoice?requestid=r-1", &invoice("1", json!(10))).await.ok();
    let again = app.post("/invoice?requestid=r-1", &invoice("1", json!(10))).await.ok();
    assert_eq!(first, again);
    assert_eq!(app.rows("SELECT * FROM Invoice").await.len(), 1);
    app.post("/invoice?requestid=r-2", &json!({})).await.refused("2020");
    app.post("/invoice?requestid=r-2", &invoice("1", json!(10))).await.ok();
    let long = format!("/invoice?requestid={}", "r".repeat(51));
    app.post(&long, &invoice("1", json!(10))).await.refused("6000");
}

#[tokio::test]
async fn the_company_describes_itself() {
    let app = App::new(company()).await;
    let info = app.get("/companyinfo/4620816365").await.ok();
    assert_eq!(
        (&info["CompanyInfo"]["CompanyName"], &info["CompanyInfo"]["Id"]),
        (&json!("TechWave MSP"), &json!("1"))
    );
    assert_eq!(app.rows("SELECT * FROM CompanyInfo").await.len(), 1);
    let preferences = app.get("/preferences").await.ok();
    assert_eq!(preferences["Preferences"]["CurrencyPrefs"]["HomeCurrency"]["value"], "USD");
}

#[tokio::test]
async fn a_customer_below_another_is_named_by_its_path() {
    let app = App::new(company()).await;
    let below = json!({ "DisplayName": "Wing B", "ParentRef": { "value": "2" }, "Job": true });
    let made = app.save("Customer", &below).await;
    assert_eq!(
        (&made["FullyQualifiedName"], &made["Level"]),
        (&json!("Acme:Acme Lab:Wing B"), &json!(2))
    );
}

#[tokio::test]
async fn everything_on_file_can_be_looked_at() {
    let app = App::new(company()).await;
    let raw = app.send(Method::GET, "/_raw", &[], "").await.ok();
    assert_eq!(raw["Customer"].as_array().unwrap().len(), 3);
    assert!(raw.get("Invoice").is_none());
}
