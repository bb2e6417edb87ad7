//! What is supposed to happen, as it is asked.

use clearmargin_app::Error;
use clearmargin_domain::{id::ClientId, money::Currency, period::Month};
use clearmargin_insight::revenue::{Hire, Leaving, Rise, Scenario};
use clearmargin_web::{AmountIn, NumberIn, schema};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde::Deserialize;
use utoipa::openapi::{
    Object, Type,
    schema::{Array, SchemaType},
};

/// The most of each that happens.
const MOST: usize = 50;
/// The most that prices fall and rise by, in per cent.
const PERCENT: (i64, i64) = (-50, 100);

/// What is supposed to happen. What has no month happens from the first month ahead on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ScenarioBody {
    /// Clients that leave.
    #[serde(default)]
    #[schema(max_items = 50)]
    leaving: Vec<LeavingBody>,
    /// Prices that rise, or fall.
    #[serde(default)]
    #[schema(max_items = 50)]
    rises: Vec<RiseBody>,
    /// People who are hired.
    #[serde(default)]
    #[schema(max_items = 50)]
    hires: Vec<HireBody>,
}

/// A client that leaves.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LeavingBody {
    /// Who, by the id of any of its records.
    #[schema(schema_with = client)]
    client_id: ClientId,
    /// The first month that it brings nothing.
    #[schema(schema_with = month, required = false)]
    from: Option<Month>,
}

/// Prices that rise, or fall.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RiseBody {
    /// By how many per cent, from -50 to 100 with at most two decimals.
    percent: NumberIn,
    /// From which month on.
    #[schema(schema_with = month, required = false)]
    from: Option<Month>,
    /// Of which clients; of all unless given.
    #[schema(schema_with = clients, required = false)]
    client_ids: Option<Vec<ClientId>>,
}

/// People who are hired.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HireBody {
    /// How many.
    #[schema(minimum = 1, maximum = 1000)]
    count: u16,
    /// What one of them costs in a month, in the organisation's currency.
    monthly_cost: AmountIn,
    /// From which month on.
    #[schema(schema_with = month, required = false)]
    from: Option<Month>,
}

fn client() -> Object {
    schema::id(ClientId::PREFIX)
}

fn clients() -> Array {
    let ids = schema::ids(ClientId::PREFIX, MOST).min_items(Some(1));
    ids.schema_type(SchemaType::from_iter([Type::Array, Type::Null])).build()
}

fn month() -> Object {
    schema::or_null(schema::month())
}

impl ScenarioBody {
    /// What happens, in amounts of a currency.
    pub(super) fn scenario(self, currency: Currency) -> Result<Scenario, Error> {
        let lengths = [
            ("leaving", self.leaving.len()),
            ("rises", self.rises.len()),
            ("hires", self.hires.len()),
        ];
        if let Some((path, _)) = lengths.into_iter().find(|(_, length)| *length > MOST) {
            return Err(Error::invalid(path, format!("expected at most {MOST}")));
        }
        let leaving = self.leaving.into_iter();
        let rises = self.rises.into_iter().enumerate().map(|(place, rise)| rise.rise(place));
        let hires =
            self.hires.into_iter().enumerate().map(|(place, hire)| hire.hire(place, currency));
        Ok(Scenario {
            leaving: leaving.map(|it| Leaving { client: it.client_id, from: it.from }).collect(),
            rises: rises.collect::<Result<_, _>>()?,
            hires: hires.collect::<Result<_, _>>()?,
        })
    }
}

impl RiseBody {
    fn rise(self, place: usize) -> Result<Rise, Error> {
        let (least, most) = PERCENT;
        let hundredths = hundredths(self.percent.0).ok_or_else(|| {
            let message = format!("expected {least} to {most} with at most two decimals");
            Error::invalid(format!("rises[{place}].percent"), message)
        })?;
        if self.client_ids.as_ref().is_some_and(|ids| !(1..=MOST).contains(&ids.len())) {
            let path = format!("rises[{place}].clientIds");
            return Err(Error::invalid(path, format!("expected 1 to {MOST}")));
        }
        let clients = self.client_ids.map(|ids| ids.into_iter().collect());
        Ok(Rise { hundredths, from: self.from, clients })
    }
}

/// A percentage in hundredths, if it is one that prices can rise by.
fn hundredths(percent: Decimal) -> Option<i64> {
    let (least, most) = PERCENT;
    let fits = (Decimal::from(least)..=Decimal::from(most)).contains(&percent);
    let hundredths = fits.then(|| percent * Decimal::ONE_HUNDRED)?;
    hundredths.is_integer().then(|| hundredths.to_i64())?
}

impl HireBody {
    fn hire(self, place: usize, currency: Currency) -> Result<Hire, Error> {
        if !(1..=1_000).contains(&self.count) {
            return Err(Error::invalid(format!("hires[{place}].count"), "expected 1 to 1000"));
        }
        let path = format!("hires[{place}].monthlyCost");
        let cost = self.monthly_cost.money(currency, &path)?;
        if cost.minor < 0 {
            return Err(Error::invalid(path, "expected nothing below 0"));
        }
        Ok(Hire { count: self.count, monthly_cost: cost.minor, from: self.from })
    }
}
