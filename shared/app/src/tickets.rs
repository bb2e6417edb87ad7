//! Tickets: what clients ask for, from the opening to the client's last word.

mod bulk;
mod categories;
mod change;
mod comments;
mod described;
mod list;
mod measuring;
mod open;
mod policies;
mod rating;
mod remove;
mod templates;
mod time;

pub use bulk::{BulkReport, BulkTickets, bulk, bulk_report, bulk_runs};
pub use change::{assign, edit, escalate, go};
pub use comments::{comment, comments, history};
pub use described::{Described, get};
pub use list::{Wanted, list, open_tickets};
pub use open::{NewTicket, open};
pub use policies::{PolicyDetails, add_policy, policies, policy, remove_policy, replace_policy};
pub use rating::{RatingLink, offer_rating, rate};
pub use remove::remove;
pub use templates::{
    TemplateDetails, add_template, remove_template, replace_template, template, templates,
};
pub use time::{NewTime, TimeSpan, log_time, time};

pub(crate) use bulk::run as run_bulk;
pub(crate) use categories::categories;
pub(crate) use measuring::Measuring;
pub(crate) use policies::{measure, settle_due};
