//! What agreements and catalogue entries are called: a snapshot has no names.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    agreement::Agreement,
    id::{AgreementId, ServiceId},
    service::Service,
};

use crate::{Ctx, Error};

/// What these agreements are called; those that are gone are absent.
pub async fn agreement_names(
    ctx: &Ctx,
    ids: &[AgreementId],
) -> Result<HashMap<AgreementId, String>, Error> {
    ctx.require(Action::MarginsRead)?;
    let agreements = ctx.tenant().get_many_lately::<Agreement>(ids).await?;
    Ok(agreements.into_iter().map(|it| (it.id, it.value.name)).collect())
}

/// What these catalogue entries are called; those that are gone are absent.
pub async fn service_names(
    ctx: &Ctx,
    ids: &[ServiceId],
) -> Result<HashMap<ServiceId, String>, Error> {
    ctx.require(Action::MarginsRead)?;
    let services = ctx.tenant().get_many_lately::<Service>(ids).await?;
    Ok(services.into_iter().map(|it| (it.id, it.value.name)).collect())
}
