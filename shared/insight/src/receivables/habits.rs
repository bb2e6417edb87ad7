//! What a client is used to: a mixed model (Laird and Ware, 1982). The days past due are those that
//! are usual, those that the facts of the bill add, those of the client, and chance. A client's are
//! drawn to the usual ones by as much as variances say (best linear unbiased prediction; Robinson, 1991).

use jiff::civil::Date;

use super::{
    bill::{Bill, Book, days},
    effects::{Effects, Sample},
};

/// After so many days a bill says half as much of its client.
const HALF_LIFE: f64 = 730.0;
/// A client's last bills, so many of them, say what the others could.
const LAST: usize = 200;
/// For how many bills the steadiness of all clients counts in that of one.
const STEADY: f64 = 20.0;
/// Days cannot be told more closely.
const CLOSEST: f64 = 0.5;
/// Between which bounds the weight lies that all clients have in a client's days, in bills.
const PULL: (f64, f64) = (0.05, 1e6);
/// By how many times the middle half a delay may lie outside it, before it counts as that (Tukey's
/// outer fences), and the least that this half is taken for, in days.
const FENCE: f64 = 3.0;
const MIDDLE: f64 = 10.0;
const HALVINGS: usize = 60;

/// What was learned of all clients.
#[derive(Debug)]
pub(super) struct Habits {
    /// What facts add.
    pub(super) effects: Effects,
    /// Days past due of a mean bill of a mean client.
    pub(super) usual: f64,
    /// The variance of a client's bills around what is expected of them.
    noise: f64,
    /// For how many bills all clients count in a client's days.
    pull: f64,
    fences: (f64, f64),
}

/// A client's bills before a day.
#[derive(Debug)]
pub(super) struct Standing {
    /// The days that each fact of the bill adds.
    pub(super) parts: Vec<f64>,
    /// The days that its client adds, by what it paid.
    pub(super) habit: f64,
    /// The days that its client adds, by what it had not paid.
    pub(super) waiting: f64,
    /// What is expected altogether, in days past due.
    pub(super) expected: f64,
    /// How far the truth may be from that: a standard deviation in days.
    pub(super) scale: f64,
    /// How far each earlier bill was from what is expected of this client, with what it counts.
    pub(super) own: Vec<(f64, f64)>,
}

/// A book with the days that its bills' facts add.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    book: &'a Book,
    added: Vec<f64>,
}

impl Habits {
    /// The habits in these bills, those of a client beside each other.
    pub(super) fn fit(samples: &[Sample<'_>]) -> Self {
        let fences = fences(samples);
        let mut samples = samples.to_vec();
        for it in &mut samples {
            it.delay = it.delay.clamp(fences.0, fences.1);
        }
        let effects = Effects::fit(&samples);
        let rest = |it: &Sample<'_>| it.delay - effects.parts(it.bill).iter().sum::<f64>();
        let clients: Vec<Vec<f64>> = samples
            .chunk_by(|a, b| a.bill.client == b.bill.client)
            .map(|own| own.iter().map(rest).collect())
            .collect();
        let (usual, noise, pull) = variances(&clients);
        Self { effects, usual, noise, pull, fences }
    }

    /// A book, to be asked about clients.
    pub(super) fn read<'a>(&self, book: &'a Book) -> Reading<'a> {
        let added = book.bills().iter().map(|bill| self.effects.parts(bill).iter().sum());
        Reading { book, added: added.collect() }
    }

    /// What was known of a bill's client on its date.
    pub(super) fn standing(&self, reading: &Reading<'_>, bill: &Bill) -> Standing {
        let Known { past, open } = self.known(reading, bill);
        let counts = past.iter().fold(0.0, |sum, (weight, _)| sum + weight);
        let paid: f64 = past.iter().map(|(weight, delay)| weight * delay).sum();
        let habit = paid / (counts + self.pull);
        let own = self.with_open(paid, counts, &open, habit);
        let parts = self.effects.parts(bill);
        let expected = self.usual + parts.iter().sum::<f64>() + own;
        let far: Vec<(f64, f64)> =
            past.into_iter().map(|(weight, delay)| (weight, delay - own)).collect();
        let squares: f64 = far.iter().map(|(weight, far)| weight * far * far).sum();
        let variance = (squares + STEADY * self.noise) / (counts + STEADY);
        let scale = self.scale(variance, counts);
        Standing { parts, habit, waiting: own - habit, expected, scale, own: far }
    }

    /// How far the truth may be from what is expected of a mean client without any bill.
    pub(super) fn unknown_scale(&self) -> f64 {
        self.scale(self.noise, 0.0)
    }

    /// Chance, and what is not known of the client.
    fn scale(&self, variance: f64, counts: f64) -> f64 {
        (variance * (1.0 + 1.0 / (counts + self.pull))).sqrt().max(CLOSEST)
    }

    fn known(&self, reading: &Reading<'_>, bill: &Bill) -> Known {
        let mut known = Known { past: Vec::new(), open: Vec::new() };
        let before = reading.book.before(bill.client, bill.day);
        let range = before.start.max(before.end.saturating_sub(LAST))..before.end;
        for (it, added) in reading.book.bills()[range.clone()].iter().zip(&reading.added[range]) {
            let weight = 0.5_f64.powf(days(it.day, bill.day) / HALF_LIFE);
            let beyond =
                |delay: f64| delay.clamp(self.fences.0, self.fences.1) - added - self.usual;
            match it.settled_before(bill.day) {
                Some(settled) => known.past.push((weight, beyond(it.past_due(settled)))),
                None => known.open.push((weight, beyond(least(it, bill.day)))),
            }
        }
        known
    }

    /// A client's days with what its open bills say: each was not paid so far, which is no news of
    /// one that is not due and much of one that is long overdue. The likeliest value, where chance
    /// is normal; `paid` is what the settled ones sum up to.
    fn with_open(&self, paid: f64, counts: f64, open: &[(f64, f64)], without: f64) -> f64 {
        let Some(longest) = open.iter().map(|(_, least)| *least).reduce(f64::max) else {
            return without;
        };
        let noise = self.noise.sqrt().max(CLOSEST);
        let said = |own: f64| {
            let surprise = |(weight, least): &(f64, f64)| weight * hazard((least - own) / noise);
            paid + noise * open.iter().map(surprise).sum::<f64>() - (counts + self.pull) * own
        };
        let (mut low, mut high) = (without, without.max(longest) + noise * open.len() as f64);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if said(middle) > 0.0 { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    }
}

/// What was known of a client: what each bill counts and its days beyond what was to be expected of
/// a mean client; of open ones, the least that these can become.
struct Known {
    past: Vec<(f64, f64)>,
    open: Vec<(f64, f64)>,
}

/// Days past due that a bill has at the least if it is open on the morning of a day. Payments are
/// told by whole days, so that any moment of the day before it is ruled out.
pub(super) fn least(bill: &Bill, day: Date) -> f64 {
    bill.past_due(day) - 0.5
}

/// Between which delays a bill is ordinary.
fn fences(samples: &[Sample<'_>]) -> (f64, f64) {
    let mut delays: Vec<f64> = samples.iter().map(|it| it.delay).collect();
    delays.sort_unstable_by(f64::total_cmp);
    let at = |quarter: usize| delays.get(delays.len() * quarter / 4).copied().unwrap_or_default();
    let (low, high) = (at(1), at(3));
    let reach = FENCE * (high - low).max(MIDDLE);
    (low - reach, high + reach)
}

/// The mean of clients, the variance within them, and how many bills the first is worth beside a
/// client's own (analysis of variance; Henderson, 1953).
fn variances(clients: &[Vec<f64>]) -> (f64, f64, f64) {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let means: Vec<f64> = clients.iter().map(|own| mean(own)).collect();
    let usual = mean(&means);
    let squares: f64 = (clients.iter().zip(&means))
        .map(|(own, mean)| own.iter().map(|it| (it - mean).powi(2)).sum::<f64>())
        .sum();
    let free: usize = clients.iter().map(|own| own.len() - 1).sum();
    let noise = if free > 0 { squares / free as f64 } else { 0.0 };
    let chance: f64 = clients.iter().map(|own| noise / own.len() as f64).sum::<f64>()
        / clients.len().max(1) as f64;
    let apart: Vec<f64> = means.iter().map(|it| (it - usual).powi(2)).collect();
    let between = mean(&apart) - chance;
    let pull = if between > 0.0 { noise / between } else { PULL.1 };
    (usual, noise, pull.clamp(PULL.0, PULL.1))
}

/// How likely the end is for what is normal and not over yet: density ÷ survival. The complementary
/// error function is that of Press and others, "Numerical Recipes" (1992), off by 1.2·10⁻⁷ at most.
fn hazard(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * x);
    let terms = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    // The error function without its factor exp(−x²), which the density has, too.
    let rest = t * terms.iter().rev().fold(0.0, |sum, term| sum * t + term).exp();
    let density = (2.0 / std::f64::consts::PI).sqrt();
    if z >= 0.0 {
        return density / rest;
    }
    let bell = (-x * x).exp();
    density * bell / (2.0 - rest * bell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_what_is_normal_is_as_likely_as_tables_say() {
        for (z, expected) in [
            (-3.0, 0.004_438),
            (-1.0, 0.287_60),
            (0.0, 0.797_885),
            (1.0, 1.525_135),
            (3.0, 3.283_1),
        ] {
            assert!((hazard(z) - expected).abs() < 1e-4, "{z}: {}", hazard(z));
        }
        assert!((hazard(50.0) - 50.02).abs() < 0.001);
        assert!(hazard(-60.0).abs() < 1e-12);
    }

    #[test]
    fn clients_that_differ_more_than_their_bills_are_drawn_together_less() {
        let apart = vec![vec![-6.0, -3.0, 0.0], vec![3.0, 6.0, 0.0], vec![-3.0, 0.0, 3.0]];
        let alike = vec![vec![-11.0, 9.0, 2.0], vec![10.0, -9.0, -1.0], vec![0.0, 1.0, -1.0]];
        let (usual, noise, pull) = variances(&apart);
        assert!(usual.abs() < 1e-12 && (noise - 9.0).abs() < 1e-12);
        // Means −3, 3 and 0 vary by 18 ÷ 3, of which 9 ÷ 3 are chance.
        assert!((pull - 9.0 / (6.0 - 3.0)).abs() < 1e-9, "{pull}");
        assert!(variances(&alike).2 > 100.0);
        assert!(variances(&[vec![5.0, 7.0]]).2 >= PULL.1);
    }
}
