//! What organisations share: nobody is named, whoever leaves takes all back, and what was worked out stays.

use clearmargin_domain::{market::Cohort, period::Month};
use clearmargin_store::{Conflict, StoreError};

use crate::{
    bench::{Bench, NOW, org, text},
    sample::{self, DAY},
};

async fn given(bench: &Bench, number: u128, margin: i64) {
    let mut change = bench.change();
    change.give(sample::contributor(number), &sample::share(5, margin)).unwrap();
    change.commit().await.unwrap();
}

async fn shares(bench: &Bench) -> usize {
    bench.store.commons().shares(Month::of(DAY)).await.unwrap().len()
}

#[tokio::test]
async fn a_share_names_nobody_and_is_given_once() {
    let bench = Bench::new().await;
    given(&bench, 7, 44).await;
    let items = bench.items().into_iter();
    let shared: Vec<_> = items.filter(|item| text(item, "pk").starts_with('@')).collect();
    assert_eq!(shared.len(), 1);
    assert!(!shared[0].to_string().contains(&org(1).to_string()[4..]), "{}", shared[0]);
    let mut again = bench.other().change(crate::bench::audit());
    again.give(sample::contributor(7), &sample::share(5, 10)).unwrap();
    let refused = again.commit().await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Unique))), "{refused:?}");
    let kept = bench.store.commons().shares(Month::of(DAY)).await.unwrap();
    assert_eq!(kept, [(sample::contributor(7).digits(), sample::share(5, 44))]);
}

#[tokio::test]
async fn what_was_worked_out_stays_whoever_comes_or_goes() {
    let bench = Bench::new().await;
    let (commons, month) = (bench.store.commons(), Month::of(DAY));
    assert_eq!(commons.cohort(month).await.unwrap(), None);
    let first = commons.settle(sample::cohort()).await.unwrap();
    assert_eq!(first, sample::cohort());
    let later = commons.settle(Cohort::of(month, &[])).await.unwrap();
    assert_eq!((later, commons.cohort(month).await.unwrap()), (first.clone(), Some(first)));
}

#[tokio::test]
async fn a_share_that_is_taken_back_is_gone_and_the_others_are_not() {
    let bench = Bench::new().await;
    given(&bench, 7, 44).await;
    given(&bench, 8, 10).await;
    for _ in 0..2 {
        let mut change = bench.change();
        change.take_back(sample::contributor(7), Month::of(DAY)).unwrap();
        change.commit().await.unwrap();
        assert_eq!(shares(&bench).await, 1);
    }
}

#[tokio::test]
async fn an_organisation_that_is_removed_leaves_no_share() {
    let bench = Bench::new().await;
    given(&bench, 7, 44).await;
    given(&bench, 8, 10).await;
    let mut change = bench.change();
    change.insert(&sample::participation()).unwrap();
    change.commit().await.unwrap();
    while !bench.tenant().purge(NOW, NOW, 5).await.unwrap() {}
    assert_eq!(shares(&bench).await, 1);
}
