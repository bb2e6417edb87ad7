//! What handlers share.

use std::sync::Arc;

use clearmargin_app::App;

use crate::{Cors, TokenVerifier};

/// What handlers share; made once per process.
#[derive(Clone)]
pub struct State {
    /// What use cases work with.
    pub app: App,
    /// Who verifies access tokens.
    pub tokens: Arc<TokenVerifier>,
    /// Which web pages may call.
    pub cors: Cors,
}

impl State {
    /// The state around `app`, for web pages of these origins.
    pub fn new(app: App, cors: Cors) -> Self {
        Self { tokens: Arc::new(TokenVerifier::new(&app.tokens)), app, cors }
    }
}
