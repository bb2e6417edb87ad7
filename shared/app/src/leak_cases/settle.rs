//! What an analysis found, brought together with what was known of each leak.

use std::collections::BTreeMap;

use clearmargin_domain::{
    analysis::AnalysisRun,
    leak::{LeakCase, Sighting},
};
use clearmargin_insight::leaks::{Findings, Leak};
use clearmargin_store::Stored;
use serde_json::json;

use super::TRIES;
use crate::{Ctx, Error, tries::Tries};

/// How many cases one transaction writes.
const BATCH: usize = 90;

/// Writes what became of each leak. What is as it was is not written, so doing it again does nothing.
pub(crate) async fn settle(ctx: &Ctx, run: &AnalysisRun, found: &Findings) -> Result<(), Error> {
    let mut tries = Tries::most(TRIES);
    loop {
        match settle_once(ctx, run, found).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn settle_once(ctx: &Ctx, run: &AnalysisRun, found: &Findings) -> Result<(), Error> {
    let known = ctx.tenant().all::<LeakCase>().await?;
    let writes = writes(ctx, run, found, known);
    for part in writes.chunks(BATCH) {
        let detail = json!({"run": run.id, "leaks": part.len()});
        let mut change = ctx.tenant().change(ctx.audit("leaks.settled", run.id, detail));
        for (old, new) in part {
            change.set(old.as_ref(), new)?;
        }
        change.commit().await?;
    }
    Ok(())
}

type Write = (Option<Stored<LeakCase>>, LeakCase);

fn writes(
    ctx: &Ctx,
    run: &AnalysisRun,
    found: &Findings,
    known: Vec<Stored<LeakCase>>,
) -> Vec<Write> {
    let mut sightings: BTreeMap<&str, &Leak> =
        found.leaks.iter().map(|leak| (leak.key.as_str(), leak)).collect();
    let mut writes = Vec::new();
    for case in known {
        let after = match sightings.remove(case.key.as_str()) {
            Some(leak) => case.found_again(&sighting(leak), found.judged, run.day),
            // A kind that could not be looked for says nothing of whether it is gone.
            None if found.blind.contains_key(&case.kind) => continue,
            None => case.not_found(found.judged, run.day),
        };
        if after != case.value {
            writes.push((Some(case), after));
        }
    }
    let new = sightings.into_values().map(|leak| {
        (None, LeakCase::found(ctx.org, &sighting(leak), run.day, leak.total.currency))
    });
    writes.extend(new);
    writes
}

fn sighting(leak: &Leak) -> Sighting {
    Sighting {
        key: leak.key.clone(),
        kind: leak.kind,
        client: leak.client,
        months: leak.months.iter().map(|(month, money)| (*month, money.minor)).collect(),
        first_seen: leak.first_seen,
    }
}
