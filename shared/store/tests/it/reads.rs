//! Reading by id.

use clearmargin_domain::ticket::Ticket;

use crate::{bench::Bench, sample::ticket};

#[tokio::test]
async fn many_records_are_read_at_once_however_many_and_however_often_asked() {
    let bench = Bench::new().await;
    for first in (0..240).step_by(80) {
        let mut change = bench.change();
        for number in first..first + 80 {
            change.insert(&ticket(number)).unwrap();
        }
        change.commit().await.unwrap();
    }
    // 240 that are there, 20 of them twice, and 60 that are not.
    let ids: Vec<_> = (0..300).chain(0..20).map(|number| ticket(number).id).collect();
    let mut found = bench.tenant().get_many::<Ticket>(&ids).await.unwrap();
    found.sort_by_key(|ticket| ticket.id);
    let found: Vec<_> = found.into_iter().map(|ticket| ticket.value).collect();
    assert_eq!(found, (0..240).map(ticket).collect::<Vec<_>>());
    assert_eq!(bench.tenant().get_many::<Ticket>(&[]).await.unwrap(), []);
}
