//! Answers that are also files: `?format=csv`, `?format=xlsx`.

use axum::{
    http::{
        StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use clearmargin_app::Error;
use clearmargin_reporting::{Layout, RenderError, csv, workbook};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{
    Content, Object, ObjectBuilder, RefOr, Type,
    path::{Operation, ParameterIn},
};

use crate::{Data, Problem};

const CSV: &str = "text/csv";
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// In which format an answer is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As programs and screens read it.
    #[default]
    Json,
    /// As comma-separated values: its leading table.
    Csv,
    /// As an Excel workbook.
    Xlsx,
}

impl Format {
    /// What may be asked for.
    pub(crate) const NAMES: [&str; 3] = ["json", "csv", "xlsx"];
}

/// 200 with a report in the format that is wanted; every one carries the same numbers.
#[derive(Debug)]
pub struct Report<T> {
    answer: T,
    format: Format,
    layout: &'static Layout,
}

impl<T> Report<T> {
    /// The report of an answer.
    pub fn new(answer: T, format: Format, layout: &'static Layout) -> Self {
        Self { answer, format, layout }
    }
}

impl<T: Serialize> IntoResponse for Report<T> {
    fn into_response(self) -> Response {
        let (kind, end, rendered) = match self.format {
            Format::Json => return Data::new(self.answer).into_response(),
            Format::Csv => (CSV, "csv", rendered(&self, csv)),
            Format::Xlsx => (WORKBOOK, "xlsx", rendered(&self, workbook)),
        };
        let name = format!("attachment; filename=\"{}.{end}\"", self.layout.name);
        let headers = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name.as_str())];
        match rendered {
            Ok(bytes) => (StatusCode::OK, headers, bytes).into_response(),
            Err(error) => Problem::from(error).into_response(),
        }
    }
}

type Renderer = fn(&Layout, &serde_json::Value) -> Result<Vec<u8>, RenderError>;

fn rendered<T: Serialize>(report: &Report<T>, render: Renderer) -> Result<Vec<u8>, Error> {
    let answer = serde_json::to_value(&report.answer).map_err(Error::internal)?;
    render(report.layout, &answer).map_err(Error::internal)
}

/// Documents the files of an operation that has a `format`.
pub(crate) fn complete(operation: &mut Operation) {
    let mut parameters = operation.parameters.iter().flatten();
    let has_format = parameters.any(|parameter| match parameter {
        RefOr::T(it) => it.name == "format" && it.parameter_in == ParameterIn::Query,
        RefOr::Ref(_) => false,
    });
    let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") else { return };
    if has_format {
        for kind in [CSV, WORKBOOK] {
            answer.content.insert(kind.to_owned(), RefOr::T(Content::new(Some(file()))));
        }
    }
}

fn file() -> Object {
    ObjectBuilder::new().schema_type(Type::String).build()
}
