//! How often a caller may ask: buckets of tokens, leased in blocks.
//!
//! Each organisation and each caller has a bucket in the table. A process takes a block of tokens
//! out of it with one write and spends them on requests one by one. What all processes together
//! spend is never more than was leased, so the limit holds across them; a process that stops loses
//! the rest of its block, which comes back with time. A block lasts for a few seconds of what the
//! caller asks at: who asks seldom keeps little from others, who asks often costs few writes.

mod allowance;
mod block;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex as Quick, PoisonError},
};

use clearmargin_app::{Ctx, Error};
use clearmargin_domain::{id::OrgId, limit::Rate};
use tokio::sync::Mutex;

pub(crate) use self::allowance::Allowance;
use self::{allowance::Standing, block::Block};
use crate::Problem;

/// How many buckets a process remembers before it forgets those that nobody uses.
const REMEMBERED: usize = 4_096;

/// How often may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// All callers of an organisation together.
    pub organization: Rate,
    /// Each of them.
    pub caller: Rate,
}

impl Limits {
    /// So many requests a minute for an organisation; a caller has a fifth of them.
    pub fn per_minute(requests: u32) -> Self {
        let caller = Rate::per_minute((requests / 5).max(1));
        Self { organization: Rate::per_minute(requests), caller }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::per_minute(6_000)
    }
}

/// A bucket, by its organisation and its name.
type Name = (OrgId, String);

/// The blocks that this process holds.
pub struct RateLimits {
    limits: Limits,
    blocks: Quick<HashMap<Name, Arc<Mutex<Block>>>>,
}

impl RateLimits {
    /// Nothing leased yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, blocks: Quick::default() }
    }

    /// Spends a token of the caller's and one of the organisation's. Either way the answer tells
    /// how both stand.
    pub(crate) async fn admit(&self, ctx: &Ctx) -> Result<Allowance, (Problem, Allowance)> {
        let Limits { organization, caller } = self.limits;
        let name = ctx.actor.to_string();
        let own = self.block(ctx.org, &name);
        let own = &mut *own.lock().await;
        let mut allowance = Allowance::new(self.limits);
        allowance.caller = spend(ctx, own, &name, caller).await;
        if let Some(wait) = allowance.caller.wait {
            return Err((refused(wait), allowance));
        }
        let shared = self.block(ctx.org, "all");
        allowance.organization = spend(ctx, &mut *shared.lock().await, "all", organization).await;
        if let Some(wait) = allowance.organization.wait {
            // The caller has not had anything for it.
            own.give_back();
            return Err((refused(wait), allowance));
        }
        Ok(allowance)
    }

    fn block(&self, org: OrgId, name: &str) -> Arc<Mutex<Block>> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if blocks.len() >= REMEMBERED {
            // Those that a request is waiting for are held by it, too.
            blocks.retain(|_, block| Arc::strong_count(block) > 1);
        }
        Arc::clone(blocks.entry((org, name.to_owned())).or_default())
    }
}

/// Spends a token; leases a block first when there is none.
async fn spend(ctx: &Ctx, block: &mut Block, name: &str, rate: Rate) -> Standing {
    if block.must_lease(rate, ctx.now) {
        let wanted = block.next_size(rate, ctx.now);
        let asked = (wanted, block.full());
        match ctx.tenant().take_tokens(name, rate, asked, ctx.now).await {
            Ok(lease) => block.refill(lease, ctx.now),
            // The limit protects the table and callers from each other; it must not turn a hiccup
            // into an outage. The request goes on, and the table refuses it if it cannot serve it.
            Err(error) => {
                tracing::warn!(%error, "rate limit not counted");
                block.assume(wanted, ctx.now);
            }
        }
    }
    block.spend(rate, ctx.now)
}

fn refused(wait: u64) -> Problem {
    Error::TooManyRequests { retry_after: wait }.into()
}
