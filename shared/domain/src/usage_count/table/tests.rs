use jiff::{Timestamp, civil::date};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;
use crate::table::RowError;

fn org() -> OrgId {
    OrgId::new(Timestamp::UNIX_EPOCH, 1)
}

fn acme() -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, 1)
}

fn client_of(text: &str) -> Option<ClientId> {
    let known = text == "Acme, Inc." || text == acme().to_string();
    known.then(acme)
}

fn parse(text: &str) -> Table<UsageCount> {
    parse_csv(text, org(), client_of)
}

/// Where the errors are, and what they say.
fn errors(text: &str) -> Vec<String> {
    let place = |error: &RowError| match &error.column {
        Some(column) => format!("row {}, {column}", error.row),
        None => format!("row {}", error.row),
    };
    let said = |error: &RowError| format!("{}: {}", place(error), error.message);
    parse(text).errors.iter().map(said).collect()
}

#[test]
fn a_table_is_read_row_by_row() {
    let text = "\u{feff}Client,Kind,Product,Day,Assigned,Total,Committed\r\n\
        \"Acme, Inc.\",licences, Business Premium ,2026-01-31,18,20,25\r\n\
        cli_00000000000000000000000001,Endpoints,,2026-01-31,,42,\r\n";
    let table = parse(text);
    let licences = UsageCount {
        id: UsageCount::id_of(
            org(),
            acme(),
            UsageKind::Licences,
            Some("Business Premium"),
            date(2026, 1, 31),
        ),
        client: acme(),
        kind: UsageKind::Licences,
        product: Some("Business Premium".to_owned()),
        day: date(2026, 1, 31),
        assigned: Some(18),
        total: Some(20),
        committed: Some(25),
        source: None,
    };
    assert_eq!(table.errors, []);
    assert_eq!(table.rows[0], licences);
    let endpoints = &table.rows[1];
    assert_eq!((endpoints.kind, &endpoints.product), (UsageKind::Endpoints, &None));
    let counts = (endpoints.assigned, endpoints.total, endpoints.committed);
    assert_eq!(counts, (None, Some(42), None));
}

#[test]
fn columns_come_in_any_order_and_the_optional_ones_may_be_left_out() {
    let table = parse("total,day,kind,client\n7,2026-01-31,users,\"Acme, Inc.\"\n");
    assert_eq!(table.errors, []);
    assert_eq!(table.rows[0].total, Some(7));
}

#[test]
fn columns_that_are_unknown_missing_or_there_twice_are_named_and_nothing_is_read() {
    let text = "client,kind,Seats,total,total\nx,users,1,2,3\n";
    assert_eq!(parse(text).rows, []);
    let unknown = "row 1, Seats: unknown column; expected \
        client, kind, product, day, assigned, total, committed";
    let twice = "row 1, total: this column is there twice";
    assert_eq!(errors(text), [unknown, twice, "row 1, day: this column is missing"]);
    assert_eq!(errors("").len(), 3);
}

#[test]
fn all_that_is_wrong_with_a_row_is_said_and_the_other_rows_are_read() {
    let text = "client,kind,product,day,assigned,total\n\
        Nobody,seats,,31.01.2026,-1,1.5\n\
        \n\
        \"Acme, Inc.\",users,,2026-01-31,1,\n\
        \"Acme, Inc.\",users,,2026-02-29,1,\n\
        \"Acme, Inc.\",users,,2026-02-28T10:00,,\n\
        \"Acme, Inc.\",users,,2026-02-28,1,2,3\n\
        ,users\n";
    let table = parse(text);
    assert_eq!(table.rows.len(), 1);
    let found: Vec<_> = table
        .errors
        .iter()
        .map(|error| (error.row, error.column.as_deref().unwrap_or_default()))
        .collect();
    let expected = [
        (2, "client"),
        (2, "kind"),
        (2, "day"),
        (2, "assigned"),
        (2, "total"),
        (5, "day"),
        (6, "day"),
        (6, ""),
        (7, ""),
        (8, "client"),
        (8, "day"),
        (8, ""),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_same_count_twice_in_a_table_is_refused() {
    let row = "\"Acme, Inc.\",licences,Premium,2026-01-31,";
    let text = format!("client,kind,product,day,total\n{row}5\n{}6\n", row.to_lowercase());
    assert_eq!(errors(&text), ["row 3, client: there is no client with this id or name"]);
    let text = format!("client,kind,product,day,total\n{row}5\n{}6\n", row.replace("Prem", "PREM"));
    assert_eq!(errors(&text), ["row 3: the same client, kind, product and day as row 2"]);
    assert_eq!(parse(&text).rows.len(), 1);
}

#[test]
fn a_table_has_so_many_rows_and_no_more() {
    let table = |rows| format!("client,kind,day,total\n{}", "x,users,2026-01-31,1\n".repeat(rows));
    assert_eq!(errors(&table(MAX_ROWS)).len(), MAX_ROWS);
    assert_eq!(errors(&table(MAX_ROWS + 1)), ["row 1: at most 5000 rows in one table"]);
}

#[test]
fn a_product_of_control_characters_or_of_too_many_is_refused() {
    for product in ["x".repeat(201), "a\u{7}b".to_owned()] {
        let text =
            format!("client,kind,product,day,total\n{},users,{product},2026-01-31,1", acme());
        let expected = "row 2, product: expected at most 200 printable characters";
        assert_eq!(errors(&text), [expected]);
    }
}

proptest! {
    #[test]
    fn any_text_gives_an_answer(text in ".{0,200}", rows in "[a-z0-9,\"\n\r -]{0,200}") {
        parse(&text);
        let table = parse(&format!("client,kind,product,day,assigned,total,committed\n{rows}"));
        prop_assert!(table.errors.iter().all(|error| error.row > 1));
    }

    #[test]
    fn what_is_written_is_read(
        rows in vec(
            (select(UsageKind::ALL.to_vec()), "[A-Za-z0-9 ,\"é]{0,20}", 0_i8..28, any::<u32>(), option::of(any::<u32>())),
            0..20,
        ),
    ) {
        let mut text = "committed,total,client,day,kind,product\n".to_owned();
        let mut expected = Vec::new();
        for (kind, product, day, total, committed) in rows {
            let day = date(2026, 2, day + 1);
            let quoted = product.replace('"', "\"\"");
            let written = committed.map(|count| count.to_string()).unwrap_or_default();
            let (client, kind_name) = (acme().to_string(), kind.as_str().to_owned());
            let row = [written, total.to_string(), client, day.to_string(), kind_name];
            text += &[row.join(","), format!(",\"{quoted}\"\n")].concat();
            let product = Some(product.trim().to_owned()).filter(|product| !product.is_empty());
            let id = UsageCount::id_of(org(), acme(), kind, product.as_deref(), day);
            if !expected.iter().any(|known: &UsageCount| known.id == id) {
                let (client, total) = (acme(), Some(total));
                let count = UsageCount {
                    id, client, kind, product, day, assigned: None, total, committed, source: None,
                };
                expected.push(count);
            }
        }
        prop_assert_eq!(parse(&text).rows, expected);
    }
}
