//! `clearmargin`: the whole product on a laptop.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Parser, Subcommand};
use clearmargin_app::Upstreams;
use clearmargin_domain::{audit::KeptHead, secret::Secret};
use clearmargin_local::{LocalError, Server, ServerConfig, commands, demo, document, policy};
use clearmargin_web::Cors;

/// How long a source that was asked too often is left alone, unless it says for how long.
const REST: Duration = Duration::from_mins(1);

#[derive(Parser)]
#[command(name = "clearmargin", about = "What an MSP earns on each of its clients.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API.
    Serve(ServeArgs),
    /// Show TechWave MSP: simulated sources, a real sync, clients by margin.
    Demo(DemoArgs),
    /// Compare every rollup with its rows; exits non-zero when any differs.
    Check(DataArgs),
    /// Write every record of every organisation as JSON lines.
    Export(DataArgs),
    /// Rewrite records of older shapes; may be interrupted and started again.
    Migrate(DataArgs),
    /// Verify sealed blocks of the audit trail, without any server.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Print who may do what.
    Policy,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Check every block in a folder; exits non-zero at the first that is wrong.
    Verify {
        /// The folder with an organisation's blocks, as they are in the bucket.
        folder: PathBuf,
        /// The head that was kept, `number:hash`: the chain has to go through it.
        #[arg(long)]
        head: Option<KeptHead>,
    },
}

#[derive(Args)]
struct DataArgs {
    /// Where everything is kept.
    #[arg(long, default_value = ".clearmargin")]
    data: PathBuf,
}

#[derive(Args)]
struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The port.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Web pages that may call the API.
    #[arg(long, env = "CORS_ORIGINS", default_value = "")]
    cors_origins: Cors,
    #[command(flatten)]
    upstreams: UpstreamArgs,
}

#[derive(Args)]
struct UpstreamArgs {
    #[arg(long, env = "SUPEROPS_URL", default_value = "https://api.superops.ai/msp")]
    superops_url: String,
    #[arg(long, env = "SUPEROPS_PER_MINUTE", default_value_t = 100)]
    superops_per_minute: u32,
    #[arg(long, env = "QUICKBOOKS_API_URL", default_value = "https://quickbooks.api.intuit.com")]
    quickbooks_api_url: String,
    #[arg(
        long,
        env = "QUICKBOOKS_AUTHORIZE_URL",
        default_value = "https://appcenter.intuit.com/connect/oauth2"
    )]
    quickbooks_authorize_url: String,
    #[arg(
        long,
        env = "QUICKBOOKS_TOKEN_URL",
        default_value = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
    )]
    quickbooks_token_url: String,
    #[arg(
        long,
        env = "QUICKBOOKS_REVOKE_URL",
        default_value = "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"
    )]
    quickbooks_revoke_url: String,
    #[arg(long, env = "QUICKBOOKS_PER_MINUTE", default_value_t = 450)]
    quickbooks_per_minute: u32,
    #[arg(long, env = "QUICKBOOKS_CLIENT_ID", default_value = "")]
    quickbooks_client_id: String,
    /// Where this API is reachable from a browser.
    #[arg(long, env = "PUBLIC_URL", default_value = "")]
    public_url: String,
}

#[derive(Args)]
struct DemoArgs {
    /// Where everything is kept.
    #[arg(long, default_value = ".demo")]
    data: PathBuf,
    /// The port.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Check every figure with the independent program, then end.
    #[arg(long)]
    check: bool,
    /// Arguments for the simulators, such as `--simulate=--clients=5`.
    #[arg(long, allow_hyphen_values = true)]
    simulate: Vec<String>,
}

impl From<UpstreamArgs> for Upstreams {
    fn from(args: UpstreamArgs) -> Self {
        Self {
            superops_url: args.superops_url,
            superops_per_minute: args.superops_per_minute,
            quickbooks_api_url: args.quickbooks_api_url,
            quickbooks_authorize_url: args.quickbooks_authorize_url,
            quickbooks_token_url: args.quickbooks_token_url,
            quickbooks_revoke_url: args.quickbooks_revoke_url,
            quickbooks_per_minute: args.quickbooks_per_minute,
            rest: REST,
            quickbooks_client_id: args.quickbooks_client_id,
            quickbooks_client_secret: secret_from_environment(),
            public_url: args.public_url,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the local server's one secret setting")]
fn secret_from_environment() -> Secret {
    Secret::new(std::env::var("QUICKBOOKS_CLIENT_SECRET").unwrap_or_default())
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "warn,clearmargin_local=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(Cli::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "clearmargin ends");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, LocalError> {
    match command {
        Command::Serve(args) => serve(args).await,
        Command::Demo(args) => demo::run(args.into()).await,
        Command::Check(args) => commands::check(&args.data).await,
        Command::Export(args) => commands::export(&args.data).await,
        Command::Migrate(args) => commands::migrate(&args.data).await,
        Command::Audit { command: AuditCommand::Verify { folder, head } } => {
            commands::audit::verify(&folder, head)
        }
        Command::Openapi => commands::print(&document()?),
        Command::Policy => commands::print(&policy()?),
    }
}

impl From<DemoArgs> for demo::Options {
    fn from(args: DemoArgs) -> Self {
        let DemoArgs { data, port, check, simulate } = args;
        Self { data, port, check, simulate }
    }
}

async fn serve(args: ServeArgs) -> Result<ExitCode, LocalError> {
    let config = ServerConfig {
        port: args.port,
        data: args.data.data,
        upstreams: args.upstreams.into(),
        cors: args.cors_origins,
    };
    let server = Server::start(config).await?;
    tracing::info!("listening on http://{}", server.address);
    tokio::signal::ctrl_c().await?;
    Ok(ExitCode::SUCCESS)
}
