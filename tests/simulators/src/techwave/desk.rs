//! The service desk: tickets and the time logged on them.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::accounts::Account;
use super::apportion::apportion;
use super::calendar::{Calendar, shift_days, working_day};
use super::clients::Client;
use super::ids::{Id, Ids};
use super::people;
use super::technicians::{Technician, group};
use super::time::{self, Labour, Logged, WorkItem};
use crate::random::Random;

/// What the desk draws on.
pub(super) struct Desk<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) clients: &'a [Client],
    pub(super) accounts: &'a [Option<Account>],
    pub(super) technicians: &'a [Technician],
    /// Remote, on site, project, emergency.
    pub(super) items: [time::Item; 4],
}

/// Everything that happened on the desk.
#[derive(Default)]
pub(super) struct Work {
    pub(super) tickets: Vec<Value>,
    pub(super) worklogs: Vec<Value>,
    /// The time that was put on invoices.
    pub(super) invoiced: Vec<Labour>,
}

impl Work {
    fn take(&mut self, logged: Logged) {
        self.worklogs.push(logged.object);
        self.invoiced.extend(logged.labour);
    }
}

/// Tickets by calendar month, January first, in hundredths of the usual.
const SEASON: [u64; 12] = [115, 100, 105, 100, 95, 95, 90, 100, 115, 110, 95, 80];

const SUBJECTS: &str = include_str!("tickets.txt");

const APPLICATIONS: [&str; 8] =
    ["Dentrix", "Clio", "Sage 300", "Procore", "Epicor", "AutoCAD", "Lacerte", "Salesforce"];

/// First day of a month, a client, and how much trouble it makes then.
type Expected<'a> = (Date, &'a Client, u64);

struct Subject {
    text: &'static str,
    category: &'static str,
    subcategory: &'static str,
    request: &'static str,
    minutes: i64,
}

fn subjects() -> Vec<Subject> {
    let read = |line: &'static str| {
        let mut fields = line.split(" | ");
        Some(Subject {
            text: fields.next()?,
            category: fields.next()?,
            subcategory: fields.next()?,
            request: fields.next()?,
            minutes: fields.next()?.parse().ok()?,
        })
    };
    SUBJECTS.lines().skip(1).filter_map(read).collect()
}

impl Desk<'_> {
    /// Makes exactly `tickets` tickets with `worklogs` worklogs on them.
    pub(super) fn work(&self, tickets: u64, worklogs: u64, ids: &mut Ids, random: &Random) -> Work {
        let mut random = random.fork(1);
        let subjects = subjects();
        let loads: Vec<u64> = (0..tickets).map(|_| *random.pick(&[0, 1, 1, 1, 2, 2, 3])).collect();
        let projects = worklogs / 60;
        let mut loads = apportion(worklogs - projects, &loads).into_iter();
        let mut work = Work::default();
        let plan = self.plan();
        self.projects(projects, &plan, ids, &mut random, &mut work);
        let weights: Vec<u64> = plan.iter().map(|(_, _, weight)| *weight).collect();
        for ((month, client, _), count) in plan.iter().zip(apportion(tickets, &weights)) {
            let Some(account) = self.accounts.get(client.number).and_then(Option::as_ref) else {
                continue;
            };
            for load in loads.by_ref().take(usize::try_from(count).unwrap_or(0)) {
                let subject = random.pick(&subjects);
                let opened = working_day(*month, &mut random);
                let case = Case { client, account, subject, opened };
                self.handle(&case, load, ids, &mut random, &mut work);
            }
        }
        work
    }

    /// How much trouble to expect from each client in each month.
    fn plan(&self) -> Vec<Expected<'_>> {
        let months = self.calendar.months().iter().enumerate();
        let pairs = months.flat_map(|month| self.clients.iter().map(move |client| (month, client)));
        pairs
            .filter(|((month, _), client)| client.in_desk() && client.is_served(*month))
            .map(|((month, first), client)| {
                let season = usize::try_from(first.month() - 1).ok().and_then(|at| SEASON.get(at));
                let usual = u64::try_from(client.seats(month) * client.demand).unwrap_or(0);
                (*first, client, usual * season.copied().unwrap_or(100))
            })
            .collect()
    }

    /// Time on projects: their worklogs do not tell the client.
    fn projects(
        &self,
        count: u64,
        plan: &[Expected<'_>],
        ids: &mut Ids,
        random: &mut Random,
        work: &mut Work,
    ) {
        let running: Vec<(Id, String)> =
            (1..=3).map(|number| (ids.next(), format!("PRJ-{number:04}"))).collect();
        let [_, _, item, _] = self.items;
        for _ in 0..if plan.is_empty() { 0 } else { count } {
            let (month, client, _) = random.pick(plan);
            let (id, display) = random.pick(&running);
            let entry = time::Entry {
                calendar: self.calendar,
                client,
                technician: random.pick(self.technicians),
                item,
                work_item: WorkItem { id: *id, display, module: "PROJECT" },
                day: working_day(*month, random),
                minutes: random.between(60, 480),
                note: "Project",
            };
            work.take(time::log(&entry, ids, random));
        }
    }

    fn handle(
        &self,
        case: &Case<'_>,
        load: u64,
        ids: &mut Ids,
        random: &mut Random,
        work: &mut Work,
    ) {
        let number = work.tickets.len();
        let id = ids.next();
        let display = format!("{}-{:04}", case.opened.strftime("%m%d%y"), number % 10_000);
        let shares: Vec<u64> = self.technicians.iter().map(|technician| technician.share).collect();
        let Some(technician) = self.technicians.get(random.weighted(&shares)) else {
            return;
        };
        let minute = random.between(7 * 60, 18 * 60);
        let mut moment = (case.opened, minute + random.between(10, 240));
        let mut hundredths = 0;
        for _ in 0..load {
            let helper = random.chance(150).then(|| random.pick(self.technicians));
            let entry = time::Entry {
                calendar: self.calendar,
                client: case.client,
                technician: helper.unwrap_or(technician),
                item: case.labour(self.items, random.below(100)),
                work_item: WorkItem { id, display: &display, module: "TICKET" },
                day: moment.0,
                minutes: case.subject.minutes * random.between(90, 220) / 100,
                note: case.subject.category,
            };
            let logged = time::log(&entry, ids, random);
            hundredths += logged.hundredths;
            work.take(logged);
            moment = self.later(moment, random);
        }
        let course = Course { id, display, technician, minute, touched: moment, hundredths };
        work.tickets.push(self.ticket(case, &course, random));
    }

    /// Some days on, but never after the last day.
    fn later(&self, (day, _): (Date, i64), random: &mut Random) -> (Date, i64) {
        let next = shift_days(day, random.between(0, 5));
        (next.min(self.calendar.end()), random.between(8 * 60, 18 * 60))
    }

    /// The `Ticket` object.
    fn ticket(&self, case: &Case<'_>, course: &Course<'_>, random: &mut Random) -> Value {
        let Case { client, account, subject, opened } = case;
        let recent = shift_days(*opened, 20) > self.calendar.end();
        let open = random.chance(if recent { 450 } else { 15 });
        let status = if open {
            *random.pick(&["Open", "In Progress", "Waiting on Customer", "On Hold"])
        } else {
            *random.pick(&["Closed", "Closed", "Resolved"])
        };
        let (priority, respond, resolve) =
            *random.pick(&[("Low", 480, 7_200), ("Medium", 240, 2_880), ("High", 60, 480)]);
        let time = |minute| self.calendar.utc(*opened, minute);
        let (touched_day, touched_minute) = course.touched;
        let touched = self.calendar.utc(touched_day, touched_minute);
        let answered = course.minute + random.between(2, respond * 3 / 2);
        let late = random.chance(120);
        let requester = account.contacts.get(random.index(account.contacts.len()));
        let account_id =
            if random.chance(50) { account.id.number() } else { json!(account.id.text()) };
        json!({
            "ticketId": course.id.text(),
            "displayId": course.display,
            "subject": case.subject_line(random),
            "ticketType": subject.request,
            "requestType": if subject.request == "INCIDENT" { "Incident" } else { "Service Request" },
            "source": *random.pick(&["EMAIL", "EMAIL", "FORM", "PHONE", "AGENT", "INTEGRATION"]),
            "client": { "accountId": account_id, "name": client.profile.desk },
            "site": { "id": account.site.number(), "name": "Headquarters" },
            "requester": requester.map(super::accounts::Contact::reference),
            "additionalRequester": [],
            "followers": [],
            "techGroup": group(),
            "technician": course.technician.reference(),
            "status": status,
            "priority": priority,
            "impact": *random.pick(&["Affects user", "Affects user", "Affects department", "Affects business"]),
            "urgency": *random.pick(&["Low", "Medium", "High"]),
            "category": subject.category,
            "subcategory": subject.subcategory,
            "cause": null,
            "subcause": null,
            "resolutionCode": if open { Value::Null } else { json!("Permanent Fix") },
            "sla": { "id": "4610000000000000161", "name": "Standard SLA" },
            "createdTime": time(course.minute),
            "updatedTime": touched,
            "firstResponseDueTime": time(course.minute + respond),
            "firstResponseTime": time(answered),
            "firstResponseViolated": answered > course.minute + respond,
            "resolutionDueTime": time(course.minute + resolve),
            "resolutionTime": if open { Value::Null } else { json!(touched) },
            "resolutionViolated": late,
            "customFields": {},
            "worklogTimespent": time::decimal(course.hundredths, true),
        })
    }
}

/// A ticket about to be written: who, what, when.
struct Case<'a> {
    client: &'a Client,
    account: &'a Account,
    subject: &'a Subject,
    opened: Date,
}

impl Case<'_> {
    fn subject_line(&self, random: &mut Random) -> String {
        let (first, last) = people::person(random);
        let person = format!("{first} {last}");
        let text = self.subject.text.replace("{person}", &person);
        let application = *random.pick(&APPLICATIONS);
        text.replace("{app}", application)
    }

    /// The kind of labour: long jobs are projects, some work is on site, the rest remote.
    fn labour(
        &self,
        [remote, onsite, project, emergency]: [time::Item; 4],
        draw: u64,
    ) -> time::Item {
        match draw {
            _ if self.subject.minutes >= 180 => project,
            0..15 => onsite,
            15..20 => emergency,
            _ => remote,
        }
    }
}

/// How a ticket went.
struct Course<'a> {
    id: Id,
    display: String,
    technician: &'a Technician,
    minute: i64,
    touched: (Date, i64),
    hundredths: i64,
}
