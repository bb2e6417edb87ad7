//! Recurring invoices with taxes: as they are shown, and as they are drafted.

use axum::http::Method;
use clearmargin_domain::{
    agreement::{AgreementLine, AgreementTerms, Frequency},
    id::TaxCodeId,
};
use serde_json::{Value, json};

use crate::desk::Desk;

impl Desk {
    async fn tax_code(&self, name: &str, percents: &[f64]) -> TaxCodeId {
        let rates: Vec<_> =
            percents.iter().map(|it| json!({"name": "Sales tax", "percent": it})).collect();
        let code = self.post("/tax-codes", &json!({"name": name, "rates": rates})).await;
        code["id"].as_str().unwrap().parse().unwrap()
    }

    async fn taxed_by(&self, line: &AgreementLine, tax_code: Option<TaxCodeId>) {
        let ctx = self.ctx();
        let terms = AgreementTerms::new(line.agreement, self.client, Frequency::Monthly);
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.insert(&AgreementTerms { tax_code, ..terms }).unwrap();
        change.commit().await.unwrap();
    }

    async fn shown(&self) -> Value {
        self.get("/invoices/recurring?month=2026-07").await[0].take()
    }
}

fn sums(of: &Value, names: [&str; 2]) -> [String; 2] {
    names.map(|name| of[name].to_string())
}

#[tokio::test]
async fn a_line_bears_the_tax_of_the_terms_unless_it_says_its_own() {
    let desk = Desk::new().await;
    let line = desk.flat(1).await;
    assert_eq!(sums(&desk.shown().await, ["tax", "totalWithTax"]), ["0.00", "450.00"]);
    let (city, exempt) = (
        desk.tax_code("New York City", &[4.0, 4.5, 0.375]).await,
        desk.tax_code("None", &[]).await,
    );
    desk.taxed_by(&line, Some(city)).await;
    let shown = desk.shown().await;
    assert_eq!(shown["lines"][0]["taxCodeId"], json!(city));
    // 18.00 + 20.25 + 1.69 (of 1.6875): each rate once on the document.
    assert_eq!(sums(&shown, ["tax", "totalWithTax"]), ["39.94", "489.94"]);
    assert_eq!(shown["total"].to_string(), "450.00");
    let own = AgreementLine { tax_code: Some(exempt), ..line.clone() };
    desk.relined(&line, own).await;
    assert_eq!(sums(&desk.shown().await, ["tax", "totalWithTax"]), ["0.00", "450.00"]);
    desk.relined(&line, line.clone()).await;
    let id = desk.generate("2026-07").await[0].1.clone().unwrap();
    let draft = desk.get(&format!("/invoices/{id}")).await;
    assert_eq!(sums(&draft, ["tax", "total"]), ["39.94", "489.94"]);
    assert_eq!(draft["lines"][0]["taxCodeId"], json!(city));
}

#[tokio::test]
async fn a_code_that_is_no_longer_in_use_refuses_the_draft_and_is_told_before() {
    let desk = Desk::new().await;
    let line = desk.flat(1).await;
    let code = desk.tax_code("Old", &[19.0]).await;
    desk.taxed_by(&line, Some(code)).await;
    let old = json!({"name": "Old", "rates": [], "active": false});
    desk.done(Method::PUT, &format!("/tax-codes/{code}"), &old).await;
    let shown = desk.shown().await;
    assert_eq!(sums(&shown, ["tax", "totalWithTax"]), ["null", "null"]);
    let answer = desk.post("/invoices/recurring", &json!({"month": "2026-07"})).await;
    let outcome = &answer["agreements"][0];
    assert_eq!(outcome["outcome"], "refused");
    assert!(outcome["message"].as_str().unwrap().contains("taxCodeId"), "{outcome}");
    assert_eq!(desk.billed("2026-07").await, []);
}
