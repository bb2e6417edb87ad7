//! What is expected if something happens.

use std::collections::BTreeSet;

use clearmargin_domain::{access::Action, money::Currency};
use clearmargin_insight::revenue::{Expected, Leaving, Rise, Scenario};

use super::shown::{Revenue, revenue};
use crate::{Ctx, Error, clients};

/// The forecast, and what is expected instead.
#[derive(Debug)]
pub struct Supposed {
    /// The forecast.
    pub revenue: Revenue,
    /// What is expected instead; `None` where there is no forecast.
    pub expected: Option<Expected>,
}

/// What is expected if something happens, said in amounts of the organisation's currency. Clients are named by
/// the id of any of their records.
pub async fn suppose(
    ctx: &Ctx,
    asked: impl FnOnce(Currency) -> Result<Scenario, Error>,
) -> Result<Supposed, Error> {
    ctx.require(Action::MarginsRead)?;
    let revenue = revenue(ctx).await?;
    let asked = asked(revenue.currency)?;
    let scenario = Scenario {
        leaving: leaving(ctx, &asked.leaving).await?,
        rises: rises(ctx, asked.rises).await?,
        hires: asked.hires,
    };
    let expected = revenue.shown.as_ref().and_then(|shown| {
        let organization = shown.result.outcome.as_ref().ok()?;
        Some(organization.expected_if(&shown.result.months, &scenario))
    });
    Ok(Supposed { revenue, expected })
}

async fn leaving(ctx: &Ctx, asked: &[Leaving]) -> Result<Vec<Leaving>, Error> {
    let mut found = Vec::with_capacity(asked.len());
    for (place, one) in asked.iter().enumerate() {
        let path = format!("leaving[{place}].clientId");
        let client = clients::named(ctx, one.client, &path).await?.lead().id;
        found.push(Leaving { client, ..*one });
    }
    Ok(found)
}

async fn rises(ctx: &Ctx, asked: Vec<Rise>) -> Result<Vec<Rise>, Error> {
    let mut found = Vec::with_capacity(asked.len());
    for (place, rise) in asked.into_iter().enumerate() {
        let clients = match &rise.clients {
            Some(clients) => {
                let path = format!("rises[{place}].clientIds");
                let mut leads = BTreeSet::new();
                for client in clients {
                    leads.insert(clients::named(ctx, *client, &path).await?.lead().id);
                }
                Some(leads)
            }
            None => None,
        };
        found.push(Rise { clients, ..rise });
    }
    Ok(found)
}
