//! A portfolio as a file that is written and read a client at a time: it may be larger than what a function holds.
//!
//! It is compressed by gzip (RFC 1952): a line of JSON with what belongs to no client, and one for each client.
//! The same portfolio gives the same bytes.

use std::io::{self, BufRead as _, BufReader, Write as _};

use flate2::{Compression, GzBuilder, bufread::GzDecoder, write::GzEncoder};
use serde::{Serialize, de::DeserializeOwned};

use super::{ClientBooks, Common};

/// A portfolio that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// It is not compressed as it has to be, or is cut off.
    #[error("the portfolio is not gzip, or is cut off")]
    Compression(#[from] io::Error),
    /// A line is not what it has to be.
    #[error("the portfolio has a line that is not understood")]
    Line(#[from] serde_json::Error),
    /// There is nothing in it.
    #[error("the portfolio is empty")]
    Empty,
}

/// Writes a portfolio.
#[derive(Debug)]
pub struct PortfolioWriter(GzEncoder<Vec<u8>>);

impl PortfolioWriter {
    /// Begins with what belongs to no client.
    ///
    /// # Errors
    ///
    /// Where that cannot be written as JSON.
    pub fn new(common: &Common) -> Result<Self, KeptError> {
        // No time of writing, and no system: the same portfolio gives the same bytes.
        let gzip = GzBuilder::new().mtime(0).operating_system(255);
        let mut writer = Self(gzip.write(Vec::new(), Compression::fast()));
        writer.line(common)?;
        Ok(writer)
    }

    /// Adds a client.
    ///
    /// # Errors
    ///
    /// Where it cannot be written as JSON.
    pub fn add(&mut self, client: &ClientBooks) -> Result<(), KeptError> {
        self.line(client)
    }

    /// The bytes.
    ///
    /// # Errors
    ///
    /// Where compression fails.
    pub fn finish(self) -> Result<Vec<u8>, KeptError> {
        Ok(self.0.finish()?)
    }

    fn line(&mut self, of: &impl Serialize) -> Result<(), KeptError> {
        serde_json::to_writer(&mut self.0, of)?;
        Ok(self.0.write_all(b"\n")?)
    }
}

/// A portfolio that was kept, of which a client at a time is read.
#[derive(Debug)]
pub struct KeptPortfolio {
    bytes: Vec<u8>,
    common: Common,
}

impl KeptPortfolio {
    /// Opens what was written.
    ///
    /// # Errors
    ///
    /// Where its first line is not what belongs to no client.
    pub fn open(bytes: Vec<u8>) -> Result<Self, KeptError> {
        let common = Lines::of(&bytes).next::<Common>()?.ok_or(KeptError::Empty)?;
        Ok(Self { bytes, common })
    }

    /// What belongs to no client.
    pub fn common(&self) -> &Common {
        &self.common
    }

    /// The clients, in the order in which they were written. It ends with the first one that cannot be read.
    pub fn clients(&self) -> impl Iterator<Item = Result<ClientBooks, KeptError>> + use<'_> {
        let mut lines = Lines::of(&self.bytes);
        let mut failed = lines.skip().err();
        std::iter::from_fn(move || {
            let next = failed.take().map_or_else(|| lines.next(), Err);
            next.inspect_err(|_| lines.over = true).transpose()
        })
    }
}

/// The lines of a file.
struct Lines<'a> {
    from: BufReader<GzDecoder<&'a [u8]>>,
    line: Vec<u8>,
    over: bool,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { from: BufReader::new(GzDecoder::new(bytes)), line: Vec::new(), over: false }
    }

    /// Leaves a line out; says whether there was one.
    fn skip(&mut self) -> Result<bool, KeptError> {
        self.line.clear();
        Ok(!self.over && self.from.read_until(b'\n', &mut self.line)? != 0)
    }

    /// What the next line says; `None` after the last one.
    fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, KeptError> {
        if !self.skip()? {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&self.line)?))
    }
}
