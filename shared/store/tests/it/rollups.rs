//! Rollups are the sums of their rows, whatever happened to the rows and in whatever order the
//! outbox was carried out.

use std::collections::{BTreeMap, HashSet};

use clearmargin_domain::{
    agreement::Days,
    expense::{
        Allocated, Expense, ExpenseLine, Rebilled,
        allocation::{AllocationKey, Target},
    },
    id::{ClientId, ServiceId, TechnicianId},
    invoice::{Invoice, InvoiceLine},
    labour::WorkedTime,
    period::{Month, Period},
    rollup::{Bucket, Contributes, Delta, Measures, Subject},
    service::Offering,
    ticket::{Rating, Reached, Ticket, TicketStatus},
    time_entry::{BillingStatus, TimeEntry},
};
use clearmargin_store::{Change, Record, Stored};
use proptest::{collection::vec, prelude::*, test_runner::Config};

use crate::{
    bench::{Bench, NOW},
    sample::{DAY, expense, expense_account, invoice, ticket, time_entry, usd},
};

/// What happens to a row: the row, and the number that everything about its new state follows from.
type Step = (u8, u128, u64);

/// A number between nothing and `below`, another one for each `place`.
pub(crate) fn pick(seed: u64, place: u64, below: u64) -> u64 {
    let mixed = (seed ^ (place << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 17) % below
}

fn maybe<T>(seed: u64, place: u64, make: impl Fn(u128) -> T) -> Option<T> {
    let picked = pick(seed, place, 4);
    (picked > 0).then(|| make(u128::from(picked)))
}

fn amount(seed: u64, place: u64) -> clearmargin_domain::money::Money {
    usd(i64::try_from(pick(seed, place, 200_000)).unwrap() - 100_000)
}

fn day(seed: u64) -> jiff::civil::Date {
    let months = i32::try_from(pick(seed, 1, 3)).unwrap();
    Month::of(DAY).plus(months).first_day()
}

fn time_entry_of(number: u128, seed: u64) -> TimeEntry {
    let statuses = [BillingStatus::Pending, BillingStatus::Approved, BillingStatus::Invoiced];
    let template = time_entry(number);
    TimeEntry {
        client: maybe(seed, 2, |picked| ClientId::new(NOW, picked)),
        technician: TechnicianId::new(NOW, pick(seed, 3, 3).into()),
        service: maybe(seed, 4, |picked| ServiceId::new(NOW, picked)),
        day: day(seed),
        worked: WorkedTime { seconds: i64::try_from(pick(seed, 5, 40_000)).unwrap() },
        billable: pick(seed, 6, 3) > 0,
        status: statuses[usize::try_from(pick(seed, 7, 3)).unwrap()],
        hourly_price: maybe(seed, 8, |_| usd(15_000)),
        charge: None,
        invoiced: None,
        labour_cost: maybe(seed, 9, |_| template.labour_cost.clone().unwrap()),
        ..template
    }
}

fn invoice_of(number: u128, seed: u64) -> Invoice {
    let line = |place: u64| InvoiceLine {
        units: None,
        service: maybe(seed, 20 + place, |picked| ServiceId::new(NOW, picked)),
        offering: [Offering::Service, Offering::Product][usize::from(pick(seed, place, 2) > 0)],
        description: String::new(),
        amount: amount(seed, 30 + place),
        charge: None,
        recurs: maybe(seed, 40 + place, |_| Days::of(Month::of(day(seed)))),
    };
    Invoice {
        client: ClientId::new(NOW, pick(seed, 2, 3).into()),
        day: day(seed),
        due: maybe(seed, 4, |_| day(seed + 1)),
        balance: amount(seed, 5),
        lines: (0..pick(seed, 3, 4)).map(line).collect(),
        ..invoice(number)
    }
}

/// Lines of which some name a client, some are divided, and some of those no longer fit.
fn expense_of(number: u128, seed: u64) -> Expense {
    let target = |place| {
        let client = ClientId::new(NOW, u128::from(place % 3) + 1);
        let service = maybe(seed, 50 + place, |picked| ServiceId::new(NOW, picked));
        service.map_or(Target::Client(client), |it| Target::ClientService(client, it))
    };
    let allocated = |place: u64| {
        let weights = [(target(place), Some(3)), (target(place + 1), Some(4))];
        let month = Month::of(DAY);
        let divided = Allocated::by_key(usd(9_999), (AllocationKey::Seats, month), &weights, NOW);
        divided.unwrap().refitted(amount(seed, 30 + place + pick(seed, 60 + place, 2)))
    };
    let line = |place: u64| ExpenseLine {
        units: None,
        rebilled: Rebilled::No,
        client: maybe(seed, 10 + place, |picked| ClientId::new(NOW, picked))
            .filter(|_| pick(seed, 70 + place, 2) == 0),
        service: maybe(seed, 20 + place, |picked| ServiceId::new(NOW, picked)),
        description: String::new(),
        amount: amount(seed, 30 + place),
        source_id: None,
        account: maybe(seed, 80 + place, expense_account),
        allocated: maybe(seed, 40 + place, |_| allocated(place)),
    };
    Expense { day: day(seed), lines: (0..pick(seed, 3, 4)).map(line).collect(), ..expense(number) }
}

pub(crate) fn ticket_of(number: u128, seed: u64) -> Ticket {
    let on = |place: u64| {
        let days = i64::try_from(pick(seed, place, 80)).unwrap();
        DAY.checked_add(jiff::Span::new().days(days)).unwrap()
    };
    let reached = |place: u64| Reached {
        at: NOW,
        on: on(place),
        seconds: i64::try_from(pick(seed, place + 1, 900_000)).unwrap(),
        in_time: maybe(seed, place + 2, |picked| picked > 1),
    };
    let score = u8::try_from(pick(seed, 40, 5)).unwrap() + 1;
    Ticket {
        client: maybe(seed, 2, |picked| ClientId::new(NOW, picked)),
        technician: maybe(seed, 3, |picked| TechnicianId::new(NOW, picked)),
        category: maybe(seed, 4, |picked| format!("Category {picked}")),
        priority: maybe(seed, 5, |picked| format!("Priority {picked}")),
        opened_on: on(6),
        first_response: maybe(seed, 7, |_| reached(10)),
        resolution: maybe(seed, 8, |_| reached(20)),
        reopened_on: (0..pick(seed, 9, 3)).map(|count| on(30 + count)).collect(),
        rating: maybe(seed, 39, |_| Rating { score, on: on(41), comment: None }),
        status: TicketStatus::ALL[usize::try_from(pick(seed, 42, 6)).unwrap()],
        ..ticket(number)
    }
}

/// The rows as they should be.
#[derive(Default)]
struct Rows {
    tickets: BTreeMap<u128, Stored<Ticket>>,
    time_entries: BTreeMap<u128, Stored<TimeEntry>>,
    invoices: BTreeMap<u128, Stored<Invoice>>,
    expenses: BTreeMap<u128, Stored<Expense>>,
}

/// Inserts a row, changes it, or removes it, here and in the change.
pub(crate) fn take_step<T: Record>(
    rows: &mut BTreeMap<u128, Stored<T>>,
    change: &mut Change<'_>,
    (number, seed): (u128, u64),
    make: fn(u128, u64) -> T,
) {
    let value = make(number, seed);
    let version = match rows.remove(&number) {
        None => {
            change.insert(&value).unwrap();
            1
        }
        Some(old) if seed.is_multiple_of(4) => return change.delete(&old).unwrap(),
        Some(old) => {
            change.update(&old, &value).unwrap();
            old.version + 1
        }
    };
    rows.insert(number, Stored { value, version });
}

impl Rows {
    async fn change(&mut self, bench: &Bench, steps: &[Step]) {
        let mut change = bench.change();
        let mut touched = HashSet::new();
        for (kind, number, seed) in steps {
            if !touched.insert((kind, number)) {
                continue;
            }
            let step = (*number, *seed);
            match kind {
                0 => take_step(&mut self.time_entries, &mut change, step, time_entry_of),
                1 => take_step(&mut self.invoices, &mut change, step, invoice_of),
                2 => take_step(&mut self.tickets, &mut change, step, ticket_of),
                _ => take_step(&mut self.expenses, &mut change, step, expense_of),
            }
        }
        change.commit().await.unwrap();
    }

    fn count(&self) -> u64 {
        let money = self.time_entries.len() + self.invoices.len() + self.expenses.len();
        u64::try_from(money + self.tickets.len()).unwrap()
    }

    /// The sums of the rows, afresh.
    fn sums(&self) -> BTreeMap<Bucket, Measures> {
        fn add<'a, T: Contributes + 'a>(
            sum: &mut Delta,
            rows: impl Iterator<Item = &'a Stored<T>>,
        ) {
            rows.for_each(|row| sum.add_row(&row.value));
        }
        let mut sum = Delta::default();
        add(&mut sum, self.time_entries.values());
        add(&mut sum, self.invoices.values());
        add(&mut sum, self.expenses.values());
        sum.changes().collect()
    }
}

/// Every stored sum, by the ways in which it is read.
async fn stored_sums(bench: &Bench) -> BTreeMap<Bucket, Measures> {
    let tenant = bench.tenant();
    let period = Period::new(Month::of(DAY), Month::of(DAY).plus(2), 3).unwrap();
    let mut subjects = vec![Subject::Organization];
    for number in 0..4 {
        subjects.push(Subject::Client(ClientId::new(NOW, number)));
        subjects.push(Subject::Recurring(ClientId::new(NOW, number)));
        subjects.push(Subject::Service(ServiceId::new(NOW, number)));
        subjects.push(Subject::Technician(TechnicianId::new(NOW, number)));
    }
    let mut sums = BTreeMap::new();
    for subject in subjects {
        for (month, measures) in tenant.rollups(subject, period).await.unwrap() {
            sums.insert(Bucket { subject, month }, measures);
        }
    }
    for sum in tenant.client_rollups(period).await.unwrap() {
        let (subject, month) = (Subject::Client(sum.client), sum.month);
        assert_eq!(sums.get(&Bucket { subject, month }), Some(&sum.measures));
    }
    sums.retain(|_, measures| !measures.is_zero());
    sums
}

/// Carries out what is in the outbox: some of it twice, in any order, in batches, at the same time.
pub(crate) async fn deliver(bench: &Bench, seed: u64) {
    let outbox = bench.store.outbox();
    let mut records = outbox.waiting(bench.tenant().org()).await.unwrap();
    let twice: Vec<_> = records.iter().step_by(3).cloned().collect();
    records.extend(twice);
    let mut places: Vec<_> = (0..records.len()).collect();
    places.sort_by_key(|place| pick(seed, u64::try_from(*place).unwrap(), 1 << 40));
    let records: Vec<_> = places.into_iter().map(|place| records[place].clone()).collect();
    let size = usize::try_from(1 + pick(seed, 0, 7)).unwrap();
    let batches = records.chunks(size).map(|batch| outbox.apply(batch.to_vec()));
    for outcome in futures_util::future::join_all(batches).await {
        outcome.unwrap();
    }
}

proptest! {
    #![proptest_config(Config::with_cases(24))]

    #[test]
    fn rollups_are_the_sums_of_their_rows_whatever_happened_in_whatever_order(
        changes in vec(vec((0_u8..4, 0_u128..8, any::<u64>()), 1..8), 1..12),
        deliveries in vec(any::<u64>(), 12),
    ) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap().block_on(async {
            let bench = Bench::new().await;
            let mut rows = Rows::default();
            for (steps, delivery) in changes.iter().zip(&deliveries) {
                rows.change(&bench, steps).await;
                // Some changes wait for the next ones.
                if delivery.is_multiple_of(3) {
                    deliver(&bench, *delivery).await;
                }
            }
            deliver(&bench, deliveries[0]).await;
            let (sums, stored) = (rows.sums(), stored_sums(&bench).await);
            assert_eq!(stored, sums);
            let report = bench.tenant().drift().await.unwrap().unwrap();
            assert_eq!((&report.drifts[..], &report.desk_drifts[..]), (&[][..], &[][..]));
            assert_eq!(report.rows, rows.count());
        });
    }
}

#[tokio::test]
async fn a_period_is_read_from_its_first_month_to_its_last() {
    let bench = Bench::new().await;
    let month = |count| Month::of(DAY).plus(count);
    let mut change = bench.change();
    for count in 0..5_u8 {
        let row = TimeEntry { day: month(count.into()).first_day(), ..time_entry(count.into()) };
        change.insert(&row).unwrap();
    }
    change.commit().await.unwrap();
    bench.settle().await;
    let tenant = bench.tenant();
    let period = Period::new(month(1), month(3), 3).unwrap();
    let client = time_entry(0).client.unwrap();
    let of_client = tenant.rollups(Subject::Client(client), period).await.unwrap();
    assert_eq!(of_client.into_keys().collect::<Vec<_>>(), [month(1), month(2), month(3)]);
    let of_clients = tenant.client_rollups(period).await.unwrap();
    let months: Vec<_> = of_clients.iter().map(|sum| sum.month).collect();
    assert_eq!(months, [month(1), month(2), month(3)]);
    assert!(of_clients.iter().all(|sum| sum.client == client));
}
