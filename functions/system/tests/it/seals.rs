//! Every audit row is sealed exactly once, whatever happens.

use clearmargin_app::{Archive as _, audit};
use clearmargin_domain::{
    audit::{AuditEntry, Block, Chain, Head},
    id::OrgId,
};
use serde_json::json;

use crate::world::World;

/// A world with an organisation, and the row of its registration.
async fn world() -> (World, OrgId) {
    let world = World::new(clearmargin_system::routes()).await;
    let org = world.owner("ada@example.com").await.org;
    (world, org)
}

/// Changes that leave nothing but their audit rows.
pub(crate) async fn change(world: &World, org: OrgId, count: usize) -> Vec<AuditEntry> {
    let mut rows = Vec::new();
    for number in 0..count {
        let ctx = world.app.for_system(org, "request");
        let row = ctx.audit("test.changed", format!("thing {number}"), json!({"n": number}));
        ctx.tenant().change(row.clone()).commit().await.unwrap();
        rows.push(row);
    }
    rows
}

/// Verifies every block that is kept, and that they hold every row once; the chain's head.
async fn whole(world: &World, org: OrgId, rows: usize) -> Head {
    let mut chain = Chain::new(None);
    let blocks: Vec<_> = world.kept.0.lock().unwrap().values().cloned().collect();
    for block in blocks {
        chain.push(&block).unwrap();
    }
    let head = chain.finish().unwrap();
    assert_eq!(head.rows, u64::try_from(rows).unwrap());
    let tenant = world.app.store.tenant(org);
    assert_eq!(tenant.audit_head().await.unwrap(), head);
    let stored = tenant.audit_since(jiff::Timestamp::UNIX_EPOCH, world.app.clock.now()).await;
    let stored = stored.unwrap();
    assert_eq!(stored.len(), rows);
    assert!(stored.iter().all(|row| row.sealed_in.is_some()));
    let report = audit::check(&world.app, org, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!((report.rows, report.blocks, &report.findings[..]), (rows, head.block, &[][..]));
    head
}

#[tokio::test]
async fn a_batch_that_comes_again_in_other_pieces_and_another_order_is_sealed_once() {
    let (world, org) = world().await;
    audit::seal_waiting(&world.app, org).await.unwrap();
    let rows = change(&world, org, 130).await;
    let mut late = rows[40..90].to_vec();
    late.reverse();
    for batch in [&late[..], &rows[..50], &rows[..50], &rows[30..], &late[..]] {
        audit::seal(&world.app, org, batch.to_vec()).await.unwrap();
    }
    whole(&world, org, 131).await;
}

#[tokio::test]
async fn sealers_that_race_neither_lose_a_row_nor_fork_the_chain() {
    let (world, org) = world().await;
    audit::seal_waiting(&world.app, org).await.unwrap();
    let rows = change(&world, org, 60).await;
    let mut sealers = tokio::task::JoinSet::new();
    for sealer in 0..6 {
        // Each has its own rows, and those of the next.
        let start = sealer * 10;
        let rows = rows[start..(start + 20).min(60)].to_vec();
        let app = world.app.clone();
        sealers.spawn(async move { audit::seal(&app, org, rows).await });
    }
    while let Some(outcome) = sealers.join_next().await {
        // Who is overtaken too often is told so, and comes again.
        drop(outcome.unwrap());
    }
    audit::seal(&world.app, org, rows).await.unwrap();
    whole(&world, org, 61).await;
}

#[tokio::test]
async fn a_block_whose_sealer_died_before_it_moved_the_head_becomes_the_next() {
    let (world, org) = world().await;
    audit::seal_waiting(&world.app, org).await.unwrap();
    let rows = change(&world, org, 10).await;
    let head = world.app.store.tenant(org).audit_head().await.unwrap();
    let orphan = Block::after(&head, org, rows[..6].to_vec(), world.app.clock.now());
    let key = audit::block_key(org, orphan.number());
    assert!(world.kept.put_new(&key, orphan.to_bytes()).await.unwrap());
    // The batch comes again, with rows that came since.
    audit::seal(&world.app, org, rows[3..].to_vec()).await.unwrap();
    assert_eq!(world.kept.get(&key).await.unwrap(), Some(orphan.to_bytes()));
    assert_eq!(whole(&world, org, 11).await.block, 3);
}

#[tokio::test]
async fn what_is_waiting_is_sealed_without_a_stream_and_nothing_twice() {
    let (world, org) = world().await;
    change(&world, org, 120).await;
    assert_eq!(audit::seal_waiting(&world.app, org).await.unwrap(), 121);
    assert_eq!(audit::seal_waiting(&world.app, org).await.unwrap(), 0);
    world.clock.advance(40 * 24 * 3_600);
    change(&world, org, 1).await;
    assert_eq!(audit::seal_waiting(&world.app, org).await.unwrap(), 1);
    assert_eq!(whole(&world, org, 122).await.block, 3);
}

#[tokio::test]
async fn a_row_that_was_never_sealed_and_a_block_that_is_altered_or_gone_are_found_by_night() {
    let (world, org) = world().await;
    change(&world, org, 3).await;
    assert_eq!(clearmargin_app::schedule::audit_check(&world.app).await.unwrap(), 0);
    world.clock.advance(3_600);
    // It is late, and sealed now.
    assert_eq!(clearmargin_app::schedule::audit_check(&world.app).await.unwrap(), 1);
    assert_eq!(clearmargin_app::schedule::audit_check(&world.app).await.unwrap(), 0);
    let key = audit::block_key(org, 1);
    let block = world.kept.get(&key).await.unwrap().unwrap();
    let mut altered = block.clone();
    altered[200] ^= 1;
    world.kept.put(&key, altered).await.unwrap();
    assert_eq!(clearmargin_app::schedule::audit_check(&world.app).await.unwrap(), 1);
    world.kept.0.lock().unwrap().remove(&key);
    assert_eq!(clearmargin_app::schedule::audit_check(&world.app).await.unwrap(), 1);
    world.kept.put(&key, block).await.unwrap();
    whole(&world, org, 4).await;
}

#[tokio::test]
async fn rows_that_say_otherwise_than_their_block_or_were_never_there_are_found() {
    let (world, org) = world().await;
    let rows = change(&world, org, 2).await;
    // The block says something else than the table of one row, and has one that the table has not.
    let mut told = rows[0].clone();
    told.subject = "another thing".to_owned();
    let ctx = world.app.for_system(org, "request");
    let gone = ctx.audit("test.changed", "deleted", json!(null));
    audit::seal(&world.app, org, vec![told.clone(), gone.clone()]).await.unwrap();
    let report = audit::check(&world.app, org, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    let findings = [audit::Finding::Altered(told.id), audit::Finding::Deleted(gone.id)];
    assert_eq!(report.findings, findings);
}
