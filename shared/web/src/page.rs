//! Lists, page by page.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use clearmargin_store::{Listing, Stored};
use serde::{Deserialize, Serialize};

use crate::{Limit, json};

/// The parameters of a list without filters. A list with filters has these two fields among its
/// own.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many entries at most.
    #[serde(default)]
    #[param(inline)]
    pub limit: Limit,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The entries.
    data: Vec<T>,
    /// Where the page stands.
    page: PageInfo,
}

/// Where a page stands in its list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// How many entries a page has at most.
    #[schema(value_type = usize, minimum = 1, maximum = 100)]
    pub limit: Limit,
    /// What to ask the next page with; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page of these entries.
    pub fn new(data: Vec<T>, limit: Limit, next_cursor: Option<String>) -> Self {
        Self { data, page: PageInfo { limit, next_cursor } }
    }

    /// A page of stored records, each as `view` shows it.
    pub fn of<R>(listing: Listing<R>, limit: Limit, view: impl Fn(Stored<R>) -> T) -> Self {
        Self::new(listing.items.into_iter().map(view).collect(), limit, listing.next)
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        json::write(StatusCode::OK, &self)
    }
}
