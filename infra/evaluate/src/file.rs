//! Tables of words, as files hold them.

use std::{fs::File, io::Read as _, path::Path};

use clearmargin_insight::leaks::KeptError;

/// Why a file cannot be scored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is no table.
    #[error("{path}: {source}")]
    NoTable {
        /// The file.
        path: String,
        /// Why.
        source: csv::Error,
    },
    /// It lacks a column.
    #[error("there is no column {0}")]
    NoColumn(String),
    /// It holds something else than what is scored.
    #[error("{0}")]
    Unfit(String),
    /// A portfolio of our own making cannot be kept.
    #[error(transparent)]
    Unkept(#[from] KeptError),
}

/// A table of words.
#[derive(Debug)]
pub(crate) struct Words {
    /// What the columns are called.
    pub(crate) header: Vec<String>,
    /// The rows, each with a word for every column.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Words {
    /// What a file of comma-separated values holds.
    pub(crate) fn read(path: &Path) -> Result<Self, FileError> {
        let name = path.display().to_string();
        let bytes =
            bytes(path).map_err(|source| FileError::Unreadable { path: name.clone(), source });
        let bytes = bytes?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let no_table = |source| FileError::NoTable { path: name.clone(), source };
        let owned = |record: &csv::StringRecord| {
            record.iter().map(|word| word.trim().to_owned()).collect::<Vec<_>>()
        };
        let header = owned(reader.headers().map_err(no_table)?);
        let mut rows = Vec::new();
        for record in reader.records() {
            rows.push(owned(&record.map_err(no_table)?));
        }
        Ok(Self { header, rows })
    }

    /// The place of a column.
    pub(crate) fn place(&self, name: &str) -> Result<usize, FileError> {
        let found = self.header.iter().position(|it| it == name);
        found.ok_or_else(|| FileError::NoColumn(name.to_owned()))
    }

    /// The words of a column.
    pub(crate) fn column(&self, place: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(place)).map(String::as_str)
    }
}

/// What a file holds, unpacked if its name says that it is gzipped.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, std::io::Error> {
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|it| it == "gz") {
        flate2::read::GzDecoder::new(File::open(path)?).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
