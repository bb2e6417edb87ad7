//! How much two names are alike.
//!
//! The score is the best of two views. *Spelling*: how few letters differ (insertions, deletions,
//! swaps) when the words are put in one order and run together; it forgives typing errors and blanks
//! (“Brightline”, “Bright Line”). *Words*: what share of the letters is in words that both have; it
//! forgives added words and short forms (“Redwood Vet”, “Redwood Veterinary”). Jaro–Winkler is not
//! used: it rewards a common beginning, and clients of one town share beginnings (“Summit Legal”,
//! “Summit Dental”) without being one.

use strsim::osa_distance;

use super::name::aliases;

const IDENTICAL: usize = 1_000;
/// What a name is worth that is wholly part of the other, before the share of common letters counts.
const CONTAINED: usize = 780;
/// Names with more errors than one in so many letters are not misspelt: they are others.
const LETTERS_PER_ERROR: usize = 8;
/// A contained name shorter than this says too little.
const CONTAINED_LETTERS: usize = 6;
/// Words shorter than this are not the same with a letter changed.
const TYPO_LETTERS: usize = 5;
/// Words shorter than this are not short forms of others that begin like them.
const PREFIX_LETTERS: usize = 3;

/// How much two names are alike, 0 to 1000; 1000 if and only if they are the same when normalised.
/// Of a name with a trading name the better one counts.
pub fn similarity_per_mille(left: &str, right: &str) -> u16 {
    best(&aliases(left), &aliases(right))
}

/// The score of the two names most alike, one of each side, all normalised.
pub(super) fn best(left: &[String], right: &[String]) -> u16 {
    let pairs = left.iter().flat_map(|left| right.iter().map(move |right| (left, right)));
    let best = pairs.map(|(left, right)| compare(left, right)).max();
    u16::try_from(best.unwrap_or(0)).unwrap_or(0)
}

fn compare(left: &str, right: &str) -> usize {
    if left == right {
        return IDENTICAL;
    }
    // One order, so that the answer does not depend on which name comes first.
    let (left, right) = if left < right { (left, right) } else { (right, left) };
    let (left, right): (Vec<_>, Vec<_>) = (left.split(' ').collect(), right.split(' ').collect());
    let score = spelling(&left, &right).max(words(&left, &right));
    score.min(IDENTICAL - 1)
}

fn spelling(left: &[&str], right: &[&str]) -> usize {
    let sorted = |words: &[&str]| {
        let mut words = words.to_vec();
        words.sort_unstable();
        words.concat()
    };
    let as_written = closeness(&left.concat(), &right.concat());
    as_written.max(closeness(&sorted(left), &sorted(right)))
}

fn closeness(left: &str, right: &str) -> usize {
    let longer = letters(left).max(letters(right)).max(1);
    let errors = osa_distance(left, right);
    let close = IDENTICAL - IDENTICAL * errors / longer;
    if errors <= (longer / LETTERS_PER_ERROR).max(1) { close } else { close.min(CONTAINED - 1) }
}

fn words(left: &[&str], right: &[&str]) -> usize {
    let (fewer, more) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let mut open = more.to_vec();
    let (mut common, mut found) = (0, 0);
    for word in fewer {
        let pairs = open.iter().enumerate();
        let best = pairs.map(|(index, other)| (common_letters(word, other), index)).max();
        if let Some((letters, index)) = best.filter(|(letters, _)| *letters > 0) {
            open.swap_remove(index);
            common += letters;
            found += 1;
        }
    }
    let count = |words: &[&str]| words.iter().map(|word| letters(word)).sum::<usize>();
    let (short, all) = (count(fewer), count(fewer) + count(more));
    let share = IDENTICAL * 2 * common / all.max(1);
    if found == fewer.len() && short >= CONTAINED_LETTERS {
        share.max(CONTAINED + share * 3 / 20)
    } else {
        share
    }
}

/// How many letters two words have in common if they can be the same word, else 0.
fn common_letters(left: &str, right: &str) -> usize {
    let (left_letters, right_letters) = (letters(left), letters(right));
    let shorter = left_letters.min(right_letters);
    let begins = left.starts_with(right) || right.starts_with(left);
    if left == right || begins && shorter >= PREFIX_LETTERS {
        shorter
    } else if shorter >= TYPO_LETTERS && osa_distance(left, right) == 1 {
        shorter - 1
    } else {
        0
    }
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn typing_errors_added_words_and_short_forms_stay_alike() {
        let alike = [
            ("Horizon Freight Brokers", "Horizon Frieght Brokers"),
            ("Blue Harbor Construction", "Blue Harbour Construction Inc"),
            ("Northwind Logistics", "Northwind Logistics Group"),
            ("Redwood Veterinary Hospital", "Redwood Vet Hospital"),
            ("Summit Health", "Summit Healthcare Partners"),
            ("Cascade Partners", "Cascade Capital Partners, L.P."),
            ("Bright Minds Childcare", "Bright Minds Child Care Centers"),
            ("Brightline Media", "Bright Line Media"),
            ("Willow Creek Senior Living", "Willow Crk Senior Living"),
            ("Dental Acme", "Acme Dental"),
        ];
        for (left, right) in alike {
            let score = similarity_per_mille(left, right);
            assert!(score >= 780, "{left} / {right}: {score}");
        }
    }

    #[test]
    fn firms_of_one_town_or_one_trade_are_not_alike() {
        let different = [
            ("Summit Legal", "Summit Dental"),
            ("Northwind Legal", "Northwind Logistics Group"),
            ("Summit Dental Health", "Summit Healthcare Partners"),
            ("Riverside Group", "Summit Group"),
            ("Lakeside Dental", "Lakeside Legal"),
            ("IT", "Italian Kitchen"),
            ("", ""),
            ("...", "..."),
        ];
        for (left, right) in different {
            let score = similarity_per_mille(left, right);
            assert!(score < 780, "{left} / {right}: {score}");
        }
    }

    #[test]
    fn a_trading_name_counts_as_the_name() {
        assert_eq!(
            similarity_per_mille("Kestrel Holdings dba Beta Print", "Beta Print LLC"),
            1_000
        );
    }

    proptest! {
        #[test]
        fn similarity_is_symmetric_and_within_bounds(left in "[a-e ]{0,14}", right in "[a-e ]{0,14}") {
            let score = similarity_per_mille(&left, &right);
            prop_assert!(score <= 1_000);
            prop_assert_eq!(score, similarity_per_mille(&right, &left));
            let same = !aliases(&left).is_empty() && aliases(&left) == aliases(&right);
            prop_assert_eq!(score == 1_000, same);
        }
    }
}
