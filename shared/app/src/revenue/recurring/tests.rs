//! A long history of agreements that are signed, priced anew, added to and ended: what is told of each
//! month is what was agreed then, and its movements lead from one month to the next.

use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, DatedPrice, Frequency, Prices,
        PricingUnit,
    },
    id::{AgreementId, AgreementLineId},
    metrics::recurring::MovementKind,
    service::Offering,
};
use clearmargin_store::Stored;
use jiff::{Timestamp, ToSpan as _, civil::date};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use super::*;

const CLIENTS: u128 = 40;
const LONGEST: i32 = 36;
const FIRST: Date = date(2023, 1, 1);

/// What happens next, on a day of the current month. Numbers pick among what is there.
#[derive(Debug, Clone, Copy)]
enum Step {
    NextMonth,
    Sign { client: u128, day: i8, cents: i64 },
    Add { to: usize, day: i8, cents: i64, quantity: u8 },
    Reprice { line: usize, cents: i64 },
    End { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let (cents, day, pick) = (0_i64..1_000_000, 1_i8..=28, any::<usize>());
    prop_oneof![
        1 => Just(Step::NextMonth),
        90 => (1..=CLIENTS, day.clone(), cents.clone())
            .prop_map(|(client, day, cents)| Step::Sign { client, day, cents }),
        70 => (pick, day, cents.clone(), 0_u8..20)
            .prop_map(|(to, day, cents, quantity)| Step::Add { to, day, cents, quantity }),
        60 => (pick, cents).prop_map(|(line, cents)| Step::Reprice { line, cents }),
        80 => pick.prop_map(|which| Step::End { which }),
    ]
}

/// The agreements as they come about, and beside them what each client paid a month when.
#[derive(Default)]
struct Told {
    month: i32,
    agreements: Vec<Agreement>,
    lines: Vec<AgreementLine>,
    ends: Vec<HashMap<ClientId, i64>>,
}

fn price(effective_from: Date, cents: i64) -> DatedPrice {
    DatedPrice { effective_from, unit_price: Money::new(cents, Currency::USD), unit_cost: None }
}

impl Told {
    fn first_day(&self) -> Date {
        FIRST + self.month.months()
    }

    fn day(&self, day: i8) -> Date {
        self.first_day() + (i32::from(day) - 1).days()
    }

    fn happens(&mut self, step: Step) {
        let number = u128::try_from(self.lines.len()).unwrap() + 1;
        match step {
            Step::NextMonth if self.month + 1 < LONGEST => {
                self.ends.push(self.paid());
                self.month += 1;
            }
            Step::NextMonth => {}
            Step::Sign { client, day, cents } => {
                let agreement = Agreement {
                    id: AgreementId::new(Timestamp::UNIX_EPOCH, number),
                    client: ClientId::new(Timestamp::UNIX_EPOCH, client),
                    name: String::new(),
                    kind: AgreementKind::Service,
                    status: AgreementStatus::Active,
                    start: self.day(day),
                    end: None,
                    origin: None,
                    said: None,
                };
                self.add(&agreement, number, day, cents, 1);
                self.agreements.push(agreement);
            }
            Step::Add { to, day, cents, quantity } => {
                let open: Vec<_> = self.agreements.iter().filter(|it| it.end.is_none()).collect();
                let Some(agreement) = pick(&open, to) else { return };
                let agreement = (*agreement).clone();
                let day = if agreement.start > self.day(day) { 28 } else { day };
                self.add(&agreement, number, day, cents, quantity);
            }
            Step::Reprice { line, cents } => {
                let first = self.first_day();
                let place = line.checked_rem(self.lines.len());
                let Some(line) = place.and_then(|place| self.lines.get_mut(place)) else { return };
                let mut prices = line.prices.all().to_vec();
                // A price of an earlier month, or another one of this, is the last one no more.
                prices.retain(|it| it.effective_from < first);
                if prices.is_empty() || line.start > first {
                    return;
                }
                prices.push(price(first, cents));
                line.prices = Prices::new(prices).unwrap_or_else(|_| line.prices.clone());
            }
            Step::End { which } => {
                let first = self.first_day();
                let mut open: Vec<_> =
                    self.agreements.iter_mut().filter(|it| it.end.is_none()).collect();
                let place = which.checked_rem(open.len());
                let Some(agreement) = place.and_then(|place| open.get_mut(place)) else { return };
                if agreement.start < first {
                    // In the midst of the month: at its end nothing of it is left.
                    agreement.end = Some(first + 14.days());
                }
            }
        }
    }

    fn add(&mut self, agreement: &Agreement, number: u128, day: i8, cents: i64, quantity: u8) {
        self.lines.push(AgreementLine {
            id: AgreementLineId::new(Timestamp::UNIX_EPOCH, number),
            agreement: agreement.id,
            client: agreement.client,
            service: None,
            description: String::new(),
            offering: Offering::Service,
            unit: PricingUnit::Flat,
            quantity: Decimal::from(quantity).try_into().unwrap(),
            prices: Prices::new(vec![price(self.first_day(), cents)]).unwrap(),
            frequency: Frequency::Monthly,
            start: self.day(day),
            end: None,
            included_minutes: None,
            tax_code: None,
        });
    }

    /// What each client pays a month at the end of the current one, by hand.
    fn paid(&self) -> HashMap<ClientId, i64> {
        let open = self.agreements.iter().filter(|it| it.end.is_none());
        let open: BTreeSet<_> = open.map(|it| it.id).collect();
        let mut paid = HashMap::new();
        for line in &self.lines {
            let last = line.prices.all().last().unwrap().unit_price.minor;
            let quantity: Decimal = line.quantity.into();
            if open.contains(&line.agreement) {
                let minor = last * i64::try_from(quantity.mantissa()).unwrap();
                *paid.entry(line.client).or_default() += minor;
            }
        }
        paid
    }
}

fn stored<T>(all: Vec<T>) -> Vec<Stored<T>> {
    all.into_iter().map(|value| Stored { value, version: 1 }).collect()
}

fn pick<T>(all: &[T], number: usize) -> Option<&T> {
    all.get(number.checked_rem(all.len())?)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn movements_lead_through_what_was_agreed(steps in vec(step(), 10_000..11_000)) {
        let mut told = Told::default();
        for step in steps {
            told.happens(step);
        }
        told.ends.push(told.paid());
        let last = Month::of(FIRST).plus(told.month);
        let contracts = Contracts {
            today: last.last_day(),
            currency: Currency::USD,
            leads: HashMap::new(),
            agreements: Everything::new(stored(told.agreements), Vec::new(), stored(told.lines)),
        };
        let period = Period::new(Month::of(FIRST), last, MONTHS).unwrap();
        let (months, whole) = contracts.states(period).unwrap().over(period).unwrap();
        let signed = |movements: &Movements| {
            let part = |kind: MovementKind| kind.sign() * movements.tally(kind).minor;
            MovementKind::ALL.into_iter().map(part).sum::<i64>()
        };
        let mut at = 0;
        prop_assert_eq!(months.len(), told.ends.len());
        for (month, paid) in months.iter().zip(&told.ends) {
            let of_clients: HashMap<_, _> = month.revenue.clients().collect();
            let expected: HashMap<_, _> =
                paid.iter().filter(|(_, minor)| **minor != 0).map(|it| (*it.0, *it.1)).collect();
            prop_assert_eq!(&of_clients, &expected, "{}", month.month);
            prop_assert_eq!(month.movements.start(), at);
            at += signed(&month.movements);
            prop_assert_eq!((month.movements.end(), month.revenue.total()), (at, at));
        }
        prop_assert_eq!((whole.start(), whole.end(), signed(&whole)), (0, at, at));
    }
}
