//! What the document says about an operation, found again for a request.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
};
use utoipa::openapi::{OpenApi, path::Operation};

use crate::openapi::operations;

/// A fact about every operation.
#[derive(Debug)]
pub(crate) struct Operations<T>(Arc<HashMap<(Method, String), T>>);

impl<T> Clone for Operations<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Operations<T> {
    /// What `fact` finds in each operation of the document.
    pub(crate) fn of(document: &OpenApi, fact: impl Fn(&Operation) -> T) -> Self {
        let mut found = HashMap::new();
        for (path, item) in &document.paths.paths {
            for (method, operation) in operations(item) {
                found.insert((method, path.clone()), fact(operation));
            }
        }
        Self(Arc::new(found))
    }

    /// The fact about the operation that a request is for; `None` when there is no such operation.
    pub(crate) fn get(&self, request: &Request) -> Option<&T> {
        let route = request.extensions().get::<MatchedPath>()?;
        // A HEAD is answered by the GET.
        let method = match *request.method() {
            Method::HEAD => Method::GET,
            ref method => method.clone(),
        };
        self.0.get(&(method, route.as_str().to_owned()))
    }
}
