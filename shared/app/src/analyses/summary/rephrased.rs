//! Other words for what an analysis found, and who wants them.
//!
//! They are asked for once after each run, as a job of its own, and kept beside what the run found, by the hash of
//! the template that they are of. What fails or is refused is not kept, so that the template is shown.

use std::collections::BTreeMap;

use clearmargin_domain::{
    access::Action,
    analysis::{Analyses, AnalysisRun},
    id::AnalysisRunId,
};
use clearmargin_insight::words::{Template, gate};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    super::{file, known},
    drafts, overview,
};
use crate::{Ctx, Error, Rephraser, jobs::Outcome, tries::Tries};

/// What the file of other words is called.
const WORDS: &str = "words";
/// How often something is tried again that met another change.
const TRIES: usize = 16;

/// Other words, by the hash of the template that they are of. They have no figures and no names either.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Rephrased(BTreeMap<String, String>);

impl Rephrased {
    /// The other words of a run; none without one, if none were kept, and once the file is gone.
    pub(super) async fn of_run(ctx: &Ctx, run: Option<&AnalysisRun>) -> Result<Self, Error> {
        let kept = run.and_then(|run| Some((run.id, run.words.as_ref()?)));
        let Some((run, kept)) = kept else { return Ok(Self::default()) };
        let bytes = file::find(ctx, run, WORDS, kept).await?;
        bytes.map_or(Ok(Self::default()), |it| serde_json::from_slice(&it).map_err(Error::internal))
    }

    /// Those of exactly this template.
    pub(super) fn of(&self, template: &Template) -> Option<&str> {
        self.0.get(&template.hash()).map(String::as_str)
    }
}

/// What became of the texts that were asked for.
#[derive(Debug, Default, Serialize)]
struct Count {
    kept: usize,
    refused: usize,
    failed: usize,
}

/// Has what a run found put in other words, if that is wanted and the run is the one that is shown. Once is enough:
/// what fails is not asked for again.
pub(crate) async fn rephrase(ctx: &Ctx, id: AnalysisRunId) -> Result<Outcome, Error> {
    let Some(rephraser) = ctx.app.rephraser.clone() else { return Ok(Outcome::Done) };
    let (analyses, _) = known(ctx).await?;
    if !analyses.rephrase || analyses.done != Some(id) {
        return Ok(Outcome::Done);
    }
    let run = ctx.tenant().get::<AnalysisRun>(id).await?;
    let Some(run) = run.filter(|run| run.words.is_none()) else { return Ok(Outcome::Done) };
    let of = Box::pin(overview(ctx)).await?;
    let said = drafts(&of).into_iter().filter_map(|draft| draft.paragraph.ok());
    let templates: Vec<Template> = said.map(|paragraph| paragraph.template()).collect();
    let (words, count) = asked(rephraser.as_ref(), &templates).await;
    let bytes = serde_json::to_vec(&words).map_err(Error::internal)?;
    let kept = file::keep(ctx, id, WORDS, bytes).await?;
    let mut change = ctx.tenant().change(ctx.audit("analysis.rephrased", id, json!(count)));
    change.update(&run, &run.with_words(kept))?;
    // If it did not, another one did the same meanwhile.
    change.attempt().await?;
    Ok(Outcome::Done)
}

/// Asks for each template in other words.
async fn asked(rephraser: &dyn Rephraser, templates: &[Template]) -> (Rephrased, Count) {
    let (mut words, mut count) = (BTreeMap::new(), Count::default());
    let instructions = gate::instructions();
    for template in templates {
        match rephraser.rephrase(&instructions, template).await {
            Ok(text) => match gate::check(template, text.trim()) {
                Ok(()) => {
                    count.kept += 1;
                    words.insert(template.hash(), text.trim().to_owned());
                }
                Err(refusal) => {
                    count.refused += 1;
                    tracing::info!(%refusal, "other words were refused");
                }
            },
            Err(error) => {
                count.failed += 1;
                tracing::warn!(error = &error as &dyn std::error::Error, "no other words");
            }
        }
    }
    (Rephrased(words), count)
}

/// Has what later runs find put in other words, or no more. Once it is off, none are shown. Saying again what is so
/// changes nothing.
pub async fn set_rephrasing(ctx: &Ctx, wanted: bool) -> Result<bool, Error> {
    ctx.require(Action::OrganizationWrite)?;
    if let Some(was) = ctx.replay().await? {
        return Ok(was);
    }
    let mut tries = Tries::most(TRIES);
    loop {
        match set_once(ctx, wanted).await {
            Err(met) if tries.again(&met) => {}
            done => return done,
        }
    }
}

async fn set_once(ctx: &Ctx, wanted: bool) -> Result<bool, Error> {
    let (analyses, stored) = known(ctx).await?;
    if analyses.rephrase == wanted {
        return Ok(wanted);
    }
    let detail = json!({"rephrase": wanted});
    let mut change = ctx.tenant().change(ctx.audit("analysis.rephrasingSet", ctx.org, detail));
    change.set(stored.as_ref(), &Analyses { rephrase: wanted, ..analyses })?;
    ctx.commit(change, wanted).await
}
