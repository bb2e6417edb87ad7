//! For whom lines were bought, as it is asked with.

use clearmargin_app::{
    Error,
    expenses::{AllocationChange, Among, LineChange, MOST_LINES, MOST_PARTS, Share, StatedPart},
};
use clearmargin_domain::{
    expense::allocation::AllocationKey,
    id::{ClientId, ServiceId},
    money::Currency,
    period::Month,
};
use clearmargin_web::{AmountIn, Result, schema};
use serde::Deserialize;
use utoipa::openapi::{Array, Object, Type, schema::SchemaType};

use super::view::key_or_null;

/// For whom the lines of a purchase were bought. What is said of none is for nobody in particular.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExpenseAllocationBody {
    /// Each line of which something is said.
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<LineAllocationBody>,
}

/// For whom a line was bought: either parts, or a key.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LineAllocationBody {
    /// Which line, from 1. Without it, every line of which the source does not say for whom it is:
    /// then nothing else may be said.
    #[schema(minimum = 1, maximum = 750, required = false)]
    line: Option<usize>,
    /// Parts as they are stated. They may come to less than the line; the rest is for nobody in
    /// particular.
    #[schema(min_items = 1, max_items = 1000, required = false)]
    parts: Option<Vec<AllocationPartBody>>,
    /// By what the line is divided: people or devices as they were last counted in the month or the one
    /// before, time worked in the month, or revenue of the month.
    #[schema(schema_with = key_or_null, required = false)]
    key: Option<KeyName>,
    /// The month whose use counts; the purchase's own unless given.
    #[schema(schema_with = month, required = false)]
    month: Option<Month>,
    /// The clients among whom it is divided, by the id of any of their records; all of them unless given.
    #[schema(schema_with = clients, required = false)]
    client_ids: Option<Vec<ClientId>>,
    /// Instead: the clients that have this catalogue entry in an agreement at the end of the month.
    #[schema(schema_with = service, required = false)]
    service_id: Option<ServiceId>,
    /// Whether clients of whom nobody knows what they used are left out and told; as long as there are
    /// any, it is refused otherwise.
    #[serde(default)]
    leave_out_unknown: bool,
}

/// A part of a line: of a client, of a catalogue entry, or of what a client has of one.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AllocationPartBody {
    /// Whose it is, by the id of any of the client's records.
    #[schema(schema_with = client, required = false)]
    client_id: Option<ClientId>,
    /// For which catalogue entry, where the source does not say.
    #[schema(schema_with = service, required = false)]
    service_id: Option<ServiceId>,
    /// How much; negative of a line that is.
    amount: AmountIn,
    /// The currency: the purchase's.
    #[schema(schema_with = schema::currency)]
    currency: Currency,
}

/// By what a line is divided.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KeyName {
    Seats,
    Endpoints,
    Hours,
    Revenue,
}

impl From<KeyName> for AllocationKey {
    fn from(name: KeyName) -> Self {
        match name {
            KeyName::Seats => Self::Seats,
            KeyName::Endpoints => Self::Endpoints,
            KeyName::Hours => Self::Hours,
            KeyName::Revenue => Self::Revenue,
        }
    }
}

fn month() -> Object {
    schema::or_null(schema::month())
}

fn client() -> Object {
    schema::or_null(schema::id(ClientId::PREFIX))
}

fn service() -> Object {
    schema::or_null(schema::id(ServiceId::PREFIX))
}

fn clients() -> Array {
    let mut ids = schema::ids(ClientId::PREFIX, MOST_PARTS).min_items(Some(1)).build();
    ids.schema_type = SchemaType::from_iter([Type::Array, Type::Null]);
    ids
}

impl ExpenseAllocationBody {
    pub(super) fn change(self) -> Result<AllocationChange> {
        if !(1..=MOST_LINES).contains(&self.lines.len()) {
            return Err(Error::invalid("lines", format!("expected 1 to {MOST_LINES}")).into());
        }
        let lines = self.lines.into_iter().enumerate();
        let lines = lines.map(|(place, line)| line.change(&format!("lines[{place}]")));
        Ok(AllocationChange { lines: lines.collect::<std::result::Result<_, Error>>()? })
    }
}

impl LineAllocationBody {
    fn change(self, path: &str) -> std::result::Result<LineChange, Error> {
        let Self { line, parts, key, month, client_ids, service_id, leave_out_unknown } = self;
        let alone = || Error::invalid(format!("{path}.parts"), "expected parts alone, or a key");
        let share = match (parts, key) {
            (Some(parts), None) => {
                let asked = [month.is_some(), client_ids.is_some(), service_id.is_some()];
                if asked.contains(&true) || leave_out_unknown {
                    return Err(alone());
                }
                Share::Parts(stated(parts, path)?)
            }
            (None, Some(key)) => {
                let among = among(client_ids, service_id, path)?;
                Share::Key { key: key.into(), month, among, leave_out: leave_out_unknown }
            }
            (Some(_), Some(_)) | (None, None) => return Err(alone()),
        };
        Ok(LineChange { line, share })
    }
}

fn among(
    clients: Option<Vec<ClientId>>,
    service: Option<ServiceId>,
    path: &str,
) -> std::result::Result<Among, Error> {
    let path = format!("{path}.clientIds");
    match (clients, service) {
        (None, None) => Ok(Among::Everybody),
        (None, Some(service)) => Ok(Among::Having(service)),
        (Some(ids), None) if (1..=MOST_PARTS).contains(&ids.len()) => Ok(Among::Clients(ids)),
        (Some(_), None) => Err(Error::invalid(path, format!("expected 1 to {MOST_PARTS}"))),
        (Some(_), Some(_)) => {
            Err(Error::invalid(path, "expected clients alone, or a catalogue entry"))
        }
    }
}

fn stated(
    parts: Vec<AllocationPartBody>,
    path: &str,
) -> std::result::Result<Vec<StatedPart>, Error> {
    let path = format!("{path}.parts");
    if !(1..=MOST_PARTS).contains(&parts.len()) {
        return Err(Error::invalid(path, format!("expected 1 to {MOST_PARTS}")));
    }
    let part = |(place, part): (usize, AllocationPartBody)| {
        let AllocationPartBody { client_id: client, service_id: service, amount, currency } = part;
        let amount = amount.money(currency, &format!("{path}[{place}].amount"))?;
        Ok(StatedPart { client, service, amount })
    };
    parts.into_iter().enumerate().map(part).collect()
}
