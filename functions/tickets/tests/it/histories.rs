//! What the desk's figures say is what happened, whatever happened and in whatever order, how often
//! and with how many interruptions the outbox was carried out.

use std::collections::{BTreeMap, HashMap};

use clearmargin_app::{
    Ctx, Precondition,
    desk::{self, Figures, Question},
    tickets::{self, NewTicket, NewTime, TimeSpan},
};
use clearmargin_domain::{
    desk::{Days, Grain, Sample, SubjectKind},
    id::{OrgId, TicketId},
    identity::Organization,
    money::Currency,
    period::Period,
    rollup::Subject,
    sketch::Sketch,
    ticket::TicketStatus,
};
use futures_util::future::join_all;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

use crate::desk::Desk;

/// How many histories each test tells; there are four of them.
const HISTORIES: u64 = 250;
/// How many histories share a table: it takes writes more slowly the more it has taken.
const PLACE: usize = 25;
const SAMPLES: [Sample; 2] = [Sample::FirstResponse, Sample::Resolution];
const KINDS: [SubjectKind; 3] =
    [SubjectKind::Technician, SubjectKind::Client, SubjectKind::Priority];
const WORDS: [Option<&str>; 3] = [None, Some("High"), Some("Low")];

/// What is known of a ticket: written down as it happens, from nothing that the product computes.
#[derive(Debug, Clone)]
struct Known {
    technician: Option<usize>,
    client: Option<usize>,
    priority: Option<&'static str>,
    status: TicketStatus,
    opened: Timestamp,
    answered: Option<Timestamp>,
    resolved: Option<Timestamp>,
    reopened: Vec<Timestamp>,
    /// Times that do not count; an open one has no end.
    waits: Vec<(Timestamp, Option<Timestamp>)>,
}

impl Known {
    fn go(&mut self, to: TicketStatus, at: Timestamp) {
        if to == self.status {
            return;
        }
        if self.status == TicketStatus::WaitingOnCustomer {
            self.waits.last_mut().unwrap().1 = Some(at);
        }
        if !self.status.is_open() && to.is_open() {
            self.reopened.push(at);
            self.waits.push((self.resolved.take().unwrap(), Some(at)));
        }
        if to == TicketStatus::WaitingOnCustomer {
            self.waits.push((at, None));
        }
        if !to.is_open() {
            self.resolved.get_or_insert(at);
        }
        self.status = to;
    }

    /// Seconds from the opening, round the clock, without what does not count.
    fn took(&self, until: Timestamp) -> i64 {
        let waited = self.waits.iter().filter(|(from, _)| *from < until);
        let waited = waited
            .map(|(from, to)| to.map_or(until, |to| to.min(until)).as_second() - from.as_second());
        until.as_second() - self.opened.as_second() - waited.sum::<i64>()
    }
}

fn day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// What the figures are to be.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Told {
    opened: i64,
    resolved: i64,
    reopened: i64,
    answers: Vec<i64>,
    resolutions: Vec<i64>,
}

impl Told {
    fn of<'a>(tickets: impl IntoIterator<Item = &'a Known>, days: Days) -> Self {
        let mut told = Self::default();
        for ticket in tickets {
            let inside = |at: &Timestamp| days.contains(day(*at));
            told.opened += i64::from(inside(&ticket.opened));
            told.reopened +=
                i64::try_from(ticket.reopened.iter().filter(|at| inside(at)).count()).unwrap();
            if let Some(at) = ticket.resolved.filter(inside) {
                told.resolved += 1;
                told.resolutions.push(ticket.took(at));
            }
            told.answers.extend(ticket.answered.filter(inside).map(|at| ticket.took(at)));
        }
        told.answers.sort_unstable();
        told.resolutions.sort_unstable();
        told
    }

    fn check(&self, figures: &Figures, what: &str) {
        let counts = figures.counts;
        assert_eq!(
            [counts.opened, counts.resolved, counts.reopened, counts.first_responses],
            [self.opened, self.resolved, self.reopened, i64::try_from(self.answers.len()).unwrap()],
            "{what}"
        );
        assert_eq!(counts.first_response_seconds, self.answers.iter().sum::<i64>(), "{what}");
        assert_eq!(counts.resolution_seconds, self.resolutions.iter().sum::<i64>(), "{what}");
        close(&self.answers, &figures.first_response, what);
        close(&self.resolutions, &figures.resolution, what);
    }
}

/// Numbers that look random and are the same in every run (`SplitMix64`, Steele et al. 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 on, below that.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn one_of<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        things.get(self.below(things.len().max(1)))
    }

    fn shuffle<T>(&mut self, things: &mut [T]) {
        for place in (1..things.len()).rev() {
            things.swap(place, self.below(place + 1));
        }
    }
}

/// The sketch's quantiles are within its error of the exact ones.
fn close(exact: &[i64], sketch: &Sketch, what: &str) {
    for percent in [50, 90] {
        let rank = (exact.len() * percent).div_ceil(100).max(1);
        let Some(exact) = exact.get(rank - 1) else {
            assert_eq!(sketch.quantile(u8::try_from(percent).unwrap()), None, "{what}");
            continue;
        };
        let found = sketch.quantile(u8::try_from(percent).unwrap()).unwrap();
        let found = i64::try_from(found).unwrap();
        assert!((found - exact).abs() * 20 <= *exact, "{what}: p{percent} {found} for {exact}");
    }
}

/// One history, told to the product and written down beside it.
struct History<'a> {
    desk: &'a Desk,
    org: OrgId,
    random: Random,
    tickets: HashMap<TicketId, Known>,
    worked_seconds: i64,
}

impl History<'_> {
    fn ctx(&self) -> Ctx {
        self.desk.world.app.for_system(self.org, "history")
    }

    async fn begin(desk: &Desk, seed: u64) -> History<'_> {
        let mut random = Random(seed);
        let now = desk.world.now();
        let org = OrgId::new(now, random.next().into());
        let history = History { desk, org, random, tickets: HashMap::new(), worked_seconds: 0 };
        let ctx = history.ctx();
        let name = "TechWave MSP".parse().unwrap();
        let zone = "UTC".parse().unwrap();
        let mut change = ctx.tenant().change(ctx.audit("test.made", org, Value::Null));
        change.insert(&Organization::new(org, name, Currency::USD, zone, now)).unwrap();
        desk.people(&mut change);
        change.commit().await.unwrap();
        history
    }

    /// Something happens.
    async fn step(&mut self) {
        let minutes = 1 + i64::try_from(self.random.below(5_000)).unwrap();
        self.desk.world.clock.advance(60 * minutes);
        let ctx = self.ctx();
        let ids: Vec<_> = {
            let mut ids: Vec<_> = self.tickets.keys().copied().collect();
            ids.sort_unstable();
            ids
        };
        let some = self.random.one_of(&ids).copied();
        match (self.random.below(10), some) {
            (0..3, _) | (_, None) => self.open(&ctx).await,
            (3..6, Some(id)) => self.go(&ctx, id).await,
            (6, Some(id)) => {
                let who = self.somebody();
                tickets::assign(&ctx, id, who.map(|who| self.desk.technicians[who])).await.unwrap();
                self.tickets.get_mut(&id).unwrap().technician = who;
            }
            (7, Some(id)) => {
                let text = "We are on our way.".parse().unwrap();
                tickets::comment(&ctx, id, text, false).await.unwrap();
                self.tickets.get_mut(&id).unwrap().answered.get_or_insert(ctx.now);
            }
            (8, Some(id)) => self.work(&ctx, id).await,
            (_, Some(id)) => {
                if tickets::remove(&ctx, id, &Precondition::None).await.is_ok() {
                    self.tickets.remove(&id);
                }
            }
        }
    }

    fn somebody(&mut self) -> Option<usize> {
        Some(self.random.below(4)).filter(|who| *who < 3)
    }

    async fn open(&mut self, ctx: &Ctx) {
        let technician = self.somebody();
        let client = Some(self.random.below(3)).filter(|client| *client < 2);
        let priority = *self.random.one_of(&WORDS).unwrap();
        let new = NewTicket {
            subject: Some("It burns".parse().unwrap()),
            client: client.map(|client: usize| self.desk.clients[client]),
            technician: technician.map(|who| self.desk.technicians[who]),
            priority: priority.map(|word| word.parse().unwrap()),
            ..NewTicket::default()
        };
        let ticket = tickets::open(ctx, new).await.unwrap().ticket;
        let known = Known {
            technician,
            client,
            priority,
            status: TicketStatus::New,
            opened: ctx.now,
            answered: None,
            resolved: None,
            reopened: Vec::new(),
            waits: Vec::new(),
        };
        self.tickets.insert(ticket.id, known);
    }

    async fn go(&mut self, ctx: &Ctx, id: TicketId) {
        let to = *self.random.one_of(&TicketStatus::ALL).unwrap();
        let moved = tickets::go(ctx, id, to, &Precondition::None).await;
        if moved.is_ok() {
            self.tickets.get_mut(&id).unwrap().go(to, ctx.now);
        }
    }

    async fn work(&mut self, ctx: &Ctx, id: TicketId) {
        let minutes = 1 + u32::try_from(self.random.below(300)).unwrap();
        let new = NewTime {
            technician: self.desk.technicians[0],
            span: TimeSpan::Minutes(minutes, None),
            billable: true,
            after_hours: None,
            service: None,
            note: None,
        };
        tickets::log_time(ctx, id, new).await.unwrap();
        self.worked_seconds += 60 * i64::from(minutes);
    }

    /// Carries out what is in the outbox: some of it twice, in any order, in batches, at the same
    /// time, and some batches a second time as a whole.
    async fn deliver(&mut self) {
        let outbox = self.desk.world.app.store.outbox();
        let mut records = outbox.waiting(self.org).await.unwrap();
        let twice: Vec<_> = records.iter().step_by(3).cloned().collect();
        records.extend(twice);
        self.random.shuffle(&mut records);
        let size = 1 + self.random.below(6);
        let again = records.chunks(size).step_by(2);
        let batches = records.chunks(size).chain(again).map(|batch| outbox.apply(batch.to_vec()));
        for outcome in join_all(batches).await {
            outcome.unwrap();
        }
    }

    /// Compares the course, and by turns technicians, clients or priorities.
    async fn check(&self, turn: u64) {
        let ctx = self.ctx();
        let today = day(ctx.now);
        let month = Days::new(today.first_of_month(), today.last_of_month(), 31).unwrap();
        let two = Days::new(month.before().from, month.to, 92).unwrap();
        self.check_course(&ctx, month, Grain::Day).await;
        self.check_course(&ctx, two, Grain::Month).await;
        let seed = format!("{:?}", self.tickets);
        let kind = KINDS[usize::try_from(turn % 3).unwrap()];
        let found = desk::compare(&ctx, kind, two, &SAMPLES).await.unwrap();
        let mut groups: BTreeMap<Option<String>, Vec<&Known>> = BTreeMap::new();
        for ticket in self.tickets.values() {
            groups.entry(self.key(kind, ticket)).or_default().push(ticket);
        }
        Told::of(self.tickets.values(), two).check(&found.total, &seed);
        for group in &found.groups {
            let own = groups.remove(&group.key).unwrap_or_default();
            Told::of(own.iter().copied(), two).check(&group.figures, &seed);
            Told::of(own, two.before()).check(&group.previous, &seed);
        }
        let rest: Vec<_> = groups.into_values().flatten().collect();
        assert_eq!(Told::of(rest, two), Told::default(), "{seed}");
        let period = Period::new(two.months().unwrap().0.plus(-12), two.months().unwrap().1, 99);
        let sums = ctx.tenant().rollups(Subject::Organization, period.unwrap()).await.unwrap();
        let worked: i64 = sums.values().map(|sums| sums.worked_seconds).sum();
        assert_eq!(worked, self.worked_seconds, "{seed}");
    }

    async fn check_course(&self, ctx: &Ctx, days: Days, grain: Grain) {
        let seed = format!("{:?}", self.tickets);
        let question = Question { client: None, days, samples: &SAMPLES };
        let course = desk::course(ctx, question, grain).await.unwrap();
        Told::of(self.tickets.values(), days).check(&course.total, &seed);
        Told::of(self.tickets.values(), days.before()).check(&course.previous.1, &seed);
        for (piece, figures) in &course.pieces {
            Told::of(self.tickets.values(), *piece).check(figures, &seed);
        }
    }

    fn key(&self, kind: SubjectKind, ticket: &Known) -> Option<String> {
        match kind {
            SubjectKind::Technician => {
                ticket.technician.map(|who| self.desk.technicians[who].to_string())
            }
            SubjectKind::Client => ticket.client.map(|who| self.desk.clients[who].to_string()),
            _ => ticket.priority.map(str::to_owned),
        }
    }
}

async fn tell(first: u64) {
    for seeds in (first..first + HISTORIES).collect::<Vec<_>>().chunks(PLACE) {
        let desk = Desk::new().await;
        for seed in seeds {
            Box::pin(tell_one(&desk, *seed)).await;
        }
    }
}

async fn tell_one(desk: &Desk, seed: u64) {
    let mut history = History::begin(desk, seed).await;
    for _ in 0..3 + history.random.below(8) {
        Box::pin(history.step()).await;
        if history.random.below(4) == 0 {
            history.deliver().await;
        }
    }
    history.deliver().await;
    history.check(seed).await;
}

#[tokio::test]
async fn figures_are_what_happened_in_the_first_histories() {
    Box::pin(tell(0)).await;
}

#[tokio::test]
async fn figures_are_what_happened_in_the_second_histories() {
    Box::pin(tell(HISTORIES)).await;
}

#[tokio::test]
async fn figures_are_what_happened_in_the_third_histories() {
    Box::pin(tell(2 * HISTORIES)).await;
}

#[tokio::test]
async fn figures_are_what_happened_in_the_fourth_histories() {
    Box::pin(tell(3 * HISTORIES)).await;
}
