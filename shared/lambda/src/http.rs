//! An area of the API behind API Gateway.

use clearmargin_web::{ClientAddress, Limits, Routes, State, serve};
use lambda_http::{
    RequestExt as _, http::Request, request::RequestContext, tower::ServiceExt as _,
};

use crate::{Config, start::start};

/// Runs a function that serves an area of the API.
pub async fn http(routes: Routes) -> Result<(), lambda_http::Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = Config::from_env()?;
    config.serves_api()?;
    let app = start(&config).await?;
    let limits = Limits::per_minute(config.rate_limit_per_minute);
    let service = serve(routes, State::new(app, config.cors).with_limits(limits));
    lambda_http::run(service.map_request(with_address)).await
}

/// Tells the edge where a request comes from: what the gateway saw, which no header can change.
fn with_address<B>(mut request: Request<B>) -> Request<B> {
    if let Some(address) = request.request_context_ref().and_then(address) {
        request.extensions_mut().insert(address);
    }
    request
}

fn address(context: &RequestContext) -> Option<ClientAddress> {
    let RequestContext::ApiGatewayV2(context) = context else { return None };
    context.http.source_ip.as_deref()?.parse().ok().map(ClientAddress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_from_where_the_gateway_saw_it() {
        let event = r#"{
            "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "",
            "headers": {"x-forwarded-for": "203.0.113.9"}, "isBase64Encoded": false,
            "requestContext": {
                "accountId": "1", "apiId": "a", "domainName": "d", "domainPrefix": "d",
                "requestId": "r", "routeKey": "$default", "stage": "$default",
                "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1583348638390,
                "http": {
                    "method": "GET", "path": "/", "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.7", "userAgent": "x"
                }
            }
        }"#;
        let request = with_address(lambda_http::request::from_str(event).unwrap());
        let found = request.extensions().get::<ClientAddress>();
        assert_eq!(found, Some(&ClientAddress("192.0.2.7".parse().unwrap())));
        let unknown = with_address(Request::new(()));
        assert_eq!(unknown.extensions().get::<ClientAddress>(), None);
    }
}
