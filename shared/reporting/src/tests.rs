use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Value, json};

use super::*;

const LAYOUT: Layout = Layout {
    name: "what-is-owed",
    title: "What is owed",
    tables: &[
        Table {
            title: "Clients",
            rows: "clients",
            total: Some("total"),
            columns: &[
                Column::new("name", "Client", Kind::Text),
                Column::new("owed", "Owed", Kind::Amount),
                Column::new("owed2.1.much", "Much", Kind::Amount),
                Column::new("share", "Share", Kind::Share),
                Column::new("due", "Due", Kind::Day),
            ],
        },
        Table {
            title: "Months",
            rows: "inner.months",
            total: None,
            columns: &[Column::new("month", "Month", Kind::Text)],
        },
    ],
};

fn answer() -> Value {
    let text = r#"{
        "currency": "USD",
        "asOf": {"quickbooks": "2026-07-01T12:00:00Z", "superops": null},
        "clients": [
            {"name": "=HYPERLINK(\"x\")", "owed": 10.10, "owed2": [{"much": 1}], "share": 0.25,
             "due": "2026-07-31"},
            {"name": "A \"B\", C\nD", "owed": -0.30, "owed2": null, "share": null, "due": null},
            {"name": "Zoë", "owed": 12345678901234567.89, "owed2": [{"much": 2.5}], "share": 1,
             "due": "2026-02-28"}
        ],
        "total": {"owed": 12345678901234577.69, "owed2": [{"much": 3.5}], "share": 0.4},
        "inner": {"months": [{"month": "2026-07"}], "note": 7}
    }"#;
    serde_json::from_str(text).unwrap()
}

fn book(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap()
}

#[test]
fn a_table_of_comma_separated_values_has_the_first_table_and_what_each_figure_needs() {
    let bytes = csv(&LAYOUT, &answer()).unwrap();
    let expected = "\
        name,owed,owed2.1.much,share,due,asOf.quickbooks,asOf.superops,currency\r\n\
        \"'=HYPERLINK(\"\"x\"\")\",10.10,1,0.25,2026-07-31,2026-07-01T12:00:00Z,,USD\r\n\
        \"A \"\"B\"\", C\nD\",-0.30,,,,2026-07-01T12:00:00Z,,USD\r\n\
        Zoë,12345678901234567.89,2.5,1,2026-02-28,2026-07-01T12:00:00Z,,USD\r\n\
        Total,12345678901234577.69,3.5,0.4,,2026-07-01T12:00:00Z,,USD\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn a_report_without_tables_is_a_line_for_each_figure() {
    let layout = Layout { tables: &[], ..LAYOUT };
    let bytes = csv(&layout, &json!({"days": 12.5, "a": {"b": null}, "c": [true]})).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text, "figure,value\r\na.b,\r\nc.1,true\r\ndays,12.5\r\n");
}

#[test]
fn a_workbook_has_every_table_and_says_the_rest_beside() {
    let bytes = workbook(&LAYOUT, &answer()).unwrap();
    let mut book = book(bytes.clone());
    assert_eq!(book.sheet_names(), ["Clients", "Months", "About"]);
    let clients = book.worksheet_range("Clients").unwrap();
    assert_eq!(clients.get_size(), (5, 5));
    let at = |row, column| clients.get((row, column)).cloned().unwrap_or_default();
    // Nobody's text is a formula, and a number that a spreadsheet would round is written out.
    assert_eq!(at(1, 0), Data::String("=HYPERLINK(\"x\")".to_owned()));
    assert_eq!(at(3, 1), Data::String("12345678901234567.89".to_owned()));
    assert_eq!((at(1, 1), at(2, 1)), (Data::Float(10.1), Data::Float(-0.3)));
    assert_eq!((at(2, 2), at(2, 3)), (Data::Empty, Data::Empty));
    assert!(matches!(at(1, 4), Data::DateTime(day) if day.as_f64().to_string() == "46234"));
    // A total that the rows make up is a formula with its value; another one is a value.
    assert_eq!((at(4, 0), at(4, 2)), (Data::String("Total".to_owned()), Data::Float(3.5)));
    assert_eq!(at(4, 3), Data::Float(0.4));
    let formulas = book.worksheet_formula("Clients").unwrap();
    let formulas: Vec<_> = formulas.used_cells().map(|(_, _, text)| text.as_str()).collect();
    assert_eq!(formulas, ["SUM(C2:C4)"]);
    let about = book.worksheet_range("About").unwrap();
    let names: Vec<_> = about.rows().skip(1).map(|row| row[0].to_string()).collect();
    assert_eq!(names, ["asOf.quickbooks", "asOf.superops", "currency", "inner.note"]);
    assert_eq!(bytes, workbook(&LAYOUT, &answer()).unwrap());
}

#[test]
fn what_there_is_no_answer_to_has_no_rows() {
    let mut answer = answer();
    answer["inner"] = Value::Null;
    let mut book = book(workbook(&LAYOUT, &answer).unwrap());
    assert_eq!(book.worksheet_range("Months").unwrap().rows().count(), 1);
}

#[test]
fn a_layout_that_does_not_fit_is_told() {
    let mut answer = answer();
    answer["clients"][0].as_object_mut().unwrap().remove("due");
    assert!(matches!(csv(&LAYOUT, &answer), Err(RenderError::Missing(at)) if at == "due"));
    answer["clients"][0]["due"] = json!(7);
    assert!(matches!(workbook(&LAYOUT, &answer), Err(RenderError::Unlike(at)) if at == "due"));
    answer["clients"] = json!({});
    assert!(matches!(csv(&LAYOUT, &answer), Err(RenderError::Missing(at)) if at == "clients"));
}
