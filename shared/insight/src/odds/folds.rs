//! Which cases a model is tried on.

/// In how many parts cases are told to decide what each model counts.
pub(super) const FOLDS: usize = 3;

/// Which of so many parts a row is in: by its place alone, and unlike any order that it may have.
pub(super) fn fold_of(row: usize, parts: usize) -> usize {
    // Fowler-Noll-Vo over the bytes, with its high bits, which all bytes move.
    let mixed = row.to_le_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from(mixed >> 33).unwrap_or_default() % parts
}
