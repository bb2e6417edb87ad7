//! What may be done about it: one play for each factor, in plain words, to be edited here.

use super::prior::Factor;

/// What to do about a client, by what speaks most for its leaving; nothing in particular where nothing does.
pub fn play(factor: Option<Factor>) -> &'static str {
    match factor {
        None => "Nothing stands out. Keep the usual review.",
        Some(Factor::Revenue) => {
            "It is charged for less. Ask what it no longer needs or buys elsewhere, and offer a plan that fits."
        }
        Some(Factor::Tickets) => {
            "It asks for help less often. Find out whether it is content or has stopped asking, and call its contact."
        }
        Some(Factor::Silence) => {
            "It has not asked for anything for three months. Visit it, and check that its contact is still there."
        }
        Some(Factor::LatePayments) => {
            "It pays late. Ask whether something is disputed before reminding it, and agree on a way to pay."
        }
        Some(Factor::Work) => {
            "It takes much more work. Find the cause that returns, fix it, and show the client that it is fixed."
        }
        Some(Factor::Young) => {
            "It has not been a client for long. Make sure that everything promised at the start is done, and review it together."
        }
        Some(Factor::NothingRecurs) => {
            "Nothing that it buys recurs. Offer an agreement for what it has bought more than once."
        }
        Some(Factor::ContractEnds) => {
            "Its contract ends soon. Meet to renew it now, with what was done for it and at what price it goes on."
        }
        Some(Factor::Quiet) => {
            "It was not charged when it was time. Check whether an invoice is missing or it has left, and call it today."
        }
    }
}
