//! How many tickets come, of the organisation, each client and each category.

use axum::http::Method;
use clearmargin_app::{Ctx, Error, analyses};
use clearmargin_domain::{
    access::{Grant, Role},
    id::{ClientId, TicketId},
    tags::Tags,
    ticket::{Ticket, TicketStatus},
};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde_json::{Value, json};

use crate::office::Office;

/// The day of the office: a Wednesday.
const TODAY: Date = date(2026, 7, 1);

fn back(days: i32) -> Date {
    TODAY.checked_sub(days.days()).unwrap()
}

fn works(day: Date) -> bool {
    (day.weekday() as i8) < 6
}

impl Office {
    /// Tickets that were opened on these days, with a number of their own.
    pub(crate) async fn opened(
        &self,
        of: (Option<ClientId>, Option<&str>),
        first: u128,
        days: &[Date],
    ) {
        let ctx = self.ctx();
        let numbered: Vec<_> = (first..).zip(days).collect();
        for batch in numbered.chunks(20) {
            let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
            for (number, day) in batch {
                let subject = self.says("The printer is on fire");
                let ticket = Ticket { subject, ..ticket(of.0, of.1, *number, **day) };
                change.insert(&ticket).unwrap();
            }
            change.commit().await.unwrap();
        }
    }
}

fn ticket(client: Option<ClientId>, category: Option<&str>, number: u128, day: Date) -> Ticket {
    let at = day.at(9, 0, 0, 0).in_tz("UTC").unwrap().timestamp();
    Ticket {
        id: TicketId::new(at, number),
        number: number.to_string(),
        subject: "The printer is on fire".to_owned(),
        client,
        site: None,
        technician: None,
        status: TicketStatus::New,
        source_status: None,
        priority: None,
        category: category.map(str::to_owned),
        tags: Tags::default(),
        created_at: at,
        opened_on: day,
        updated_at: at,
        first_response: None,
        resolution: None,
        pauses: Vec::new(),
        sla: None,
        escalation: None,
        reopened_on: Vec::new(),
        rating: None,
        source_words: None,
        origin: None,
    }
}

/// Thousandths of a ticket.
fn thousandths(number: &Value) -> i64 {
    let text = number.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{rest:0<3}").parse().unwrap()
}

fn expected(course: &Value) -> Vec<i64> {
    course["expected"].as_array().unwrap().iter().map(thousandths).collect()
}

/// The parts of a forecast make up its total, by client and by category.
fn check(forecast: &Value) {
    let total = expected(&forecast["total"]);
    for (parts, others) in [("clients", "otherClients"), ("categories", "otherCategories")] {
        let parts = forecast[parts].as_array().unwrap().iter().map(|part| &part["course"]);
        let parts: Vec<_> = parts.chain([&forecast[others]]).map(expected).collect();
        for (at, total) in total.iter().enumerate() {
            assert_eq!(parts.iter().map(|part| part[at]).sum::<i64>(), *total, "{others} at {at}");
        }
    }
    let bands = forecast["total"]["bands"].as_array().unwrap();
    let levels: Vec<_> = bands.iter().map(|band| band["level"].as_u64().unwrap()).collect();
    assert_eq!(levels, [50, 80, 95]);
    assert!(bands.iter().all(|band| band["high"].as_array().unwrap().len() == total.len()));
}

#[tokio::test]
async fn clients_and_categories_make_up_what_is_expected_of_each_day_and_week() {
    let office = Office::new().await;
    let (busy, quiet) = (office.client(1).await, office.client(2).await);
    let weekdays: Vec<Date> = (1..=200).map(back).filter(|day| works(*day)).collect();
    let fridays: Vec<Date> =
        weekdays.iter().copied().filter(|day| day.weekday() as i8 == 5).collect();
    office.opened((Some(busy), Some("Printers")), 1_000, &weekdays).await;
    office.opened((Some(busy), Some("Mail")), 2_000, &weekdays).await;
    office.opened((Some(quiet), None), 3_000, &fridays).await;
    office.opened((None, Some("Mail")), 4_000, &fridays).await;
    // What came today is no day that is over.
    office.opened((Some(quiet), Some("Mail")), 5_000, &[TODAY; 15]).await;
    office.analysed().await;
    let answer = office.get("/predictions/demand").await;
    assert_eq!(answer["analysis"]["model"], "demand/2");
    let (days, weeks) = (&answer["days"]["forecast"], &answer["weeks"]["forecast"]);
    assert_eq!(
        (&days["starts"][0], days["starts"].as_array().unwrap().len()),
        (&json!("2026-07-01"), 28)
    );
    assert_eq!(
        (&weeks["starts"][1], weeks["starts"].as_array().unwrap().len()),
        (&json!("2026-07-08"), 12)
    );
    check(days);
    check(weeks);
    let sums: Vec<i64> = expected(&days["total"]).chunks(7).map(|week| week.iter().sum()).collect();
    assert_eq!(sums, expected(&weeks["total"])[..4]);
    // Twelve tickets a week: ten of the busy client, one of the quiet one, an internal one.
    assert!(sums.iter().all(|week| (10_000..14_000).contains(week)), "{sums:?}");
    let names: Vec<_> =
        days["clients"].as_array().unwrap().iter().map(|client| &client["name"]).collect();
    assert_eq!(names, ["Client 1", "Client 2"]);
    assert!(thousandths(&days["clients"][0]["tickets"]) > 30_000, "{}", days["clients"][0]);
    let words: Vec<_> =
        days["categories"].as_array().unwrap().iter().map(|it| &it["category"]).collect();
    assert_eq!(words, [&json!("Mail"), &json!("Printers"), &Value::Null]);
    assert!(days["backtest"]["origins"].as_u64().unwrap() >= 5, "{}", days["backtest"]);
    // A weekend has nothing.
    assert!(expected(&days["total"])[3..5].iter().all(|day| *day < 500), "{}", days["total"]);
    assert_eq!(days["total"]["bands"][0]["high"][3], 0);
}

#[tokio::test]
async fn too_few_days_are_told_with_what_is_needed() {
    let office = Office::new().await;
    let client = office.client(1).await;
    let before = office.get("/predictions/demand").await;
    assert_eq!(
        (&before["days"]["reason"], &before["analysis"]),
        (&json!("not_analysed"), &Value::Null)
    );
    office.opened((Some(client), None), 1, &[back(27), back(3)]).await;
    office.analysed().await;
    let answer = office.get("/predictions/demand").await;
    for (grain, have, needed) in [("days", 27, 28), ("weeks", 3, 26)] {
        let told = &answer[grain];
        assert_eq!((&told["reason"], &told["forecast"]), (&json!("not_enough_data"), &Value::Null));
        assert_eq!((&told["have"], &told["needed"]), (&json!(have), &json!(needed)), "{grain}");
    }
}

#[tokio::test]
async fn who_may_see_tickets_may_see_how_many_come_and_nothing_of_another_organisation() {
    let office = Office::new().await;
    let client = office.client(1).await;
    let days: Vec<Date> = (1..=40).map(back).collect();
    office.opened((Some(client), None), 1, &days).await;
    office.analysed().await;
    let as_role = |role| Ctx { grant: Grant::Role(role), ..office.ctx() };
    let viewer = as_role(Role::Viewer);
    assert!(analyses::demand(&viewer).await.unwrap().shown.unwrap().result.days.is_ok());
    assert!(matches!(analyses::revenue(&viewer).await, Err(Error::Forbidden)));
    let other = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let path = "/api/ai/predictions/demand";
    let answer = office.world.ask(Method::GET, path, &other, None).await.json();
    assert_eq!(answer["data"]["days"]["reason"], "not_analysed");
}
