//! The end of an organisation: nothing of it is left, and nothing of another is touched.

use crate::{
    bench::{Bench, NOW, audit, org},
    isolation::one_of_each,
    sample,
};

#[tokio::test]
async fn everything_of_the_organisation_goes_and_nothing_of_another() {
    let bench = one_of_each().await;
    let mut change = bench.other().change(audit());
    change.register(&sample::organization(2), &sample::user(2, "eve@example.com")).unwrap();
    change.insert(&sample::time_entry(1)).unwrap();
    change.commit().await.unwrap();
    let of = |bench: &Bench, number: u128| {
        let prefix = org(number).to_string();
        let items = bench.items().into_iter();
        items.filter(|item| item["pk"]["S"].as_str().unwrap().starts_with(&prefix)).count()
    };
    let others = of(&bench, 2);
    let mut rounds = 0;
    while !bench.tenant().purge(NOW, NOW, 5).await.unwrap() {
        rounds += 1;
        assert!(rounds < 100);
    }
    assert!(rounds > 2, "it goes in stretches");
    assert_eq!((of(&bench, 1), of(&bench, 2)), (0, others));
    assert!(bench.tenant().purge(NOW, NOW, 5).await.unwrap(), "twice is once");
}
