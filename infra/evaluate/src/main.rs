//! Scores the shipped models on files of known outcomes: `cargo xtask evaluate`.
//!
//! `docs/forecasting.md`, `docs/risk.md` and `docs/leaks.md` say what the files hold and what the scores were.
#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod accuracy;
mod adding;
mod churn;
mod demand;
mod file;
mod forecast;
mod leaks;
mod receivables;
mod report;
mod rolling;
mod run;
mod series;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use file::FileError;
use report::Report;
use series::Case;

/// Scores a model on a file.
#[derive(Parser)]
#[command(name = "evaluate")]
struct Command {
    #[command(subcommand)]
    job: Job,
}

#[derive(Subcommand)]
enum Job {
    /// How series go on: `id`, `period`, `train`, `test`.
    Forecast {
        #[command(flatten)]
        files: Files,
        /// Only the last so many values of each series are known.
        #[arg(long, default_value_t = usize::MAX)]
        last: usize,
        /// A table of each method by itself.
        #[arg(long, conflicts_with = "json")]
        methods: bool,
        /// The factors of the bands, learned afresh.
        #[arg(long, conflicts_with_all = ["json", "methods"])]
        factors: bool,
    },
    /// How many tickets come: `id`, `period`, `start`, `train`, `test`.
    Demand {
        #[command(flatten)]
        files: Files,
        /// More series of the same desk, of which is known what came before anything is told.
        #[arg(long)]
        train: Option<PathBuf>,
        /// Whose holidays are kept, by two letters, or `none`; without it, the series tell.
        #[arg(long)]
        country: Option<String>,
        /// The same from every moment of the file, with and without holidays, as a table.
        #[arg(long, conflicts_with = "json")]
        rolling: bool,
        /// What it costs that parts add up to the series with the category `total`, as a table.
        #[arg(long, conflicts_with_all = ["json", "rolling"])]
        adding: bool,
    },
    /// Who leaves: a table whose last column is the outcome.
    Churn {
        #[command(flatten)]
        files: Files,
        /// What the model is fitted to; without it, each fifth of the data is told by the others.
        #[arg(long)]
        train: Option<PathBuf>,
    },
    /// When invoices are paid, and which are late: `customerID`, `InvoiceDate`, `DueDate`,
    /// `SettledDate`, `InvoiceAmount`, and `Disputed` and `PaperlessBill` if known.
    Receivables {
        #[command(flatten)]
        files: Files,
        /// Earlier invoices, to which the model is fitted; without it, the first three quarters of
        /// the data.
        #[arg(long)]
        train: Option<PathBuf>,
    },
    /// What revenue leaks: a portfolio and its truth, or made-up ones.
    Leaks {
        /// A portfolio in JSON, gzipped if the name says so.
        #[arg(long, required_unless_present = "generate")]
        data: Option<PathBuf>,
        /// Its leaks, in JSON.
        #[arg(long, requires = "data")]
        truth: Option<PathBuf>,
        /// All that is found, with its proof, in JSON.
        #[arg(long, requires = "data", conflicts_with_all = ["truth", "json"])]
        list: bool,
        /// So many made-up portfolios instead.
        #[arg(long, conflicts_with = "data")]
        generate: Option<u64>,
        /// The seed of the first of them; the next ones follow.
        #[arg(long, default_value_t = 1, requires = "generate")]
        seed: u64,
        /// Without leaks, with all that looks like them.
        #[arg(long, requires = "generate")]
        clean: bool,
        /// How many clients each of them has, over 36 months; without it, 20 to 80 over 18 to 36.
        #[arg(long, requires = "generate")]
        clients: Option<usize>,
        /// Writes the first of them and its truth to a folder.
        #[arg(long, requires = "generate", value_name = "FOLDER")]
        write: Option<PathBuf>,
        /// What was missed, wrong or different.
        #[arg(long, requires = "generate", conflicts_with = "json")]
        details: bool,
        /// One line of JSON.
        #[arg(long)]
        json: bool,
    },
    /// What a whole run takes of a made-up organisation: the time of each part, and memory.
    Run {
        /// How many clients it has.
        #[arg(long, default_value_t = 50)]
        clients: usize,
        /// Over how many months.
        #[arg(long, default_value_t = 36)]
        months: usize,
        /// What it is made from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// One line of JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct Files {
    /// What the model is scored on: comma-separated values, gzipped if the name says so.
    #[arg(long)]
    data: PathBuf,
    /// One line of JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match score(&Command::parse().job) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn score(job: &Job) -> Result<String, FileError> {
    match job {
        Job::Forecast { files, last, methods, factors } => {
            let cases = Case::read(&files.data, *last)?;
            Ok(match (*methods, *factors) {
                (true, _) => forecast::methods(&cases),
                (_, true) => forecast::factors(&cases),
                _ => files.told(&forecast::score(&cases)),
            })
        }
        Job::Demand { files, train, country, rolling, adding } => {
            let told = demand::told(country.as_deref())?;
            if *rolling {
                return rolling::table(&files.data, told);
            }
            if *adding {
                return adding::table(&files.data, told);
            }
            Ok(files.told(&demand::score(&files.data, train.as_deref(), told)?))
        }
        Job::Churn { files, train } => {
            Ok(files.told(&churn::score(&files.data, train.as_deref())?))
        }
        Job::Receivables { files, train } => {
            Ok(files.told(&receivables::score(&files.data, train.as_deref())?))
        }
        Job::Run { clients, months, seed, json } => {
            Ok(told(*json, &run::score(*seed, *clients, *months)?))
        }
        Job::Leaks { data: Some(data), list: true, .. } => leaks::list(data),
        Job::Leaks { data: Some(data), truth, json, .. } => {
            Ok(told(*json, &leaks::score(data, truth.as_deref())?))
        }
        Job::Leaks { generate, seed, clean, clients, write, details, json, .. } => {
            if let Some(folder) = write {
                leaks::write(*seed, *clean, folder)?;
            }
            let (report, nearness) =
                leaks::score_made(generate.unwrap_or(1), *seed, *clean, *clients);
            let details = details.then(|| format!("\n{}", leaks::details(&nearness)));
            Ok(told(*json, &report) + details.as_deref().unwrap_or_default())
        }
    }
}

impl Files {
    fn told(&self, report: &Report) -> String {
        told(self.json, report)
    }
}

fn told(json: bool, report: &Report) -> String {
    if json { report.json() } else { report.to_string() }
}
