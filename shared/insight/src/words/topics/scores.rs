//! How well clients do.

use super::{
    super::{Paragraph, Value},
    Silence,
};
use crate::genome::{Genome, Ranked};

/// How many clients have a score, and which is the best and the worst.
pub fn scores(genome: &Genome) -> Result<Paragraph, Silence> {
    let ranked = genome.ranked();
    let best = ranked.first().ok_or(Silence::NotEnoughData)?;
    let clients = |count| Value::count(count, "client", "clients");
    let of = Paragraph::default().says("Scores are known for ");
    let of = of.figure("scored", clients(ranked.len()));
    let of = match genome.clients.len() - ranked.len() {
        0 => of,
        unknown => of.says(" and not known for ").figure("unknown", clients(unknown)),
    };
    let of = score(of.says(". The best is "), best, "best");
    let of = match ranked.last().filter(|_| ranked.len() > 1) {
        Some(worst) => score(of.says(", the worst "), worst, "worst"),
        None => of,
    };
    Ok(of.says("."))
}

fn score(of: Paragraph, ranked: &Ranked, name: &'static str) -> Paragraph {
    let of = of.client(ranked.client).says(" with ");
    let of = if ranked.upper_bound { of.says("at most ") } else { of };
    of.figure(name, Value::Score(ranked.score))
}
