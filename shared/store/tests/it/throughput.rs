//! How fast the embedded table takes an import. Run alone:
//! `cargo test -p clearmargin-store --test it throughput -- --ignored --nocapture`

use std::{fs, path::PathBuf, time::Instant};

use clearmargin_domain::{
    id::{ClientId, ServiceId, TechnicianId},
    time_entry::TimeEntry,
};
use dynoxide::Database;

use crate::{
    bench::{Bench, NOW},
    sample::time_entry,
};

const PAGES: u128 = 40;
const ROWS: u128 = 85;

/// A worklog of one of 50 clients, 8 technicians and 10 services, in one of two months.
fn row(number: u128) -> TimeEntry {
    let template = time_entry(number);
    let day =
        if number.is_multiple_of(2) { template.day } else { template.day.yesterday().unwrap() };
    TimeEntry {
        client: Some(ClientId::new(NOW, number * 7 % 50)),
        technician: TechnicianId::new(NOW, number % 8),
        service: Some(ServiceId::new(NOW, number % 10)),
        day,
        ..template
    }
}

async fn import(name: &str, bench: Bench) {
    let began = Instant::now();
    for page in 0..PAGES {
        let mut change = bench.change();
        for number in page * ROWS..(page + 1) * ROWS {
            change.insert(&row(number)).unwrap();
        }
        change.commit().await.unwrap();
    }
    let written = began.elapsed();
    bench.settle().await;
    let all = began.elapsed();
    let report = bench.tenant().drift().await.unwrap().unwrap();
    assert_eq!((u128::from(report.rows), report.drifts.len()), (PAGES * ROWS, 0));
    let rows = u32::try_from(PAGES * ROWS).unwrap();
    let per_row = [written, all].map(|time| time / rows);
    eprintln!(
        "{name}: {written:?} to write {rows} rows, {all:?} with the outbox; {per_row:?} a row"
    );
}

#[tokio::test]
#[ignore = "measures; run alone"]
async fn importing_pages_of_85_rows() {
    import("in memory", Bench::new().await).await;
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("throughput.sqlite");
    for suffix in ["", "-wal", "-shm"] {
        drop(fs::remove_file(format!("{}{suffix}", file.display())));
    }
    let database = Database::new(file.to_str().unwrap()).unwrap();
    import("on a file", Bench::on(database).await).await;
}
