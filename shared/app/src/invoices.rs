//! Invoices and credit memos: drafted, issued under gapless numbers, settled and taken back.
//!
//! Everything that counts is one transaction that names the versions it read: the document, the
//! payment, the number and the closed months. Two of a kind that meet try again from the beginning.

mod apply;
mod bulk;
mod draft;
mod issue;
mod letter;
mod list;
mod pay;
mod refund;
mod send;

use clearmargin_domain::{
    access::Action,
    id::InvoiceId,
    invoice::{Invoice, SettleError},
    payment::{NotSettled, PaymentError},
};
use clearmargin_store::{Basis, Change, Stored};
use jiff::civil::Date;

use crate::{Ctx, Error, books};

pub use apply::{Applied, Credit, MOST_USES, Part, Uses, apply};
pub use bulk::{BulkOutcome, BulkRefusal, BulkStep, MOST_ITEMS, bulk};
pub(crate) use draft::drafted;
pub use draft::{DraftChange, LineChange, create, remove, update};
pub use issue::{issue, void};
pub use list::{Sort, Wanted, list};
pub use pay::{NewPayment, Paid, pay, payment, payments, write_off};
pub use refund::{NewRefund, Refunded, refund};
pub(crate) use send::hand_over;
pub use send::send;

/// How often something is tried again that met another change of the same records.
const TRIES: usize = 64;

/// A document.
pub async fn get(ctx: &Ctx, id: InvoiceId) -> Result<Stored<Invoice>, Error> {
    ctx.require(Action::InvoicesRead)?;
    own(ctx, id).await
}

pub(crate) async fn own(ctx: &Ctx, id: InvoiceId) -> Result<Stored<Invoice>, Error> {
    ctx.tenant().get::<Invoice>(id).await?.ok_or(Error::NotFound("invoice"))
}

/// Goes on only if a day can be booked on; the change then holds only while that is so.
async fn booked(ctx: &Ctx, change: &mut Change<'_>, days: &[Date]) -> Result<(), Error> {
    let known = books::known(ctx).await?;
    for day in days {
        known.books.refuse(*day)?;
    }
    Ok(change.rests_on(Basis::Books, known.version)?)
}

impl From<SettleError> for Error {
    fn from(error: SettleError) -> Self {
        let code = match error {
            SettleError::Draft => "draft",
            SettleError::Void => "void",
            SettleError::Foreign => "foreign",
            SettleError::MoreThanOpen => "more_than_open",
            SettleError::Settled => "settled",
            SettleError::TooEarly => return Self::invalid("day", error.to_string()),
        };
        Self::conflict(code, error.to_string())
    }
}

impl From<NotSettled> for Error {
    fn from(error: NotSettled) -> Self {
        match error {
            NotSettled::Document(error) => error.into(),
            NotSettled::Payment(PaymentError::Nothing) => {
                Self::invalid("amount", PaymentError::Nothing.to_string())
            }
            NotSettled::Payment(PaymentError::MoreThanLeft) => {
                Self::conflict("more_than_left", PaymentError::MoreThanLeft.to_string())
            }
            NotSettled::Payment(error) => Self::conflict("not_settled", error.to_string()),
        }
    }
}
