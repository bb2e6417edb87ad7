//! Runs both simulators over one TechWave data set.

use std::error::Error;
use std::io::{self, Write as _};

use clap::{Args, Parser, Subcommand};
use clearmargin_simulators::faults::{FaultKind, FaultPlan};
use clearmargin_simulators::quickbooks;
use clearmargin_simulators::start::{Setup, seed_info, start_both};
use clearmargin_simulators::techwave::{Scale, TechWave, generate};
use serde_json::Value;
use tokio::io::AsyncReadExt as _;

/// SuperOps and QuickBooks servers that serve one deterministic TechWave data set.
#[derive(Parser)]
struct Command {
    #[command(flatten)]
    data: Data,
    /// Port of the SuperOps server; 0 for any.
    #[arg(long, default_value_t = 0)]
    superops_port: u16,
    /// Port of the QuickBooks server; 0 for any.
    #[arg(long, default_value_t = 0)]
    quickbooks_port: u16,
    /// Requests a minute that SuperOps allows; 0 for no limit (the documents say 800, or 100).
    #[arg(long, default_value_t = 0)]
    superops_requests_per_minute: u32,
    /// Requests a minute that QuickBooks allows; 0 for no limit.
    #[arg(long, default_value_t = 500)]
    quickbooks_requests_per_minute: u32,
    /// Share of disturbed requests in thousandths.
    #[arg(long, default_value_t = 0)]
    fault_per_mille: u32,
    /// Kinds of faults (tooManyRequests, expiredToken, serverError, slowResponse, cutResponse,
    /// recordsChangedBetweenPages); all if none is named.
    #[arg(long, value_delimiter = ',', value_parser = fault_kind)]
    fault_kinds: Vec<FaultKind>,
    /// Start of the random sequence of faults.
    #[arg(long, default_value_t = 1)]
    fault_seed: u64,
    /// End when standard input ends, so that a parent's death ends this process.
    #[arg(long)]
    until_stdin_closes: bool,
    #[command(subcommand)]
    task: Option<Task>,
}

/// Which data set.
#[derive(Args)]
struct Data {
    /// Seed of the data set.
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    /// Clients over both systems.
    #[arg(long, global = true, default_value_t = Scale::default().clients)]
    clients: u32,
    /// Months, ending with October 2026.
    #[arg(long, global = true, default_value_t = Scale::default().months)]
    months: u32,
    /// Technicians.
    #[arg(long, global = true, default_value_t = Scale::default().technicians)]
    technicians: u32,
    /// Tickets.
    #[arg(long, global = true, default_value_t = Scale::default().tickets)]
    tickets: u32,
    /// Worklogs.
    #[arg(long, global = true, default_value_t = Scale::default().worklogs)]
    worklogs: u32,
}

#[derive(Subcommand)]
enum Task {
    /// Prints the cost rates to set, the true client links and the counts as JSON, and ends.
    SeedInfo,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let command = Command::parse();
    let mut wave = command.data.generate();
    if matches!(command.task, Some(Task::SeedInfo)) {
        return print(&seed_info(&wave));
    }
    wave.superops.requests_per_minute = command.superops_requests_per_minute;
    let running = start_both(wave, command.setup()).await?;
    print(&running.announcement())?;
    if command.until_stdin_closes {
        tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    } else {
        std::future::pending::<()>().await;
    }
    Ok(())
}

impl Data {
    fn generate(&self) -> TechWave {
        let Self { clients, months, technicians, tickets, worklogs, seed } = *self;
        generate(Scale { clients, months, technicians, tickets, worklogs }, seed)
    }
}

impl Command {
    fn setup(&self) -> Setup {
        let plan = self.plan();
        Setup {
            superops_port: self.superops_port,
            quickbooks_port: self.quickbooks_port,
            superops_faults: plan.clone(),
            quickbooks: quickbooks::Options {
                faults: plan,
                requests_per_minute: self.quickbooks_requests_per_minute,
                ..quickbooks::Options::default()
            },
        }
    }

    fn plan(&self) -> FaultPlan {
        let standard = FaultPlan::default();
        let named = !self.fault_kinds.is_empty();
        FaultPlan {
            per_mille: self.fault_per_mille,
            kinds: if named { self.fault_kinds.clone() } else { standard.kinds.clone() },
            seed: self.fault_seed,
            ..standard
        }
    }
}

fn fault_kind(text: &str) -> Result<FaultKind, serde_json::Error> {
    serde_json::from_value(Value::from(text))
}

/// One line on standard output; everything else goes to standard error.
fn print(value: &Value) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    writeln!(out, "{value}")?;
    Ok(out.flush()?)
}
