//! A chain of blocks: each names the hash of the one before, and the head names the last.

use std::{collections::HashSet, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Block, BlockError, BlockHash};
use crate::id::{AuditId, OrgId};

/// Where a chain ends. Whoever keeps one elsewhere can tell later whether the chain still goes
/// through it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// The number of the last block; 0 before the first.
    pub block: u64,
    /// Its hash; zeros before the first.
    pub hash: BlockHash,
    /// How many rows are sealed in all blocks.
    pub rows: u64,
    /// The newest row that is sealed.
    pub newest: Option<AuditId>,
    /// When the last block was sealed.
    pub sealed_at: Option<Timestamp>,
}

impl Head {
    /// The head once that block is the last.
    #[must_use]
    pub fn then(&self, block: &Block) -> Self {
        let newest = block.rows().iter().map(|row| row.id).max();
        Self {
            block: block.number(),
            hash: block.hash(),
            rows: self.rows + u64::try_from(block.rows().len()).unwrap_or_default(),
            newest: self.newest.max(newest),
            sealed_at: Some(block.sealed_at()),
        }
    }
}

/// What is wrong with a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It cannot be read as a block.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// It has another number than the one that comes next.
    #[error("it says that it is block {0}")]
    Misplaced(u64),
    /// It does not name the hash of the block before.
    #[error("it does not follow the block before it")]
    DoesNotFollow,
    /// It holds another organisation's rows.
    #[error("it belongs to another organisation")]
    OtherOrganization,
    /// A row was sealed before.
    #[error("row {0} was sealed in an earlier block")]
    SealedTwice(AuditId),
    /// It is not the block that the given head names.
    #[error("its hash is not the one that was kept")]
    NotTheHead,
    /// The chain ends before it.
    #[error("it is missing")]
    Missing,
}

/// The first thing that is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("block {block}: {fault}")]
pub struct ChainError {
    /// The block's place, from 1.
    pub block: u64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// A chain as far as it was checked.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    head: Head,
    org: Option<OrgId>,
    seen: HashSet<AuditId>,
    /// A head kept elsewhere that the chain has to go through.
    kept: Option<KeptHead>,
}

/// A head that somebody kept: `number:hash`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptHead {
    block: u64,
    hash: BlockHash,
}

/// The text is no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a block's number and hash such as 12:9f86d0…")]
pub struct InvalidHead;

impl FromStr for KeptHead {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (block, hash) = text.split_once(':').ok_or(InvalidHead)?;
        let block = block.parse().map_err(|_| InvalidHead)?;
        Ok(Self { block, hash: hash.parse().map_err(|_| InvalidHead)? })
    }
}

impl fmt::Display for KeptHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.block, self.hash)
    }
}

impl From<Head> for KeptHead {
    fn from(head: Head) -> Self {
        Self { block: head.block, hash: head.hash }
    }
}

impl Chain {
    /// A chain from its first block on, which has to go through a head that was kept, if any was.
    pub fn new(kept: Option<KeptHead>) -> Self {
        Self { kept, ..Self::default() }
    }

    /// A chain that goes on after a head known to be right.
    pub fn from(head: Head) -> Self {
        Self { head, ..Self::default() }
    }

    /// Checks the next block.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Block, ChainError> {
        let place = self.head.block + 1;
        let wrong = |fault| ChainError { block: place, fault };
        let block = Block::parse(bytes).map_err(|error| wrong(error.into()))?;
        self.check(&block).map_err(wrong)?;
        self.org = Some(block.org());
        self.head = self.head.then(&block);
        Ok(block)
    }

    fn check(&mut self, block: &Block) -> Result<(), Fault> {
        if block.number() != self.head.block + 1 {
            return Err(Fault::Misplaced(block.number()));
        }
        if block.previous() != self.head.hash {
            return Err(Fault::DoesNotFollow);
        }
        if self.org.is_some_and(|org| org != block.org()) {
            return Err(Fault::OtherOrganization);
        }
        let kept = self.kept.filter(|kept| kept.block == block.number());
        if kept.is_some_and(|kept| kept.hash != block.hash()) {
            return Err(Fault::NotTheHead);
        }
        let twice = block.rows().iter().find(|row| !self.seen.insert(row.id));
        twice.map_or(Ok(()), |row| Err(Fault::SealedTwice(row.id)))
    }

    /// The chain's head, when nothing that was kept is missing.
    pub fn finish(self) -> Result<Head, ChainError> {
        match self.kept {
            Some(kept) if kept.block > self.head.block => {
                Err(ChainError { block: self.head.block + 1, fault: Fault::Missing })
            }
            _ => Ok(self.head),
        }
    }
}

#[cfg(test)]
mod tests;
