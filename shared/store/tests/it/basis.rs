//! Records that follow from a basis are not written over a newer one.

use clearmargin_store::{Basis, Conflict, StoreError};

use crate::{
    bench::{Bench, audit, org},
    sample,
};

#[tokio::test]
async fn what_rests_on_a_basis_is_written_while_it_stands_and_not_after() {
    let bench = Bench::new().await;
    for number in 1..=3 {
        // Before the basis was ever altered, and after.
        let known = bench.tenant().basis(Basis::CostRates).await.unwrap();
        let mut standing = bench.change();
        standing.rests_on(Basis::CostRates, known).unwrap();
        standing.insert(&sample::time_entry(number)).unwrap();
        standing.commit().await.unwrap();

        let mut other = bench.change();
        other.alters(Basis::CostRates).unwrap();
        other.commit().await.unwrap();
        let mut late = bench.change();
        late.rests_on(Basis::CostRates, known).unwrap();
        late.insert(&sample::time_entry(10 + number)).unwrap();
        let refused = late.commit().await;
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Version))), "{refused:?}");
    }
}

#[tokio::test]
async fn another_organisations_basis_is_another() {
    let bench = Bench::new().await;
    let known = bench.tenant().basis(Basis::CostRates).await.unwrap();
    let mut stranger = bench.store.tenant(org(2)).change(audit());
    stranger.alters(Basis::CostRates).unwrap();
    stranger.commit().await.unwrap();
    assert_eq!(bench.tenant().basis(Basis::CostRates).await.unwrap(), known);
}
