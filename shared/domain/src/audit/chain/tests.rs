use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::{
    audit::{Actor, AuditEntry},
    id::UserId,
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn org(number: u128) -> OrgId {
    OrgId::new(NOW, number)
}

fn row(number: u128) -> AuditEntry {
    AuditEntry {
        version: AuditEntry::VERSION,
        id: AuditId::new(NOW, number),
        at: NOW,
        actor: Actor::User(UserId::new(NOW, 1)),
        action: "costRate.set".to_owned(),
        subject: format!("rat_{number}"),
        request_id: "request".to_owned(),
        detail: json!({"rows": number}),
    }
}

/// Blocks of two rows each.
fn blocks(count: u128) -> Vec<Vec<u8>> {
    let mut head = Head::default();
    let block = |number: u128| {
        let rows = vec![row(2 * number), row(2 * number + 1)];
        let block = Block::after(&head, org(1), rows, NOW);
        head = head.then(&block);
        block.to_bytes()
    };
    (0..count).map(block).collect()
}

fn verify(blocks: &[Vec<u8>], kept: Option<KeptHead>) -> Result<Head, ChainError> {
    let mut chain = Chain::new(kept);
    for block in blocks {
        chain.push(block)?;
    }
    chain.finish()
}

fn head(blocks: &[Vec<u8>]) -> KeptHead {
    verify(blocks, None).unwrap().into()
}

fn fault(blocks: &[Vec<u8>], kept: Option<KeptHead>) -> (u64, Fault) {
    let error = verify(blocks, kept).unwrap_err();
    (error.block, error.fault)
}

#[test]
fn a_whole_chain_is_right_and_its_head_tells_how_long_it_is() {
    let blocks = blocks(4);
    let found = verify(&blocks, Some(head(&blocks))).unwrap();
    assert_eq!((found.block, found.rows, found.newest), (4, 8, Some(AuditId::new(NOW, 7))));
    assert_eq!(verify(&[], None), Ok(Head::default()));
}

#[test]
fn a_block_reads_back_as_it_was_written() {
    let block = Block::after(&Head::default(), org(1), vec![row(1), row(2)], NOW);
    assert_eq!(Block::parse(&block.to_bytes()), Ok(block));
}

#[test]
fn every_flipped_bit_of_every_byte_of_every_block_is_found_in_its_block() {
    let mut blocks = blocks(3);
    let mut flips = 0;
    for place in 0..blocks.len() {
        for byte in 0..blocks[place].len() {
            for bit in 0..8 {
                blocks[place][byte] ^= 1 << bit;
                let error = verify(&blocks, None).unwrap_err();
                assert_eq!(error.block, u64::try_from(place + 1).unwrap(), "{byte} {bit}");
                blocks[place][byte] ^= 1 << bit;
                flips += 1;
            }
        }
    }
    assert!(flips > 10_000, "{flips}");
    verify(&blocks, None).unwrap();
}

#[test]
fn a_byte_more_or_less_is_found_wherever_it_is() {
    let blocks = blocks(2);
    for byte in 0..=blocks[1].len() {
        let mut more = blocks.clone();
        more[1].insert(byte, b' ');
        assert_eq!(verify(&more, None).unwrap_err().block, 2, "{byte}");
        let mut less = blocks.clone();
        less[1].truncate(byte);
        assert_eq!(verify(&less, None).is_ok(), byte == blocks[1].len(), "{byte}");
    }
}

#[test]
fn a_block_taken_out_put_elsewhere_or_repeated_is_found() {
    let all = blocks(4);
    let kept = Some(head(&all));
    for place in 0..4 {
        let mut fewer = all.clone();
        fewer.remove(place);
        verify(&fewer, kept).unwrap_err();
        let mut twice = all.clone();
        twice.insert(place, all[place].clone());
        assert_eq!(fault(&twice, None), (place as u64 + 2, Fault::Misplaced(place as u64 + 1)));
    }
    let mut swapped = all.clone();
    swapped.swap(1, 2);
    assert_eq!(fault(&swapped, None), (2, Fault::Misplaced(3)));
}

#[test]
fn a_chain_cut_short_is_whole_in_itself_and_found_by_who_kept_the_head() {
    let all = blocks(4);
    let kept = head(&all);
    verify(&all[..3], None).unwrap();
    assert_eq!(fault(&all[..3], Some(kept)), (4, Fault::Missing));
    assert_eq!(fault(&[], Some(kept)), (1, Fault::Missing));
    // A head kept earlier still lies on the longer chain.
    verify(&all, Some(head(&all[..2]))).unwrap();
}

#[test]
fn a_block_written_anew_with_a_fitting_hash_does_not_fit_what_follows_or_what_was_kept() {
    let all = blocks(3);
    let forged = |place: usize| {
        let before =
            if place == 0 { Head::default() } else { verify(&all[..place], None).unwrap() };
        let mut forged = all.clone();
        forged[place] = Block::after(&before, org(1), vec![row(90), row(91)], NOW).to_bytes();
        forged
    };
    assert_eq!(fault(&forged(0), None), (2, Fault::DoesNotFollow));
    assert_eq!(fault(&forged(1), None), (3, Fault::DoesNotFollow));
    verify(&forged(2), None).unwrap();
    assert_eq!(fault(&forged(2), Some(head(&all))), (3, Fault::NotTheHead));
}

#[test]
fn a_row_sealed_twice_and_another_organisations_block_are_found() {
    let first = Block::after(&Head::default(), org(1), vec![row(1)], NOW);
    let after = Head::default().then(&first);
    let twice = Block::after(&after, org(1), vec![row(1)], NOW);
    let chain = [first.to_bytes(), twice.to_bytes()];
    assert_eq!(fault(&chain, None), (2, Fault::SealedTwice(row(1).id)));
    let other = Block::after(&after, org(2), vec![row(2)], NOW);
    let chain = [first.to_bytes(), other.to_bytes()];
    assert_eq!(fault(&chain, None), (2, Fault::OtherOrganization));
}

#[test]
fn a_first_line_that_counts_other_rows_is_found_although_the_hash_fits() {
    let text = String::from_utf8(blocks(1).remove(0)).unwrap();
    let (body, _) = text.trim_end().rsplit_once('\n').unwrap();
    let body = body.replace(r#""rows":2,"sealedAt""#, r#""rows":3,"sealedAt""#) + "\n";
    let hash = BlockHash::of(body.as_bytes());
    let forged = format!("{body}{{\"sha256\":\"{hash}\"}}\n").into_bytes();
    assert_eq!(Block::parse(&forged), Err(BlockError::OtherRows));
}

#[test]
fn a_head_is_written_as_it_is_read() {
    let text = head(&blocks(1)).to_string();
    assert_eq!(text.parse::<KeptHead>().unwrap().to_string(), text);
    for text in ["", "1", "1:", "x:00", "1:ABCD"] {
        assert_eq!(text.parse::<KeptHead>(), Err(InvalidHead), "{text}");
    }
}
