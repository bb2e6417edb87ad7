//! The GraphQL documents. Associations are selected as leaves: the source answers them as JSON and
//! refuses a selection inside them.

use serde_json::{Value, json};

use super::SuperOpsStage;

/// The document that reads a stage.
pub(super) const fn of(stage: SuperOpsStage) -> &'static str {
    match stage {
        SuperOpsStage::Technicians => TECHNICIANS,
        SuperOpsStage::Services => SERVICES,
        SuperOpsStage::Clients => CLIENTS,
        SuperOpsStage::Sites => SITES,
        SuperOpsStage::Agreements => AGREEMENTS,
        SuperOpsStage::Tickets => TICKETS,
        SuperOpsStage::TicketTime | SuperOpsStage::ProjectTime => WORKLOGS,
        SuperOpsStage::Assets => ASSETS,
    }
}

/// Where the answer holds the rows: the query and its list.
pub(super) const fn list(stage: SuperOpsStage) -> (&'static str, &'static str) {
    match stage {
        SuperOpsStage::Technicians => ("getTechnicianList", "userList"),
        SuperOpsStage::Services => ("getServiceItemList", "items"),
        SuperOpsStage::Clients => ("getClientList", "clients"),
        SuperOpsStage::Sites => ("getClientSiteList", "sites"),
        SuperOpsStage::Agreements => ("getClientContractList", "clientContracts"),
        SuperOpsStage::Tickets => ("getTicketList", "tickets"),
        SuperOpsStage::TicketTime | SuperOpsStage::ProjectTime => ("getWorklogEntries", "entries"),
        SuperOpsStage::Assets => ("getAssetList", "assets"),
    }
}

/// The field that holds a row's id.
pub(super) const fn id_field(stage: SuperOpsStage) -> &'static str {
    match stage {
        SuperOpsStage::Technicians => "userId",
        SuperOpsStage::Services | SuperOpsStage::TicketTime | SuperOpsStage::ProjectTime => {
            "itemId"
        }
        SuperOpsStage::Clients => "accountId",
        SuperOpsStage::Sites => "id",
        SuperOpsStage::Agreements => "contractId",
        SuperOpsStage::Tickets => "ticketId",
        SuperOpsStage::Assets => "assetId",
    }
}

/// The variable `input`.
pub(super) fn input(stage: SuperOpsStage, list_info: Value) -> Value {
    match stage {
        SuperOpsStage::Sites => json!({"listInfo": list_info}),
        SuperOpsStage::TicketTime => json!({"module": "TICKET", "listInfo": list_info}),
        SuperOpsStage::ProjectTime => json!({"module": "PROJECT", "listInfo": list_info}),
        _ => list_info,
    }
}

const TECHNICIANS: &str = "\
query Technicians($input: ListInfoInput!) {
  getTechnicianList(input: $input) {
    userList { userId name role }
    listInfo { hasMore totalCount }
  }
}";

const SERVICES: &str = "\
query Services($input: ListInfoInput!) {
  getServiceItemList(input: $input) {
    items { itemId name quantityType unitPrice }
    listInfo { hasMore totalCount }
  }
}";

const CLIENTS: &str = "\
query Clients($input: ListInfoInput!) {
  getClientList(input: $input) {
    clients { accountId name stage status emailDomains }
    listInfo { hasMore totalCount }
  }
}";

const SITES: &str = "\
query Sites($input: GetClientSiteListInput!) {
  getClientSiteList(input: $input) {
    sites { id name timezoneCode client hq }
    listInfo { hasMore totalCount }
  }
}";

const AGREEMENTS: &str = "\
query Agreements($input: ListInfoInput) {
  getClientContractList(input: $input) {
    clientContracts {
      contractId client startDate endDate contractStatus
      contract { contractId name contractType }
    }
    listInfo { hasMore totalCount }
  }
}";

const TICKETS: &str = "\
query Tickets($input: ListInfoInput!) {
  getTicketList(input: $input) {
    tickets {
      ticketId displayId subject client site technician status priority category
      createdTime updatedTime
      firstResponseTime firstResponseViolated resolutionTime resolutionViolated
    }
    listInfo { hasMore totalCount }
  }
}";

const WORKLOGS: &str = "\
query Worklogs($input: GetWorklogEntriesInput!) {
  getWorklogEntries(input: $input) {
    entries {
      itemId status serviceItem billable afterHours qty unitPrice billDateTime technician workItem
    }
    listInfo { hasMore totalCount }
  }
}";

const ASSETS: &str = "\
query Assets($input: ListInfoInput!) {
  getAssetList(input: $input) {
    assets { assetId client }
    listInfo { hasMore totalCount }
  }
}";

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use apollo_compiler::{ExecutableDocument, Schema};

    use super::*;

    /// The source's schema, as the simulator serves it.
    const SDL: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/simulators/schema/msp.graphql");

    #[test]
    fn each_document_is_valid_in_the_schema_of_the_source() {
        let sdl = fs::read_to_string(SDL).unwrap();
        let schema = Schema::parse_and_validate(sdl, Path::new(SDL)).unwrap();
        for stage in SuperOpsStage::ALL {
            let document = ExecutableDocument::parse_and_validate(&schema, of(stage), "document");
            let document = document.unwrap_or_else(|invalid| panic!("{stage:?}: {invalid}"));
            let (query, list) = list(stage);
            let operation = document.operations.iter().next().unwrap();
            let field = operation.selection_set.fields().next().unwrap();
            assert_eq!(field.name, query);
            assert!(field.selection_set.fields().any(|field| field.name == list));
        }
    }
}
