//! Audit rows as a file: JSON lines, or a table for spreadsheets.

use axum::{
    http::{
        HeaderValue, Uri,
        header::{CONTENT_TYPE, LINK},
    },
    response::{IntoResponse as _, Response},
};

use super::AuditView;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    JsonLines,
    Csv,
}

impl Format {
    /// The format that an `Accept` header names first; none when JSON will do.
    pub(super) fn wanted(accept: &str) -> Option<Self> {
        let kinds = accept.split(',').filter_map(|part| part.split(';').next());
        let known = kinds.map(str::trim).find_map(|kind| match kind {
            "application/json" | "*/*" | "application/*" => Some(None),
            "application/x-ndjson" => Some(Some(Self::JsonLines)),
            "text/csv" => Some(Some(Self::Csv)),
            _ => None,
        });
        known.flatten()
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::JsonLines => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// The answer with a file; the first has column names, so that those that follow can be appended.
pub(super) fn answer(
    format: Format,
    rows: &[AuditView],
    first: bool,
    uri: &Uri,
    next: Option<&str>,
) -> Response {
    let lines: Vec<String> = match format {
        Format::JsonLines => {
            rows.iter().filter_map(|row| serde_json::to_string(row).ok()).collect()
        }
        Format::Csv => rows.iter().map(csv).collect(),
    };
    let names = (first && format == Format::Csv).then_some(COLUMNS);
    let end = match format {
        Format::JsonLines => "\n",
        Format::Csv => "\r\n",
    };
    let lines = names.into_iter().chain(lines.iter().map(String::as_str));
    let text: String = lines.flat_map(|line| [line, end]).collect();
    let mut response = ([(CONTENT_TYPE, format.content_type())], text).into_response();
    if let Some(link) = next.and_then(|next| link(uri, next)) {
        response.headers_mut().insert(LINK, link);
    }
    response
}

/// Where the export goes on (RFC 8288).
fn link(uri: &Uri, next: &str) -> Option<HeaderValue> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let pairs = pairs.filter(|(name, _)| name != "cursor");
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs).append_pair("cursor", next);
    HeaderValue::from_str(&format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish())).ok()
}

const COLUMNS: &str = "id,at,actorKind,actorId,action,subject,requestId,version,detail,sealedIn";

fn csv(row: &AuditView) -> String {
    let sealed_in = row.sealed_in.map(|block| block.to_string());
    let detail = if row.detail.is_null() { String::new() } else { row.detail.to_string() };
    let cells = [
        &row.id,
        &row.at,
        row.actor.kind,
        row.actor.id.as_deref().unwrap_or_default(),
        &row.action,
        &row.subject,
        &row.request_id,
        &row.version.to_string(),
        &detail,
        sealed_in.as_deref().unwrap_or_default(),
    ];
    cells.map(cell).join(",")
}

/// A cell that is text to a spreadsheet whatever it begins with: one that looks like a formula is
/// led by an apostrophe.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', '\'']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (text, written) in [
            ("plain", "plain"),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }

    #[test]
    fn the_format_is_the_first_that_is_known() {
        assert_eq!(Format::wanted(""), None);
        assert_eq!(Format::wanted("*/*"), None);
        assert_eq!(Format::wanted("text/html, text/csv;q=0.5"), Some(Format::Csv));
        assert_eq!(Format::wanted("application/json, text/csv"), None);
        assert_eq!(Format::wanted("application/x-ndjson"), Some(Format::JsonLines));
    }
}
