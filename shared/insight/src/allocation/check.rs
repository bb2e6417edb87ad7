//! What is wrong with a budget that is to be divided, before anything is computed.

use std::collections::HashSet;

use super::{
    Group, Limit, Line, MOST, MOST_GROUPS, MOST_LINES, MOST_PARTS, MOST_PROPORTIONS, MOST_STEPS,
    ONE, Proportion, Wanted, Worth,
};

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct Invalid {
    /// Which field, such as `lines[3].most`.
    pub path: String,
    /// What is wrong with it.
    pub why: &'static str,
}

type Checked = Result<(), Invalid>;

fn ensure(holds: bool, path: impl FnOnce() -> String, why: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(Invalid { path: path(), why }) }
}

fn amount(amount: i64, path: impl FnOnce() -> String) -> Checked {
    ensure(
        (0..=MOST).contains(&amount),
        path,
        "expected an amount from 0 to 1,000,000,000,000 of the smallest unit",
    )
}

fn parts(parts: u32, path: impl FnOnce() -> String) -> Checked {
    ensure(parts <= MOST_PARTS, path, "expected a number from 0 to 1,000")
}

impl Wanted {
    /// Finds what cannot be worked with: what is too much, not there, there twice, or the wrong way
    /// round.
    pub fn check(&self) -> Result<(), Invalid> {
        amount(self.total, || "total".to_owned())?;
        let some = (1..=MOST_LINES).contains(&self.lines.len());
        ensure(some, || "lines".to_owned(), "expected 1 to 200 lines")?;
        let mut names = HashSet::new();
        for (at, line) in self.lines.iter().enumerate() {
            let own = names.insert(line.name.to_lowercase());
            ensure(own, || format!("lines[{at}].name"), "another line is called so")?;
            line.check(at)?;
        }
        let few = self.groups.len() <= MOST_GROUPS;
        ensure(few, || "groups".to_owned(), "expected at most 30 groups")?;
        let few = self.proportions.len() <= MOST_PROPORTIONS;
        ensure(few, || "proportions".to_owned(), "expected at most 20 proportions")?;
        let mut names = HashSet::new();
        for (at, group) in self.groups.iter().enumerate() {
            let own = names.insert(group.name.to_lowercase());
            ensure(own, || format!("groups[{at}].name"), "another rule is called so")?;
            self.check_group(at, group)?;
        }
        for (at, proportion) in self.proportions.iter().enumerate() {
            let own = names.insert(proportion.name.to_lowercase());
            ensure(own, || format!("proportions[{at}].name"), "another rule is called so")?;
            self.check_proportion(at, proportion)?;
        }
        Ok(())
    }

    fn check_group(&self, at: usize, group: &Group) -> Checked {
        let path = |field: &str| format!("groups[{at}].{field}");
        ensure(!group.lines.is_empty(), || path("lines"), "expected at least one line")?;
        let mut members = HashSet::new();
        for (number, line) in group.lines.iter().enumerate() {
            let path = || path(&format!("lines[{number}]"));
            ensure(*line < self.lines.len(), path, "no line is called so")?;
            ensure(members.insert(*line), path, "the line is named twice")?;
        }
        let limits = [("least", group.least), ("most", group.most)];
        let some = group.least.is_some() || group.most.is_some();
        ensure(some, || path("least"), "expected a limit")?;
        for (field, limit) in limits {
            match limit {
                Some(Limit::Amount(limit)) => amount(limit, || path(field))?,
                Some(Limit::Share(share)) => {
                    let field = if field == "least" { "leastShare" } else { "mostShare" };
                    ensure(share <= ONE, || path(field), "expected a share from 0 to 1")?;
                }
                None => {}
            }
        }
        if let (Some(least), Some(most)) = (group.least, group.most) {
            let room = self.least(least) <= self.most(most);
            ensure(room, || path("most"), "is less than the least")?;
        }
        Ok(())
    }

    fn check_proportion(&self, at: usize, it: &Proportion) -> Checked {
        let path = |field: &str| format!("proportions[{at}].{field}");
        let known = |line: usize| line < self.lines.len();
        ensure(known(it.line), || path("line"), "no line is called so")?;
        ensure(known(it.of), || path("of"), "no line is called so")?;
        ensure(it.line != it.of, || path("of"), "a line cannot follow itself")?;
        let some = it.least.is_some() || it.most.is_some();
        ensure(some, || path("least"), "expected a limit")?;
        for (field, limit) in [("least", it.least), ("most", it.most)] {
            let limit = limit.unwrap_or_default();
            parts(limit, || path(field))?;
            let whole = limit % (ONE / 100) == 0;
            ensure(whole, || path(field), "expected at most two decimals")?;
        }
        let room = it.least.unwrap_or(0) <= it.most.unwrap_or(u32::MAX);
        ensure(room, || path("most"), "is less than the least")
    }
}

impl Line {
    fn check(&self, at: usize) -> Checked {
        let path = |field: &str| format!("lines[{at}].{field}");
        amount(self.least, || path("least"))?;
        if let Some(most) = self.most {
            amount(most, || path("most"))?;
            ensure(self.least <= most, || path("most"), "is less than the least")?;
        }
        match &self.worth {
            Worth::Wish { wish, weight } => {
                amount(*wish, || path("wish"))?;
                parts(*weight, || path("weight"))
            }
            Worth::Returns(steps) => {
                let few = steps.len() <= MOST_STEPS;
                ensure(few, || path("returns"), "expected at most 10 steps")?;
                let (mut end, mut brought) = (0, MOST_PARTS);
                for (number, step) in steps.iter().enumerate() {
                    let path = |field: &str| path(&format!("returns[{number}].{field}"));
                    amount(step.up_to, || path("upTo"))?;
                    let further = step.up_to > end;
                    ensure(further, || path("upTo"), "expected more than the step before")?;
                    parts(step.brings, || path("perUnit"))?;
                    let less = step.brings <= brought;
                    ensure(less, || path("perUnit"), "expected no more than the step before")?;
                    (end, brought) = (step.up_to, step.brings);
                }
                Ok(())
            }
        }
    }
}
