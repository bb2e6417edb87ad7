//! What people look at first: each tile is what the operation of its own says.

use clearmargin_app::{Ctx, Error, analyses};
use clearmargin_domain::access::{Action, Grant, Role};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    office::Office,
    wire::{exact, rows, usd},
};

const PATH: &str = "/analytics/overview";

/// Seven clients of two years: each is charged more than the one before, and the first for half of it in the last
/// month.
pub(crate) async fn portfolio(office: &Office) {
    for number in 1..=7 {
        let client = office.client(number).await;
        let mut months = [i64::try_from(number).unwrap() * 100_000 + 300_000; 24];
        if number == 1 {
            months[23] = 200_000;
        }
        office.charged(client, &months).await;
        office.worked(client, 12, Some(50_000)).await;
    }
}

#[tokio::test]
async fn tiles_are_what_their_own_operations_say() {
    let office = Office::new().await;
    portfolio(&office).await;
    office.analysed().await;
    let all = office.get(PATH).await;
    let month = &all["lastMonth"];
    let revenue = json!({
        "amount": usd(4_700_000),
        "monthBefore": {"amount": usd(4_900_000), "change": usd(-200_000), "ratio": -0.0408},
        "yearBefore": {"amount": usd(4_900_000), "change": usd(-200_000), "ratio": -0.0408},
    });
    assert_eq!((&month["month"], &month["revenue"]), (&json!("2026-06"), &revenue));
    assert_eq!((&month["reason"], &month["stillOpen"]), (&Value::Null, &json!(false)));
    // Seven times $500 of labour, in twelve months: a year before that was not worked.
    let margin = &month["grossMargin"];
    assert_eq!(
        (&margin["amount"], &margin["yearBefore"]["change"]),
        (&usd(4_350_000), &usd(-550_000))
    );
    assert_eq!(
        (exact(&month["costedShare"]), exact(&month["grossMarginRatio"])),
        (Decimal::ONE, Decimal::new(9255, 4))
    );

    let leaks = office.get("/analytics/revenue-leaks").await;
    let found = &all["leaks"]["found"];
    let total = exact(&found["total"]);
    assert_eq!(
        (total, &found["count"]),
        (exact(&leaks["recoverable"]["amount"]), &leaks["recoverable"]["count"])
    );
    assert!((exact(&found["perMonth"]) * Decimal::from(12) - total).abs() < Decimal::ONE);

    let churn = office.get("/predictions/churn").await["prediction"].take();
    let at_risk = &all["churn"]["atRisk"];
    assert_eq!((&at_risk["amount"], &at_risk["days"]), (&churn["atRisk"][2]["amount"], &json!(90)));
    assert_eq!(
        (&at_risk["revenueOfYear"], &at_risk["clients"]),
        (&churn["revenueOfYear"], &churn["count"])
    );

    let revenue = office.get("/predictions/revenue").await;
    // The analysis is of July, so the next month is August.
    assert_eq!(all["nextMonth"]["revenue"], revenue["forecast"]["months"][1]);
    assert_eq!(all["nextMonth"]["revenue"]["month"], "2026-08");

    let anomalies = office.get("/insights/anomalies").await;
    let unusual = &all["anomalies"]["found"];
    assert_eq!(
        (&unusual["count"], &unusual["tests"]),
        (&anomalies["count"], &anomalies["tested"]["tests"])
    );
    assert_eq!(unusual["series"], json!([{"series": "revenue", "count": 1}]));
    assert_eq!(all["runId"], anomalies["analysis"]["runId"]);

    let genome = office.get("/insights/profitability-genome").await;
    let scores = &all["scores"]["clients"];
    let best = rows(scores, "best");
    for (at, it) in best.iter().enumerate() {
        let row = &rows(&genome, "clients")[at];
        assert_eq!(
            [&it["clientId"], &it["name"], &it["score"]],
            [&row["clientId"], &row["name"], &row["score"]]
        );
    }
    let worst = rows(scores, "worst");
    assert_eq!((best.len(), worst.len()), (3, 3));
    assert!(
        worst.iter().all(|it| !best.contains(it))
            && exact(&worst[0]["score"]) <= exact(&worst[2]["score"])
    );
    let counted = rows(scores, "bands").iter().map(|it| exact(&it["clients"]));
    assert_eq!(counted.sum::<Decimal>() + exact(&scores["unknown"]), Decimal::from(7));

    // No invoice was ever paid, so that nobody knows when the next one will be.
    let cash = &all["cash"];
    assert_eq!((&cash["inflow"], &cash["reason"]), (&Value::Null, &json!("not_enough_data")));
    assert_ne!(cash["asOf"], Value::Null);
}

#[tokio::test]
async fn before_an_analysis_each_tile_says_why_it_is_empty() {
    let office = Office::new().await;
    let empty = office.get(PATH).await;
    let tiles = [
        ("leaks", "found"),
        ("churn", "atRisk"),
        ("nextMonth", "revenue"),
        ("cash", "inflow"),
        ("scores", "clients"),
        ("anomalies", "found"),
    ];
    for (tile, figure) in tiles {
        let wanted = json!({"asOf": null, "reason": "not_analysed", figure: null});
        assert_eq!(empty[tile], wanted, "{tile}");
    }
    let month = &empty["lastMonth"];
    assert_eq!(
        (&month["reason"], &month["revenue"], &month["stillOpen"]),
        (&json!("no_data"), &Value::Null, &Value::Null)
    );
    // The month is told as soon as it has documents; an earlier one without any is not nothing.
    let client = office.client(1).await;
    office.charged(client, &[90_000]).await;
    office.analysed().await;
    let young = office.get(PATH).await;
    let revenue = json!({"amount": usd(90_000), "monthBefore": null, "yearBefore": null});
    assert_eq!(young["lastMonth"]["revenue"], revenue);
    for tile in ["churn", "nextMonth", "cash", "anomalies"] {
        assert_eq!(young[tile]["reason"], "not_enough_data", "{tile}");
    }
}

#[tokio::test]
async fn margins_are_for_who_may_read_them_and_cash_for_who_may_read_invoices() {
    let office = Office::new().await;
    portfolio(&office).await;
    office.analysed().await;
    for role in [Role::Viewer, Role::Operations] {
        let ctx = Ctx { grant: Grant::Role(role), ..office.ctx() };
        assert!(matches!(Box::pin(analyses::overview(&ctx)).await, Err(Error::Forbidden)));
    }
    let scopes = [Action::MarginsRead].into();
    let ctx = Ctx { grant: Grant::Key { role: Role::Owner, scopes }, ..office.ctx() };
    let overview = Box::pin(analyses::overview(&ctx)).await.unwrap();
    assert!(overview.receivables.is_none() && !overview.may_read_invoices);
    assert!(overview.churn.is_some());
}
