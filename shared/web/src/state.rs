//! What handlers share.

use std::sync::Arc;

use clearmargin_app::App;

use crate::{Cors, Limits, TokenVerifier, ratelimit::RateLimits};

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
}

impl State {
    /// The state around `app`, for web pages of these origins, with the usual limits.
    pub fn new(app: App, cors: Cors) -> Self {
        let limits = Arc::new(RateLimits::new(Limits::default()));
        Self { tokens: Arc::new(TokenVerifier::new(&app.tokens)), limits, app, cors }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits: Arc::new(RateLimits::new(limits)), ..self }
    }
}
