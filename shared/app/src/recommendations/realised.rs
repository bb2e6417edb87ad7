//! What issued documents charge because of what was accepted.

use clearmargin_domain::{
    agreement::AgreementLine,
    id::{AgreementId, ClientId, ServiceId},
    invoice::Invoice,
    period::Month,
    recommendation::{
        RecommendationCase, Repriced,
        realised::{self, Realised},
    },
};
use clearmargin_store::List;
use jiff::civil::Date;
use tokio::task::JoinSet;

use crate::{Ctx, Error, clients};

/// What raised prices of an agreement brought. It reads the client's lines and, month by month, its documents
/// of a year at most.
pub(super) async fn of_raise(
    ctx: &Ctx,
    case: &RecommendationCase,
    (agreement, on, set): (AgreementId, Date, &[Repriced]),
    today: Date,
) -> Result<Realised, Error> {
    if today < on {
        return Ok(Realised::pending(on));
    }
    let (records, days) = (records(ctx, case).await?, realised::followed(on, today));
    let mut known: Vec<AgreementLine> = Vec::new();
    for record in &records {
        let lines = ctx.tenant().lines_of_client(*record).await?;
        known.extend(lines.into_iter().map(|line| line.value));
    }
    let documents = documents(ctx, &records, days).await?;
    Ok(realised::of_raise((agreement, set), &known, &documents, (case.currency, days)))
}

/// What was charged of an entry that somebody was to offer, from the day of the acceptance on.
pub(super) async fn of_offer(
    ctx: &Ctx,
    case: &RecommendationCase,
    (service, accepted): (ServiceId, Date),
    today: Date,
) -> Result<Realised, Error> {
    let days = realised::followed(accepted, today);
    let documents = documents(ctx, &records(ctx, case).await?, days).await?;
    Ok(realised::of_offer(service, &documents, (case.currency, days)))
}

/// The records of the client; its own if they are known no more.
pub(super) async fn records(ctx: &Ctx, case: &RecommendationCase) -> Result<Vec<ClientId>, Error> {
    match clients::group_of(ctx, case.client).await {
        Ok(group) => Ok(group.ids()),
        Err(Error::NotFound(_)) => Ok(vec![case.client]),
        Err(error) => Err(error),
    }
}

/// The documents of all months that some days are of, read side by side, perhaps a moment behind.
async fn documents(
    ctx: &Ctx,
    records: &[ClientId],
    (first, last): (Date, Date),
) -> Result<Vec<Invoice>, Error> {
    let (from, months) = (Month::of(first), Month::of(last).since(Month::of(first)));
    let mut reads = JoinSet::new();
    for record in records.iter().copied() {
        for month in (0..=months).map(|later| from.plus(later)) {
            let ctx = ctx.clone();
            reads.spawn(async move {
                ctx.tenant().every_lately::<Invoice>(List::Invoices(record, month)).await
            });
        }
    }
    let mut documents = Vec::new();
    for read in reads.join_all().await {
        documents.extend(read?.into_iter().map(|document| document.value));
    }
    Ok(documents)
}
