//! Page cursors: opaque, signed, and bound to tenant, route and filters.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::item::Item;

/// The cursor was not given by this list, to this tenant, for these filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor does not belong to this list")]
pub struct InvalidCursor;

/// The key that signs cursors.
#[derive(Clone)]
pub struct CursorKey(hmac::Key);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

impl CursorKey {
    /// A key from secret bytes, at least 32 of them.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    fn message(scope: &str, body: &str) -> Vec<u8> {
        // The scope's length keeps scope and body from running into each other.
        format!("{}|{scope}|{body}", scope.len()).into_bytes()
    }

    /// The cursor for the key after which the next page begins.
    pub(crate) fn seal(&self, scope: &str, key: &Item) -> String {
        let texts = key.iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?)));
        let texts: BTreeMap<_, _> = texts.collect();
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&texts).unwrap_or_default());
        let tag = hmac::sign(&self.0, &Self::message(scope, &body));
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    /// The key in a cursor that [`seal`](Self::seal) gave for the same scope.
    pub(crate) fn open(&self, scope: &str, cursor: &str) -> Result<Item, InvalidCursor> {
        let (body, tag) = cursor.split_once('.').ok_or(InvalidCursor)?;
        let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| InvalidCursor)?;
        hmac::verify(&self.0, &Self::message(scope, body), &tag).map_err(|_| InvalidCursor)?;
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| InvalidCursor)?;
        let texts: BTreeMap<String, String> =
            serde_json::from_slice(&body).map_err(|_| InvalidCursor)?;
        Ok(texts.into_iter().map(|(name, text)| (name, AttributeValue::S(text))).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(sk: &str) -> Item {
        [("pk", "org#X"), ("sk", sk)]
            .map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())))
            .into()
    }

    proptest! {
        #[test]
        fn a_cursor_opens_where_it_was_given_and_nowhere_else(
            scope in ".{0,20}", other in ".{0,20}", sk in ".{1,30}",
        ) {
            let cursors = CursorKey::new(&[7; 32]);
            let cursor = cursors.seal(&scope, &key(&sk));
            prop_assert_eq!(cursors.open(&scope, &cursor), Ok(key(&sk)));
            if other != scope {
                prop_assert_eq!(cursors.open(&other, &cursor), Err(InvalidCursor));
            }
            prop_assert!(CursorKey::new(&[8; 32]).open(&scope, &cursor).is_err());
        }

        #[test]
        fn a_changed_cursor_is_refused(position in 0_usize..60, letter in "[A-Za-z0-9]") {
            let cursors = CursorKey::new(&[7; 32]);
            let cursor = cursors.seal("clients", &key("cli_1"));
            let mut changed = cursor.clone();
            let position = position % cursor.len();
            changed.replace_range(position..=position, &letter);
            // The last digit of unpadded base 64 carries bits that decode to nothing.
            prop_assume!(changed != cursor && position + 1 != cursor.len());
            prop_assert_eq!(cursors.open("clients", &changed), Err(InvalidCursor));
        }

        #[test]
        fn any_text_is_refused_without_a_panic(text in ".{0,80}") {
            prop_assert!(CursorKey::new(&[7; 32]).open("clients", &text).is_err());
        }
    }
}
