//! Budgets, from the first plan to the last cent.

use std::collections::BTreeSet;

use axum::http::Method;
use clearmargin_app::{
    Ctx, Error, Precondition, api_keys,
    budgets::{self, Step},
};
use clearmargin_domain::{
    access::{Action, Grant, Role},
    audit::Actor,
    expense::{ExpenseAccount, ExpenseLine},
    id::{ExpenseAccountId, UserId},
    identity::User,
    source::Source,
};
use clearmargin_store::Stored;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{desk::Desk, expenses::line};

const NONE: Value = Value::Null;

impl Desk {
    /// A budget of 2026 that rolls over, with a category of 1,200 dollars; their paths and ids.
    pub(crate) async fn budget(&self) -> Planned {
        let body = json!({
            "name": "Marketing", "from": "2026-01", "to": "2026-12", "rollOver": true,
            "thresholds": [100, 50],
        });
        let budget = self.post("/budgets", &body).await;
        let path = format!("/budgets/{}", budget["id"].as_str().unwrap());
        let fairs = json!({"name": "Trade fairs", "currency": "USD", "total": 1_200});
        let category = self.post(&format!("{path}/categories"), &fairs).await["id"].take();
        Planned { path, category }
    }

    async fn standing(&self, budget: &Planned, day: &str) -> Value {
        self.world.settle().await;
        self.get(&format!("{}/alerts?day={day}", budget.path)).await
    }

    async fn step(&self, budget: &Planned, body: Value) -> Value {
        self.done(Method::PUT, &format!("{}/status", budget.path), &body).await
    }

    fn as_role(&self, role: Role) -> Ctx {
        Ctx { grant: Grant::Role(role), ..self.ctx() }
    }
}

pub(crate) struct Planned {
    path: String,
    category: Value,
}

impl Planned {
    pub(crate) fn expenses(&self) -> String {
        format!("{}/expenses", self.path)
    }

    pub(crate) fn expense(&self, amount: &str, day: &str) -> Value {
        json!({"categoryId": self.category, "amount": amount, "currency": "USD", "day": day})
    }
}

fn text(value: &Value, names: &[&str]) -> String {
    names.iter().map(|name| value[*name].to_string()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_budget_is_planned_approved_spent_and_tells_how_it_stands() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    let planned = desk.get(&format!("{}/categories", budget.path)).await;
    assert_eq!(text(&planned[0], &["planned", "currency"]), "1200.00 \"USD\"");
    assert_eq!(text(&planned[0]["months"][11], &["month", "amount"]), "\"2026-12\" 100.00");
    assert_eq!(desk.step(&budget, json!({"action": "submit"})).await["status"], "submitted");
    let approved = desk.step(&budget, json!({"action": "approve"})).await;
    assert_eq!(text(&approved, &["status", "revisionInForce"]), "\"approved\" 1");
    for (amount, day) in [("40.00", "2026-01-10"), ("260", "2026-02-01"), ("300", "2026-04-30")] {
        desk.post(&budget.expenses(), &budget.expense(amount, day)).await;
    }
    let standing = desk.standing(&budget, "2026-04-30").await;
    let total = &standing["total"];
    let figures = ["planned", "spent", "expenses", "remaining", "used"];
    assert_eq!(text(total, &figures), "1200.00 600.00 3 600.00 0.5");
    // 600 in 120 days are 1,825 in 365; 1,200 are passed with the 241st.
    assert_eq!(text(total, &["projected", "overrunOn"]), "1825.00 \"2026-08-29\"");
    assert_eq!(text(&standing, &["days", "daysElapsed", "asOf"]), "365 120 \"2026-04-30\"");
    let month = |number: usize| {
        text(&total["months"][number], &["month", "planned", "rolledOver", "spent", "left"])
    };
    assert_eq!(month(0), "\"2026-01\" 100.00 0.00 40.00 60.00");
    assert_eq!(month(1), "\"2026-02\" 100.00 60.00 260.00 -100.00");
    assert_eq!(month(3), "\"2026-04\" 100.00 0.00 300.00 -200.00");
    assert_eq!(month(4), "\"2026-05\" 100.00 null null null");
    let alert = |category: &Value| {
        let alert = |kind, percent: Value, day| json!({"categoryId": category, "kind": kind, "percent": percent, "day": day});
        [alert("threshold", json!(50), "2026-04-30"), alert("overrun_ahead", NONE, "2026-08-29")]
    };
    assert_eq!(standing["alerts"], json!([alert(&NONE), alert(&budget.category)].concat()));
    // Seen from before the last expense, and from before the first day.
    let before = desk.standing(&budget, "2026-04-29").await;
    assert_eq!(text(&before["total"], &["spent", "expenses"]), "300.00 2");
    assert_eq!(
        before["total"]["thresholds"],
        json!([
            {"percent": 50, "since": null}, {"percent": 100, "since": null}
        ])
    );
    let early = desk.standing(&budget, "2025-12-31").await;
    assert_eq!(text(&early["total"], &["spent", "projected", "overrunOn"]), "0.00 null null");
    let listed = desk.get(&format!("{}?month=2026-02", budget.expenses())).await;
    assert_eq!(text(&listed[0], &["amount", "day", "source"]), "260.00 \"2026-02-01\" \"manual\"");
    let listed = desk.get(&format!("{}?limit=2", budget.expenses())).await;
    assert_eq!(text(&listed[0], &["amount", "day"]), "300.00 \"2026-04-30\"");
}

#[tokio::test]
async fn an_approved_plan_stays_as_it_is_and_in_force_until_the_next_one_is_approved() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    let category = format!("{}/categories/{}", budget.path, budget.category.as_str().unwrap());
    let status = format!("{}/status", budget.path);
    let more = json!({"name": "Fairs", "currency": "USD", "total": 2_400});
    desk.step(&budget, json!({"action": "submit"})).await;
    let sent_back = desk.step(&budget, json!({"action": "send_back", "reason": "More"})).await;
    assert_eq!(text(&sent_back, &["status", "sentBackReason"]), "\"draft\" \"More\"");
    desk.step(&budget, json!({"action": "submit"})).await;
    desk.step(&budget, json!({"action": "approve"})).await;
    assert_eq!(desk.refused(Method::PUT, &category, &more).await, "409 not_a_draft");
    assert_eq!(desk.refused(Method::DELETE, &category, &NONE).await, "409 not_a_draft");
    assert_eq!(desk.refused(Method::DELETE, &budget.path, &NONE).await, "409 not_a_draft");
    let revised = desk.step(&budget, json!({"action": "revise", "reason": "Growth"})).await;
    assert_eq!(text(&revised, &["status", "revision", "revisionInForce"]), "\"draft\" 2 1");
    desk.done(Method::PUT, &category, &more).await;
    let planned =
        async || desk.standing(&budget, "2026-06-30").await["total"]["planned"].to_string();
    assert_eq!(planned().await, "1200.00");
    desk.step(&budget, json!({"action": "submit"})).await;
    desk.step(&budget, json!({"action": "approve"})).await;
    assert_eq!(planned().await, "2400.00");
    let revisions = desk.get(&format!("{}/revisions", budget.path)).await;
    let kept = |number: usize| text(&revisions[number], &["revision", "reason", "planned"]);
    assert_eq!((kept(0), kept(1)), ("2 \"Growth\" 2400.00".into(), "1 null 1200.00".into()));
    assert_eq!(revisions[1]["categories"][0]["name"], "Trade fairs");
    for (body, refusal) in [
        (json!({"action": "submit"}), "409 not_a_draft"),
        (json!({"action": "approve"}), "409 not_submitted"),
        (json!({"action": "send_back"}), "422 invalid"),
        (json!({"action": "approve", "reason": "x"}), "422 invalid"),
        (json!({"action": "burn"}), "422 invalid"),
    ] {
        assert_eq!(desk.refused(Method::PUT, &status, &body).await, refusal, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_expenses_at_once_are_each_counted_once() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    let (path, body) = (budget.expenses(), budget.expense("12.34", "2026-05-05"));
    let answers = join_all((0..20).map(|_| desk.ask(Method::POST, &path, &body))).await;
    let ids = answers.iter().map(|answer| answer.json()["data"]["ids"][0].to_string());
    assert_eq!(ids.collect::<BTreeSet<_>>().len(), 20);
    let standing = desk.standing(&budget, "2026-05-05").await;
    assert_eq!(text(&standing["total"], &["spent", "expenses"]), "246.80 20");
    let report = desk.ctx().tenant().drift().await.unwrap().unwrap();
    assert_eq!((report.rows, report.drifted()), (20, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_expense_is_taken_back_once() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    desk.post(&budget.expenses(), &budget.expense("5", "2026-05-05")).await;
    let gone = desk.post(&budget.expenses(), &budget.expense("7.50", "2026-05-05")).await;
    let path = format!("{}/{}", budget.expenses(), gone["ids"][0].as_str().unwrap());
    let answers = join_all((0..10).map(|_| desk.ask(Method::DELETE, &path, &NONE))).await;
    let done = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(done, 1);
    assert_eq!(desk.ask(Method::DELETE, &path, &NONE).await.problem().0, 404);
    let standing = desk.standing(&budget, "2026-05-05").await;
    assert_eq!(text(&standing["total"], &["spent", "expenses"]), "5.00 1");
    // Expenses of one budget are none of another.
    let other = desk.budget().await;
    let left = desk.get(&budget.expenses()).await[0]["id"].as_str().unwrap().to_owned();
    let foreign = format!("{}/{left}", other.expenses());
    assert_eq!(desk.ask(Method::DELETE, &foreign, &NONE).await.problem().0, 404);
}

#[tokio::test]
async fn what_is_sent_again_counts_once() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    let body = budget.expense("5", "2026-05-05");
    let first = desk.ask_with(Method::POST, &budget.expenses(), "one", &body).await;
    let again = desk.ask_with(Method::POST, &budget.expenses(), "one", &body).await;
    assert_eq!((first.text, again.header("idempotent-replayed")), (again.text.clone(), "true"));
    let table = json!({"csv": "category,day,amount\nTrade fairs,2026-05-06,1.25\n"});
    for _ in 0..2 {
        desk.ask_with(Method::POST, &budget.expenses(), "two", &table).await;
    }
    let standing = desk.standing(&budget, "2026-05-31").await;
    assert_eq!(text(&standing["total"], &["spent", "expenses"]), "6.25 2");
    let status = format!("{}/status", budget.path);
    for _ in 0..2 {
        let body = json!({"action": "submit"});
        let answer = desk.ask_with(Method::PUT, &status, "three", &body).await;
        assert_eq!(answer.json()["data"]["status"], "submitted");
    }
}

#[tokio::test]
async fn a_table_is_taken_in_as_a_whole_or_not_at_all() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    let header = "category,day,amount,vendor,note\n";
    let rows = "Trade fairs,2026-05-01,1.01,Messe,\n".repeat(88);
    let bad = "Nobody,2026-05-01,1,,\nTrade fairs,2027-01-01,ten,,\n";
    let body = json!({"csv": format!("{header}{rows}{bad}")});
    let answer = desk.ask(Method::POST, &budget.expenses(), &body).await;
    assert_eq!(answer.refused().0, "csv[90].category");
    let errors = answer.json()["errors"].take();
    let paths: Vec<_> = errors.as_array().unwrap().iter().map(|it| it["path"].clone()).collect();
    assert_eq!(paths, ["csv[90].category", "csv[91].day", "csv[91].amount"]);
    assert_eq!(desk.get(&budget.expenses()).await, json!([]));
    let body = json!({"csv": format!("{header}{rows}trade FAIRS,2026-05-02,-0.88,,\"a, b\"\nTrade fairs,2026-05-03,2,,\n")});
    let recorded = desk.post(&budget.expenses(), &body).await;
    assert_eq!((&recorded["added"], recorded["ids"].as_array().unwrap().len()), (&json!(90), 90));
    let standing = desk.standing(&budget, "2026-05-31").await;
    assert_eq!(text(&standing["total"], &["spent", "expenses"]), "90.00 90");
    let last = desk.get(&format!("{}?limit=2", budget.expenses())).await;
    assert_eq!(text(&last[1], &["row", "note", "source"]), "90 \"a, b\" \"csv\"");
    for (body, place) in [
        (json!({"csv": header}), "csv"),
        (
            json!({"csv": format!("{header}{}", "Trade fairs,2026-05-01,1,,\n".repeat(91))}),
            "csv[1]",
        ),
        (json!({"csv": "a", "note": "b"}), "csv"),
        (json!({"csv": "category,day\nx,y"}), "csv[1].amount"),
    ] {
        assert_eq!(desk.ask(Method::POST, &budget.expenses(), &body).await.refused().0, place);
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    let (expenses, categories) = (budget.expenses(), format!("{}/categories", budget.path));
    let expense = |change: Value| {
        let mut body = budget.expense("5", "2026-05-05");
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    let category = |change: Value| {
        let mut body = json!({"name": "Print", "currency": "USD"});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    let month = |month: &str| json!({"month": month, "amount": 1});
    let begin = |from: &str, to: &str, thresholds: Value| json!({"name": "x", "from": from, "to": to, "thresholds": thresholds});
    for (path, body, place) in [
        (&expenses, expense(json!({"day": "2027-01-01"})), "day"),
        (&expenses, expense(json!({"amount": 0})), "amount"),
        (&expenses, expense(json!({"amount": 0.001})), "amount"),
        (&expenses, expense(json!({"amount": null})), "amount"),
        (&expenses, expense(json!({"currency": "EUR"})), "currency"),
        (&expenses, expense(json!({"categoryId": "bca_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"})), "categoryId"),
        (&categories, category(json!({})), "total"),
        (&categories, category(json!({"total": 1, "months": []})), "months"),
        (&categories, category(json!({"total": -1})), "total"),
        (&categories, category(json!({"months": [month("2027-01")]})), "months[0].month"),
        (
            &categories,
            category(json!({"months": [month("2026-01"), month("2026-01")]})),
            "months[1].month",
        ),
        (&"/budgets".to_owned(), begin("2026-02", "2026-01", json!([])), "to"),
        (&"/budgets".to_owned(), begin("2026-01", "2028-01", json!([])), "to"),
        (&"/budgets".to_owned(), begin("2026-01", "2026-01", json!([0])), "thresholds"),
        (&"/budgets".to_owned(), begin("2026-01", "2026-01", json!([5, 5])), "thresholds"),
    ] {
        assert_eq!(desk.ask(Method::POST, path, &body).await.refused().0, place, "{body}");
    }
    let taken = category(json!({"name": "TRADE fairs", "total": 1}));
    assert_eq!(desk.refused(Method::POST, &categories, &taken).await, "409 name_taken");
    for day in ["0160-10-05", "yesterday"] {
        let path = format!("{}/alerts?day={day}", budget.path);
        assert_eq!(desk.ask(Method::GET, &path, &NONE).await.refused().0, "query.day");
    }
}

#[tokio::test]
async fn what_something_was_recorded_in_stays() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    let categories = format!("{}/categories", budget.path);
    let print = json!({
        "name": "Print", "currency": "USD", "months": [{"month": "2026-03", "amount": 9.99}],
    });
    let print = desk.post(&categories, &print).await["id"].as_str().unwrap().to_owned();
    let first = format!("{categories}/{}", budget.category.as_str().unwrap());
    desk.post(&budget.expenses(), &budget.expense("5", "2026-05-05")).await;
    assert_eq!(desk.refused(Method::DELETE, &first, &NONE).await, "409 has_expenses");
    assert_eq!(desk.refused(Method::DELETE, &budget.path, &NONE).await, "409 has_expenses");
    let path = format!("{categories}/{print}");
    assert!(desk.ask(Method::DELETE, &path, &NONE).await.status.is_success());
    assert_eq!(desk.ask(Method::DELETE, &path, &NONE).await.problem().0, 404);
    let other = desk.budget().await;
    assert!(desk.ask(Method::DELETE, &other.path, &NONE).await.status.is_success());
    assert_eq!(desk.ask(Method::GET, &other.path, &NONE).await.problem().0, 404);
    // What was seen of a budget has to be what is there.
    let body = json!({"name": "New", "rollOver": false, "thresholds": [90]});
    let seen = [("content-type", "application/json"), ("if-match", "\"v1-x\"")];
    let owner = desk.world.owner("bob@example.com").await;
    let token = owner.access_token.expose();
    let mine = desk
        .world
        .post(
            "/api/budgets",
            Some(token),
            &json!({
                "name": "x", "from": "2026-01", "to": "2026-01"
            }),
        )
        .await
        .json();
    let path = format!("/api/budgets/{}", mine["data"]["id"].as_str().unwrap());
    for expected in [200, 412] {
        let request =
            crate::world::request(Method::PUT, &path, Some(token), &seen, body.to_string().into());
        assert_eq!(desk.world.send(request).await.status.as_u16(), expected);
    }
}

#[tokio::test]
async fn another_organisation_finds_nothing_and_not_everybody_may() {
    let desk = Desk::new().await;
    let budget = desk.budget().await;
    let expense = budget.expense("5", "2026-05-05");
    let recorded = desk.post(&budget.expenses(), &expense).await;
    let other = desk.world.owner("eve@example.com").await;
    let token = other.access_token.expose();
    let category = format!("{}/categories/{}", budget.path, budget.category.as_str().unwrap());
    let one = format!("{}/{}", budget.expenses(), recorded["ids"][0].as_str().unwrap());
    let plan = json!({"name": "Print", "currency": "USD", "total": 1});
    let settings = json!({"name": "x", "rollOver": false, "thresholds": []});
    for (method, path, body) in [
        (Method::GET, budget.path.clone(), None),
        (Method::PUT, budget.path.clone(), Some(&settings)),
        (Method::DELETE, budget.path.clone(), None),
        (Method::PUT, format!("{}/status", budget.path), Some(&json!({"action": "submit"}))),
        (Method::GET, format!("{}/revisions", budget.path), None),
        (Method::GET, format!("{}/alerts", budget.path), None),
        (Method::GET, format!("{}/categories", budget.path), None),
        (Method::POST, format!("{}/categories", budget.path), Some(&plan)),
        (Method::PUT, category.clone(), Some(&plan)),
        (Method::DELETE, category, None),
        (Method::GET, budget.expenses(), None),
        (Method::POST, budget.expenses(), Some(&expense)),
        (Method::DELETE, one, None),
    ] {
        let answer = desk.world.ask(method.clone(), &format!("/api{path}"), token, body).await;
        assert_eq!(answer.problem().0, 404, "{method} {path}");
    }
    assert_eq!(desk.get("/budgets").await.as_array().unwrap().len(), 1);
    let id = budget.path.trim_start_matches("/budgets/").parse().unwrap();
    for role in [Role::Viewer, Role::Operations] {
        let refused = budgets::standing(&desk.as_role(role), id, None).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{role}");
    }
    // Who works with money submits a plan; who administers approves it.
    let (finance, any) = (desk.as_role(Role::Finance), Precondition::None);
    budgets::advance(&finance, id, Step::Submit, &any).await.unwrap();
    let approved = budgets::advance(&finance, id, Step::Approve, &any).await;
    assert!(matches!(approved, Err(Error::Forbidden)));
    budgets::advance(&desk.as_role(Role::Admin), id, Step::Approve, &any).await.unwrap();
}

impl Desk {
    /// What somebody of a role does.
    fn by(&self, actor: Actor, role: Role) -> Ctx {
        Ctx { actor, ..self.as_role(role) }
    }

    async fn write_user(&self, old: Option<&Stored<User>>, user: &User) {
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, NONE));
        match old {
            Some(old) => change.update(old, user).unwrap(),
            None => change.insert(user).unwrap(),
        }
        change.commit().await.unwrap();
    }
}

#[tokio::test]
async fn nobody_approves_what_they_submitted_unless_nobody_else_may() {
    let desk = Desk::new().await;
    let owner = desk.ctx().tenant().all::<User>().await.unwrap().remove(0);
    let other =
        User { id: UserId::new(desk.world.now(), 2), role: Role::Finance, ..owner.value.clone() };
    desk.write_user(None, &other).await;
    let budget = desk.budget().await;
    let id = budget.path.trim_start_matches("/budgets/").parse().unwrap();
    let (approve, status) = (json!({"action": "approve"}), format!("{}/status", budget.path));
    let submit = || desk.step(&budget, json!({"action": "submit"}));
    let again = || desk.step(&budget, json!({"action": "revise", "reason": "Again"}));

    // The owner is the only one who may: the other one works with money and cannot approve.
    submit().await;
    desk.step(&budget, approve.clone()).await;
    again().await;
    submit().await;

    // Once there is another one who may, it takes two.
    let stored: Stored<User> = desk.ctx().tenant().get(other.id).await.unwrap().unwrap();
    desk.write_user(Some(&stored), &User { role: Role::Admin, ..other.clone() }).await;
    let refused = desk.ask(Method::PUT, &status, &approve).await;
    assert_eq!(refused.problem(), (409, "own_submission".to_owned()));
    let admin = desk.by(Actor::User(other.id), Role::Admin);
    budgets::advance(&admin, id, Step::Approve, &Precondition::None).await.unwrap();

    // What a key of the owner's submits, the owner submitted; what the owner takes back, he may.
    again().await;
    let own = desk.by(Actor::User(owner.id), Role::Owner);
    let new = api_keys::NewApiKey {
        name: "Plans".parse().unwrap(),
        scopes: BTreeSet::from([Action::BudgetsWrite]),
        expires_at: None,
    };
    let (key, _) = api_keys::create(&own, new).await.unwrap();
    let machine = desk.by(Actor::Key(key.id), Role::Owner);
    budgets::advance(&machine, id, Step::Submit, &Precondition::None).await.unwrap();
    assert_eq!(desk.ask(Method::PUT, &status, &approve).await.problem().0, 409);
    desk.step(&budget, json!({"action": "send_back", "reason": "Too much"})).await;
    submit().await;

    // Who is no longer there does not count.
    let stored: Stored<User> = desk.ctx().tenant().get(other.id).await.unwrap().unwrap();
    desk.write_user(Some(&stored), &User { active: false, ..stored.value.clone() }).await;
    desk.step(&budget, approve).await;
}

/// An account of the organisation's books.
fn account(number: &str) -> ExpenseAccount {
    let id = ExpenseAccountId::derived(&[number]);
    let name = Some(format!("Account {number}"));
    ExpenseAccount { id, source: Source::QuickBooks, external_id: number.to_owned(), name }
}

#[tokio::test]
async fn a_category_takes_what_is_bought_on_its_accounts() {
    let desk = Desk::new().await;
    let (licences, rent) = (account("61"), account("62"));
    for account in [&licences, &rent] {
        desk.made(account).await;
    }
    let listed = desk.get("/expenses/accounts").await;
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let budget = desk.budget().await;
    let path = format!("{}/categories", budget.path);
    let taking = |name: &str, account: &ExpenseAccount| json!({"name": name, "currency": "USD", "total": 600, "accountIds": [account.id]});
    let tools = desk.post(&path, &taking("Tools", &licences)).await;
    assert_eq!(tools["accountIds"], json!([licences.id]));
    for (account, refusal) in [(&licences, "409 account_taken"), (&account("63"), "422 invalid")] {
        let refused = desk.refused(Method::POST, &path, &taking("Another", account)).await;
        assert_eq!(refused, refusal);
    }

    let on = |minor: i64, account: &ExpenseAccount| {
        let account = Some(account.clone());
        ExpenseLine { account, ..line(&minor.to_string(), minor) }
    };
    let bill = desk.bill(vec![on(10_000, &licences), on(5_000, &rent), line("3", 700)]).await;
    desk.post(&budget.expenses(), &budget.expense("25.50", "2026-06-01")).await;
    let standing = desk.standing(&budget, "2026-06-30").await;
    let of = |line: &Value| text(line, &["spent", "expenses", "bought", "boughtLines"]);
    assert_eq!(of(&standing["total"]), "125.50 2 100.00 1");
    assert_eq!(of(&standing["categories"][0]), "25.50 1 0.00 0");
    assert_eq!(of(&standing["categories"][1]), "100.00 1 100.00 1");
    assert_eq!(standing["withoutAccount"].to_string(), "7.00");
    let proof = desk.get(&format!("/expenses?accountId={}", licences.id)).await;
    assert_eq!(proof[0]["id"], json!(bill.id));
    let none = desk.get(&format!("/expenses?accountId={}", account("63").id)).await;
    assert_eq!(none, json!([]));
    assert_eq!(desk.standing(&budget, "2026-06-14").await["total"]["bought"].to_string(), "0.00");

    // Which accounts count is part of the plan: what was approved holds until the next is.
    desk.step(&budget, json!({"action": "submit"})).await;
    desk.step(&budget, json!({"action": "approve"})).await;
    desk.step(&budget, json!({"action": "revise", "reason": "Rent"})).await;
    desk.post(&path, &taking("Rent", &rent)).await;
    assert_eq!(of(&desk.standing(&budget, "2026-06-30").await["total"]), "125.50 2 100.00 1");
    desk.step(&budget, json!({"action": "submit"})).await;
    desk.step(&budget, json!({"action": "approve"})).await;
    assert_eq!(of(&desk.standing(&budget, "2026-06-30").await["total"]), "175.50 3 150.00 2");
}

#[tokio::test]
async fn a_budget_in_another_currency_takes_nothing_from_accounts() {
    let desk = Desk::new().await;
    desk.made(&account("61")).await;
    let body = json!({"name": "Lisbon", "from": "2026-01", "to": "2026-12", "currency": "EUR"});
    let budget = desk.post("/budgets", &body).await;
    let path = format!("/budgets/{}/categories", budget["id"].as_str().unwrap());
    let category = json!({
        "name": "Tools", "currency": "EUR", "total": 600, "accountIds": [account("61").id],
    });
    assert_eq!(desk.refused(Method::POST, &path, &category).await, "422 invalid");
}
