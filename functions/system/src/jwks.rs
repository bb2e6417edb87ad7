//! `GET /.well-known/jwks.json`

use clearmargin_app::keys;
use clearmargin_web::{Json, Result, Visitor};
use serde_json::Value;

/// The public keys that verify access tokens, as a JSON Web Key Set (RFC 7517).
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "System",
    security(()),
    responses((status = 200, description = "The keys.", body = Object)),
)]
pub(crate) async fn get_jwks(visitor: Visitor) -> Result<Json<Value>> {
    Ok(Json(keys::jwks(&visitor.app).await?))
}
