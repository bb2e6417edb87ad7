//! What the last analysis found, in words.

mod rephrased;

use clearmargin_domain::{analysis::AnalysisRun, id::ClientId, integration::AsOf};
use clearmargin_insight::words::{self, Paragraph, Silence, Topic};

use super::{
    known,
    overview::{Overview, overview},
    shown::Shown,
};
use crate::{Ctx, Error};

use rephrased::Rephrased;
pub(crate) use rephrased::rephrase;
pub use rephrased::set_rephrasing;

/// What the last analysis found, in words.
#[derive(Debug)]
pub struct Summary {
    /// The analysis; `None` as long as there was none.
    pub run: Option<AnalysisRun>,
    /// Whether the organisation wants it put in other words.
    pub rephrase: bool,
    /// What is told of each topic.
    pub paragraphs: Vec<Told>,
}

/// What is told of a topic.
#[derive(Debug)]
pub struct Told {
    /// The topic.
    pub topic: Topic,
    /// Up to when the sources had been read; `None` as long as nothing was analysed.
    pub as_of: Option<AsOf>,
    /// The words, or why there are none.
    pub said: Result<Said, Silence>,
}

/// Words.
#[derive(Debug)]
pub struct Said {
    /// The sentences, with their figures.
    pub paragraph: Paragraph,
    /// What is read.
    pub text: String,
    /// Whether that are other words than those of the sentences.
    pub rephrased: bool,
    /// The clients that are named, in this order, and what they are called.
    pub names: Vec<(ClientId, String)>,
}

/// What is said of a topic before anybody puts it in other words.
struct Draft {
    topic: Topic,
    as_of: Option<AsOf>,
    paragraph: Result<Paragraph, Silence>,
}

/// What the last analysis found, in words. It reads what the overview does, and where the organisation wants other
/// words the file with those.
pub async fn summary(ctx: &Ctx) -> Result<Summary, Error> {
    let of = Box::pin(overview(ctx)).await?;
    let (analyses, _) = known(ctx).await?;
    let run = of.genome.as_ref().map(|shown| shown.run.clone());
    let wanted = run.as_ref().filter(|_| analyses.rephrase);
    let other = Rephrased::of_run(ctx, wanted).await?;
    let tell = |draft: Draft| Told {
        topic: draft.topic,
        as_of: draft.as_of,
        said: draft.paragraph.map(|paragraph| said(&of, &other, paragraph)),
    };
    let paragraphs = drafts(&of).into_iter().map(tell).collect();
    Ok(Summary { run, rephrase: analyses.rephrase, paragraphs })
}

/// A paragraph as it is read: in other words, where those pass the gate.
fn said(of: &Overview, other: &Rephrased, paragraph: Paragraph) -> Said {
    let name = |client| of.name(client);
    let retold = other.of(&paragraph.template());
    let retold = retold.and_then(|text| paragraph.retold(text, &name).ok());
    let rephrased = retold.is_some();
    Said {
        text: retold.unwrap_or_else(|| paragraph.text(&name)),
        rephrased,
        names: paragraph.clients().iter().map(|client| (*client, of.name(*client))).collect(),
        paragraph,
    }
}

/// What is said of each topic.
fn drafts(of: &Overview) -> Vec<Draft> {
    let currency = of.currency;
    let open = of.anomalies.as_ref().filter(|it| it.snapshot.period.to() == of.month);
    let month = words::month(of.month, &of.months, open.is_some_and(|it| it.result.last_is_open));
    let cash = if of.may_read_invoices {
        draft(Topic::Cash, of.receivables.as_ref(), |it| words::cash(it, currency))
    } else {
        Draft { topic: Topic::Cash, as_of: None, paragraph: Err(Silence::NotPermitted) }
    };
    vec![
        Draft { topic: Topic::LastMonth, as_of: Some(of.as_of), paragraph: month },
        draft(Topic::Leaks, of.leaks.as_ref(), |it| words::leaks(it, currency)),
        draft(Topic::Churn, of.churn.as_ref(), |it| words::churn(it, currency)),
        draft(Topic::NextMonth, of.revenue.as_ref(), |it| words::next_month(it, currency)),
        cash,
        draft(Topic::Scores, of.genome.as_ref(), words::scores),
        draft(Topic::Anomalies, of.anomalies.as_ref(), |it| words::anomalies(it, currency)),
    ]
}

fn draft<T>(
    topic: Topic,
    part: Option<&Shown<T>>,
    paragraph: impl FnOnce(&T) -> Result<Paragraph, Silence>,
) -> Draft {
    Draft {
        topic,
        as_of: part.map(|shown| shown.snapshot.as_of),
        paragraph: part.map_or(Err(Silence::NotAnalysed), |shown| paragraph(&shown.result)),
    }
}
