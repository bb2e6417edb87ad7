//! Do table and blocks say the same?

use std::collections::BTreeMap;

use clearmargin_domain::{
    audit::{Block, Chain, ChainError, Fault, Head},
    id::{AuditId, OrgId},
};
use clearmargin_store::AuditRow;
use jiff::{SignedDuration, Timestamp};

use super::{SETTLED, block_key, seal};
use crate::{App, Error};

/// What is wrong with a trail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A block is altered, missing, or does not follow the one before.
    #[error("{0}")]
    Chain(#[from] ChainError),
    /// The last block is not the one that the table's head names.
    #[error("the table's head is not the last block")]
    Head,
    /// A sealed row is not in the table.
    #[error("row {0} was deleted from the table")]
    Deleted(AuditId),
    /// A row says something else than when it was sealed.
    #[error("row {0} was altered in the table")]
    Altered(AuditId),
    /// A row says that it is sealed, but its block does not have it.
    #[error("row {0} is in no block")]
    NotInBlock(AuditId),
    /// A row should have been sealed long ago; it is now.
    #[error("row {0} was not sealed in time")]
    Late(AuditId),
}

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Blocks that were read.
    pub blocks: u64,
    /// Rows that were compared.
    pub rows: usize,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Compares the rows from a moment on with the blocks that hold them; seals what was missed.
pub async fn check(app: &App, org: OrgId, from: Timestamp) -> Result<Report, Error> {
    let tenant = app.store.tenant(org);
    let now = app.clock.now();
    let rows = tenant.audit_since(from, now).await?;
    // The head last: whatever a row says that it is sealed in, the head has passed.
    let head = tenant.audit_head().await?;
    let mut report = Report { rows: rows.len(), ..Report::default() };
    let mut sealed = match blocks(app, org, &head, &rows, &mut report).await? {
        Ok(sealed) => sealed,
        Err(finding) => {
            report.findings.push(finding);
            return Ok(report);
        }
    };
    let mut late = Vec::new();
    for row in rows {
        let id = row.entry.id;
        match (sealed.remove(&id), row.sealed_in) {
            (Some(line), _) if line == row.entry.line() => {}
            (Some(_), _) => report.findings.push(Finding::Altered(id)),
            (None, Some(_)) => report.findings.push(Finding::NotInBlock(id)),
            (None, None) if row.entry.at < now - SETTLED => late.push(row.entry),
            (None, None) => {}
        }
    }
    // What was written since the rows were read is not missing.
    for (id, _) in sealed.into_iter().filter(|(id, _)| id.at() >= from) {
        if !tenant.has_audit_row(id).await? {
            report.findings.push(Finding::Deleted(id));
        }
    }
    let late = tenant.unsealed_of(late).await?;
    report.findings.extend(late.iter().map(|row| Finding::Late(row.id)));
    seal(app, org, late).await?;
    Ok(report)
}

/// The rows of the blocks from the first that any of the rows is in, as they stand there; or the
/// first thing that is wrong with the chain.
async fn blocks(
    app: &App,
    org: OrgId,
    head: &Head,
    rows: &[AuditRow],
    report: &mut Report,
) -> Result<Result<BTreeMap<AuditId, String>, Finding>, Error> {
    let marks = || rows.iter().filter_map(|row| row.sealed_in);
    if marks().max().is_some_and(|last| last > head.block) {
        return Ok(Err(Finding::Head));
    }
    let first = marks().min().unwrap_or(head.block).max(1);
    let mut lines = BTreeMap::new();
    let mut chain = Chain::default();
    for number in first..=head.block {
        let Some(bytes) = app.archive.get(&block_key(org, number)).await? else {
            return Ok(Err(ChainError { block: number, fault: Fault::Missing }.into()));
        };
        if number == first {
            let previous = Block::parse(&bytes).map(|block| block.previous());
            let hash = previous.unwrap_or_default();
            chain = Chain::from(Head { block: first - 1, hash, ..Head::default() });
        }
        let block = match chain.push(&bytes) {
            Ok(block) => block,
            Err(error) => return Ok(Err(error.into())),
        };
        report.blocks += 1;
        if block.org() != org || number == head.block && block.hash() != head.hash {
            return Ok(Err(Finding::Head));
        }
        lines.extend(block.rows().iter().map(|row| row.id).zip(block.lines().to_vec()));
    }
    Ok(Ok(lines))
}

/// How far back the nightly comparison goes.
pub(crate) const NIGHTLY: SignedDuration = SignedDuration::from_hours(3 * 24);
