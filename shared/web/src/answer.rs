//! Answers that are not lists: `{"data": …}`.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::json;

/// 200 with something.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Data<T> {
    /// What was asked for.
    data: T,
}

impl<T> Data<T> {
    /// The answer with that.
    pub fn new(data: T) -> Self {
        Self { data }
    }
}

/// 201 with what was made; documented as [`Data`].
#[derive(Debug)]
pub struct Created<T>(pub T);

/// 202 with what will happen; documented as [`Data`].
#[derive(Debug)]
pub struct Accepted<T>(pub T);

/// 204: done, and nothing to say.
#[derive(Debug)]
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        json::write(StatusCode::OK, &self)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        json::write(StatusCode::CREATED, &Data::new(self.0))
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        json::write(StatusCode::ACCEPTED, &Data::new(self.0))
    }
}
