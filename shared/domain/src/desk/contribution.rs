//! What a ticket adds to the desk's sums.

use jiff::civil::Date;

use super::{DeskBucket, DeskDelta, DeskMeasures, DeskSubject, Sample, Span};
use crate::{
    period::Month,
    sketch::Sketch,
    ticket::{Rating, Reached, Ticket},
};

impl DeskDelta {
    /// What a ticket adds. Each thing counts on the day on which it happened: one ticket may count
    /// as opened in one month and as resolved in another. That it is open counts for its client as
    /// long as it is, whenever it was opened.
    pub fn of(ticket: &Ticket) -> Self {
        let mut sums = Sums { ticket, delta: Self::default() };
        sums.count(ticket.opened_on, DeskMeasures { opened: 1, ..DeskMeasures::default() });
        for day in &ticket.reopened_on {
            sums.count(*day, DeskMeasures { reopened: 1, ..DeskMeasures::default() });
        }
        if let Some(reached) = ticket.first_response {
            sums.count(reached.on, first_response(reached));
            sums.sketch(Sample::FirstResponse, reached);
        }
        if let Some(reached) = ticket.resolution {
            sums.count(reached.on, resolution(reached));
            sums.sketch(Sample::Resolution, reached);
        }
        if let Some(said) = &ticket.rating {
            sums.count(said.on, rating(said));
        }
        if ticket.status.is_open() {
            let subject = DeskSubject::Client(ticket.client);
            let open = DeskMeasures { open: 1, ..DeskMeasures::default() };
            sums.delta.count(DeskBucket { subject, span: Span::Now }, open);
        }
        sums.delta
    }
}

fn first_response(reached: Reached) -> DeskMeasures {
    DeskMeasures {
        first_responses: 1,
        first_response_seconds: reached.seconds,
        responses_in_time: i64::from(reached.in_time == Some(true)),
        responses_late: i64::from(reached.in_time == Some(false)),
        ..DeskMeasures::default()
    }
}

fn resolution(reached: Reached) -> DeskMeasures {
    DeskMeasures {
        resolved: 1,
        resolution_seconds: reached.seconds,
        resolutions_in_time: i64::from(reached.in_time == Some(true)),
        resolutions_late: i64::from(reached.in_time == Some(false)),
        ..DeskMeasures::default()
    }
}

fn rating(said: &Rating) -> DeskMeasures {
    DeskMeasures {
        ratings: 1,
        rating_scores: i64::from(said.score),
        satisfied: i64::from(said.score >= 4),
        dissatisfied: i64::from(said.score <= 2),
        ..DeskMeasures::default()
    }
}

struct Sums<'a> {
    ticket: &'a Ticket,
    delta: DeskDelta,
}

impl Sums<'_> {
    fn count(&mut self, day: Date, measures: DeskMeasures) {
        for bucket in buckets(self.ticket, day) {
            self.delta.count(bucket, measures);
        }
    }

    fn sketch(&mut self, sample: Sample, reached: Reached) {
        let mut durations = Sketch::default();
        durations.add(reached.seconds, 1);
        for bucket in buckets(self.ticket, reached.on) {
            self.delta.sketch(bucket, sample, &durations);
        }
    }
}

/// Where something that happened to a ticket on a day is summed: by day for the organisation and
/// the client, whose course people follow; by month for all.
fn buckets(ticket: &Ticket, day: Date) -> Vec<DeskBucket> {
    let client = || DeskSubject::Client(ticket.client);
    let daily = [DeskSubject::Organization, client()];
    let monthly = [
        DeskSubject::Organization,
        client(),
        DeskSubject::Technician(ticket.technician),
        DeskSubject::Category(ticket.category.clone()),
        DeskSubject::Priority(ticket.priority.clone()),
    ];
    let month = Span::Month(Month::of(day));
    let daily = daily.map(|subject| DeskBucket { subject, span: Span::Day(day) });
    let monthly = monthly.map(|subject| DeskBucket { subject, span: month });
    daily.into_iter().chain(monthly).collect()
}
