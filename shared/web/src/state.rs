//! What handlers share.

use std::sync::Arc;

use clearmargin_app::{App, usage::Ledger};

use crate::{Cors, Journal, TokenVerifier, answered};

/// What handlers share; made once per process.
#[derive(Clone)]
pub struct State {
    /// What use cases work with.
    pub app: App,
    /// Who verifies access tokens.
    pub tokens: Arc<TokenVerifier>,
    /// Which web pages may call.
    pub cors: Cors,
    /// Who is told of every request; the log unless set.
    pub journal: Journal,
    /// What organisations' requests are counted in.
    pub ledger: Arc<Ledger>,
}

impl State {
    /// The state around `app`, for web pages of these origins.
    pub fn new(app: App, cors: Cors) -> Self {
        let tokens = Arc::new(TokenVerifier::new(&app.tokens));
        Self { tokens, app, cors, journal: answered::log(), ledger: Arc::default() }
    }
}
