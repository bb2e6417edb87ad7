//! Sums that add up by themselves, in whichever sheet they are.

use aws_sdk_dynamodb::types::{AttributeValue, Update, builders::UpdateBuilder};

use crate::{error::StoreError, item::Item, key::Key};

/// The update that adds to sums of a sheet, which is created when it is new.
pub(crate) fn add_action(
    table: &str,
    key: &Key,
    sums: impl IntoIterator<Item = (String, i64)>,
) -> Result<Update, StoreError> {
    let (mut update, mut terms) = (update(table, key), Vec::new());
    for (name, value) in sums {
        let value = AttributeValue::N(value.to_string());
        terms.push(format!("#s{name} :s{name}"));
        update = update
            .expression_attribute_names(format!("#s{name}"), &name)
            .expression_attribute_values(format!(":s{name}"), value);
    }
    build(update.update_expression(format!("ADD {}", terms.join(", "))))
}

/// An update of a sheet, to be filled in.
pub(crate) fn update(table: &str, key: &Key) -> UpdateBuilder {
    Update::builder().table_name(table).set_key(Some(Item::from(key.attributes())))
}

/// The update as it was filled in.
pub(crate) fn build(update: UpdateBuilder) -> Result<Update, StoreError> {
    update.build().map_err(|error| StoreError::Backend {
        code: "InvalidRequest".to_owned(),
        source: Box::new(error),
    })
}
