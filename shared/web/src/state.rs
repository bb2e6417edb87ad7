//! What handlers share.

use std::sync::Arc;

use clearmargin_app::{App, usage::Ledger};

use crate::{Cors, Journal, Limits, TokenVerifier, answered, ratelimit::RateLimits};

/// What handlers share; made once per process.
#[derive(Clone)]
pub struct State {
    /// What use cases work with.
    pub app: App,
    /// Who verifies access tokens.
    pub tokens: Arc<TokenVerifier>,
    /// How often callers may ask.
    pub limits: Arc<RateLimits>,
    /// Which web pages may call.
    pub cors: Cors,
    /// Who is told of every request; the log unless set.
    pub journal: Journal,
    /// What organisations' requests are counted in.
    pub ledger: Arc<Ledger>,
}

impl State {
    /// The state around `app`, for web pages of these origins, with the usual limits.
    pub fn new(app: App, cors: Cors) -> Self {
        let tokens = Arc::new(TokenVerifier::new(&app.tokens));
        let limits = Arc::new(RateLimits::new(Limits::default()));
        Self { tokens, limits, app, cors, journal: answered::log(), ledger: Arc::default() }
    }

    /// With another journal.
    #[must_use]
    pub fn with_journal(self, journal: Journal) -> Self {
        Self { journal, ..self }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits: Arc::new(RateLimits::new(limits)), ..self }
    }
}
