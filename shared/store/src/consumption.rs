//! What requests to the table consume: every request asks DynamoDB to tell, and whoever wants to
//! know wraps their work in [`counted`].
//!
//! The count belongs to the task, so that any number of requests in one process are counted apart.
//! What fails says nothing about its consumption and is not counted.

use std::cell::Cell;

use aws_sdk_dynamodb::{
    Client,
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{
            AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
        },
    },
    error::BoxError,
    operation::{
        batch_get_item::{BatchGetItemInput, BatchGetItemOutput},
        batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput},
        delete_item::{DeleteItemInput, DeleteItemOutput},
        get_item::{GetItemInput, GetItemOutput},
        put_item::{PutItemInput, PutItemOutput},
        query::{QueryInput, QueryOutput},
        transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput},
        update_item::{UpdateItemInput, UpdateItemOutput},
    },
    types::{ConsumedCapacity, ReturnConsumedCapacity},
};

/// Units of the table, in tenths: DynamoDB counts halves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consumed {
    /// Read units.
    pub read_tenths: u64,
    /// Write units.
    pub write_tenths: u64,
}

tokio::task_local! {
    static COUNT: Cell<Consumed>;
}

/// Does some work; what it gave, and what it consumed in this task.
pub fn counted<F: Future>(work: F) -> impl Future<Output = (F::Output, Consumed)> {
    // Futures of requests are large, and would be here twice.
    let work = Box::pin(work);
    COUNT.scope(Cell::default(), async {
        let output = work.await;
        (output, COUNT.with(Cell::get))
    })
}

/// The same client, which tells what it consumes.
pub(crate) fn metered(client: &Client) -> Client {
    Client::from_conf(client.config().to_builder().interceptor(Meter).build())
}

/// The units that an answer speaks of, in tenths.
pub(crate) fn tenths<'a>(told: impl IntoIterator<Item = &'a ConsumedCapacity>) -> u64 {
    let units = told.into_iter().filter_map(ConsumedCapacity::capacity_units);
    // Through text, since a float times ten is not always ten times as much.
    let tenths = units.map(|units| format!("{units:.1}").replace('.', "").parse().unwrap_or(0));
    tenths.sum::<u64>()
}

fn count(read_tenths: u64, write_tenths: u64) {
    // Work that nobody counts has no count.
    let _uncounted = COUNT.try_with(|count| {
        let before = count.get();
        count.set(Consumed {
            read_tenths: before.read_tenths + read_tenths,
            write_tenths: before.write_tenths + write_tenths,
        });
    });
}

#[derive(Debug)]
struct Meter;

macro_rules! for_each_operation {
    ($each:ident) => {
        $each!(reads GetItemInput, GetItemOutput);
        $each!(reads QueryInput, QueryOutput);
        $each!(reads BatchGetItemInput, BatchGetItemOutput);
        $each!(writes TransactWriteItemsInput, TransactWriteItemsOutput);
        $each!(writes UpdateItemInput, UpdateItemOutput);
        $each!(writes PutItemInput, PutItemOutput);
        $each!(writes DeleteItemInput, DeleteItemOutput);
        $each!(writes BatchWriteItemInput, BatchWriteItemOutput);
    };
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        macro_rules! ask {
            ($kind:ident $input:ty, $output:ty) => {
                if let Some(input) = context.input_mut().downcast_mut::<$input>() {
                    input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
                }
            };
        }
        for_each_operation!(ask);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(answer) = context.output_or_error() else {
            return Ok(());
        };
        macro_rules! hear {
            (reads $input:ty, $output:ty) => {
                if let Some(answer) = answer.downcast_ref::<$output>() {
                    count(tenths(answer.consumed_capacity()), 0);
                }
            };
            (writes $input:ty, $output:ty) => {
                if let Some(answer) = answer.downcast_ref::<$output>() {
                    count(0, tenths(answer.consumed_capacity()));
                }
            };
        }
        for_each_operation!(hear);
        Ok(())
    }
}
