//! Paging by number, for lists that know no time to go along.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reply::List;

/// How often a list is read at most because it changes while it is read.
const PASSES: u8 = 3;

/// Where in a list the next page is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbered {
    page: u32,
    pass: u8,
    /// How many rows the list had when this pass began.
    total: Option<u64>,
    /// Whether that has changed since, so that rows may have shifted past the reader.
    moved: bool,
}

impl Default for Numbered {
    fn default() -> Self {
        Self::pass(1)
    }
}

impl Numbered {
    fn pass(pass: u8) -> Self {
        Self { page: 1, pass, total: None, moved: false }
    }

    pub(super) fn list_info(&self, limit: usize) -> Value {
        json!({"page": self.page, "pageSize": limit})
    }

    /// The place after a page; none when the list has been read and stood still meanwhile.
    pub(super) fn next(&self, list: &List) -> Option<Self> {
        let total = if self.page == 1 { list.total } else { self.total };
        let moved = self.moved || list.total != total;
        if list.has_more && !list.rows.is_empty() {
            let page = self.page + 1;
            return Some(Self { page, pass: self.pass, total, moved });
        }
        (moved && self.pass < PASSES).then(|| Self::pass(self.pass + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(has_more: bool, total: u64) -> List {
        List {
            rows: vec![Value::Null],
            has_more,
            total: Some(total),
            trouble: String::new(),
            raw: Vec::new(),
        }
    }

    #[test]
    fn a_list_that_stands_still_is_read_once() {
        let second = Numbered::default().next(&list(true, 2)).unwrap();
        assert_eq!(second.list_info(1), json!({"page": 2, "pageSize": 1}));
        assert_eq!(second.next(&list(false, 2)), None);
    }

    #[test]
    fn a_list_that_changes_while_it_is_read_is_read_again_but_not_forever() {
        let mut place = Some(Numbered::default());
        let mut passes = 0;
        while let Some(first) = place {
            passes += 1;
            assert_eq!(first.page, 1);
            let second = first.next(&list(true, 2)).unwrap();
            let third = second.next(&list(true, 3)).unwrap();
            // Even when it has as many rows as at the beginning, rows may have shifted.
            place = third.next(&list(false, 2));
        }
        assert_eq!(passes, PASSES);
    }
}
