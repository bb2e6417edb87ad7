//! Where clients work: sites that a source brought, and those that were added here.

use clearmargin_domain::{
    access::Action,
    client::Site,
    id::{ClientId, SiteId},
    identity::{Name, TimeZoneName},
    text::Line,
};
use clearmargin_store::{List, Listing, Stored};
use serde_json::{Value, json};

use super::{ClientGroup, about::over_records, group_of};
use crate::{Ctx, Error, Precondition};

/// How many sites a client's record may have.
const MOST: usize = 200;

/// A site as it is to be.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// Its name.
    pub name: Name,
    /// On whose clocks it works.
    pub time_zone: Option<TimeZoneName>,
    /// Where it is.
    pub address: Option<Line<300>>,
    /// Whether it is the headquarters.
    pub headquarters: bool,
}

impl NewSite {
    fn into_site(self, id: SiteId, client: ClientId) -> Site {
        let Self { name, time_zone, address, headquarters } = self;
        let (name, time_zone) = (name.into(), time_zone.map(String::from));
        Site { id, client, name, time_zone, address, headquarters, origin: None }
    }
}

/// A client's sites, record by record and by id.
pub async fn sites(
    ctx: &Ctx,
    client: ClientId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Listing<Site>, Error> {
    ctx.require(Action::ClientsRead)?;
    let ids = group_of(ctx, client).await?.ids();
    over_records(ctx, &ids, List::Sites, limit, "sites", cursor).await
}

/// One of a client's sites.
pub async fn site(ctx: &Ctx, client: ClientId, id: SiteId) -> Result<Stored<Site>, Error> {
    ctx.require(Action::ClientsRead)?;
    found(ctx, &group_of(ctx, client).await?, id).await
}

async fn found(ctx: &Ctx, group: &ClientGroup, id: SiteId) -> Result<Stored<Site>, Error> {
    let site = ctx.tenant().get::<Site>(id).await?;
    let site = site.filter(|site| group.ids().contains(&site.client));
    site.ok_or(Error::NotFound("site"))
}

/// A site that was added here; what a source brought is the source's to change.
async fn own(ctx: &Ctx, client: ClientId, id: SiteId) -> Result<Stored<Site>, Error> {
    let site = found(ctx, &group_of(ctx, client).await?, id).await?;
    if site.origin.is_some() {
        let message = "the site comes from a source system; change it there";
        return Err(Error::conflict("imported", message));
    }
    Ok(site)
}

/// Adds a site to a client.
pub async fn create_site(ctx: &Ctx, client: ClientId, new: NewSite) -> Result<Site, Error> {
    ctx.require(Action::ClientsWrite)?;
    if let Some(made) = ctx.replay().await? {
        return Ok(made);
    }
    let group = group_of(ctx, client).await?;
    let lead = group.lead().id;
    if ctx.tenant().count(List::Sites(lead)).await? >= MOST {
        return Err(Error::conflict("too_many", format!("a client has at most {MOST} sites")));
    }
    let id = SiteId::new(ctx.now, ctx.app.random());
    let site = new.into_site(id, lead);
    let mut change = ctx.tenant().change(ctx.audit("site.created", id, json!({"client": lead})));
    change.insert(&site)?;
    ctx.commit(change, site).await
}

/// Changes a site that was added here. `seen` is what the caller has seen.
pub async fn update_site(
    ctx: &Ctx,
    client: ClientId,
    id: SiteId,
    new: NewSite,
    seen: &Precondition,
) -> Result<Stored<Site>, Error> {
    ctx.require(Action::ClientsWrite)?;
    let old = own(ctx, client, id).await?;
    seen.check(old.version)?;
    let after = new.into_site(id, old.client);
    if after == old.value {
        return Ok(old);
    }
    let mut change = ctx.tenant().change(ctx.audit("site.changed", id, Value::Null));
    change.update(&old, &after)?;
    ctx.commit(change, ()).await?;
    Ok(Stored { value: after, version: old.version + 1 })
}

/// Removes a site that was added here.
pub async fn delete_site(ctx: &Ctx, client: ClientId, id: SiteId) -> Result<(), Error> {
    ctx.require(Action::ClientsWrite)?;
    let old = own(ctx, client, id).await?;
    let mut change = ctx.tenant().change(ctx.audit("site.deleted", id, Value::Null));
    change.delete(&old)?;
    ctx.commit(change, ()).await
}
