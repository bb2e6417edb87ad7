//! A block: audit rows of one organisation in one file, whose bytes cannot be altered unnoticed.
//!
//! The first line says which block it is and names the hash of the one before; then comes one row
//! to a line; the last line holds the SHA-256 of every byte before it. That hash names the block.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{AuditEntry, BlockHash, Head};
use crate::{
    canonical::canonical,
    id::{AuditId, OrgId},
};

/// The version of the format.
const VERSION: u16 = 1;

/// Why bytes are not a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Not lines of text that end with a footer.
    #[error("it is cut off")]
    CutOff,
    /// The footer names another hash than that of the content.
    #[error("its content was altered: its hash is not the one in its last line")]
    Altered,
    /// A line is not what it has to be.
    #[error("line {line} cannot be read: {reason}")]
    Unreadable {
        /// Which line, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// The first line counts other rows than there are.
    #[error("its first line describes other rows than those in it")]
    OtherRows,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    version: u16,
    org: OrgId,
    block: u64,
    previous: BlockHash,
    rows: usize,
    first_row: Option<AuditId>,
    last_row: Option<AuditId>,
    sealed_at: Timestamp,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Footer {
    sha256: BlockHash,
}

/// Sealed rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    header: Header,
    /// Each row as it stands in the block.
    lines: Vec<String>,
    rows: Vec<AuditEntry>,
    hash: BlockHash,
}

impl Block {
    /// The block of these rows that follows a head.
    pub fn after(head: &Head, org: OrgId, rows: Vec<AuditEntry>, sealed_at: Timestamp) -> Self {
        let header = Header {
            version: VERSION,
            org,
            block: head.block + 1,
            previous: head.hash,
            rows: rows.len(),
            first_row: rows.first().map(|row| row.id),
            last_row: rows.last().map(|row| row.id),
            sealed_at,
        };
        let lines: Vec<_> = rows.iter().map(AuditEntry::line).collect();
        let hash = BlockHash::of(content(&header, &lines).as_bytes());
        Self { header, lines, rows, hash }
    }

    /// The block's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let footer = line(&Footer { sha256: self.hash });
        format!("{}{footer}\n", content(&self.header, &self.lines)).into_bytes()
    }

    /// Reads a block; one altered byte and it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, BlockError> {
        let text = std::str::from_utf8(bytes).map_err(|_| BlockError::Altered)?;
        let whole = text.strip_suffix('\n').ok_or(BlockError::CutOff)?;
        let (body, footer) = whole.rsplit_once('\n').ok_or(BlockError::CutOff)?;
        let mut lines: Vec<_> = body.split('\n').collect();
        let footer: Footer = read(footer, lines.len() + 1)?;
        let hash = BlockHash::of(format!("{body}\n").as_bytes());
        if hash != footer.sha256 {
            return Err(BlockError::Altered);
        }
        let header: Header = read(lines.remove(0), 1)?;
        if header.version != VERSION {
            let reason = format!("version {} is not known", header.version);
            return Err(BlockError::Unreadable { line: 1, reason });
        }
        let rows = lines.iter().zip(2..).map(|(row, number)| read(row, number));
        let rows: Vec<AuditEntry> = rows.collect::<Result<_, _>>()?;
        let lines = lines.into_iter().map(str::to_owned).collect();
        let block = Self { header, lines, rows, hash };
        // The footer can be spelled in other ways that read the same.
        if block.to_bytes() != bytes {
            return Err(BlockError::Altered);
        }
        block.describes_its_rows().then_some(block).ok_or(BlockError::OtherRows)
    }

    fn describes_its_rows(&self) -> bool {
        let Header { rows, first_row, last_row, .. } = self.header;
        rows == self.rows.len()
            && first_row == self.rows.first().map(|row| row.id)
            && last_row == self.rows.last().map(|row| row.id)
    }

    /// Its number, from 1.
    pub fn number(&self) -> u64 {
        self.header.block
    }

    /// Whose rows these are.
    pub fn org(&self) -> OrgId {
        self.header.org
    }

    /// The hash of the block before.
    pub fn previous(&self) -> BlockHash {
        self.header.previous
    }

    /// What the next block has to name.
    pub fn hash(&self) -> BlockHash {
        self.hash
    }

    /// When it was sealed.
    pub fn sealed_at(&self) -> Timestamp {
        self.header.sealed_at
    }

    /// The rows.
    pub fn rows(&self) -> &[AuditEntry] {
        &self.rows
    }

    /// The rows as they stand in the block.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

fn content(header: &Header, rows: &[String]) -> String {
    let mut text = line(header) + "\n";
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text
}

fn line<T: Serialize>(value: &T) -> String {
    canonical(serde_json::to_value(value).unwrap_or(Value::Null)).to_string()
}

fn read<T: DeserializeOwned>(text: &str, line: usize) -> Result<T, BlockError> {
    let unreadable = |error: serde_json::Error| error.to_string();
    serde_json::from_str(text)
        .map_err(|error| BlockError::Unreadable { line, reason: unreadable(error) })
}
