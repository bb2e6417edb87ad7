//! The simulated sources: a program of their own, beside this one.

use std::process::Stdio;

use clearmargin_domain::secret::Secret;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::LocalError;

/// The simulators, running; they end with this process.
pub(super) struct Simulators {
    _process: Child,
    pub(super) superops_url: String,
    pub(super) superops_origin: String,
    pub(super) subdomain: String,
    pub(super) token: Secret,
    pub(super) quickbooks_origin: String,
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
}

impl Simulators {
    /// Starts the program that lies beside this one.
    pub(super) async fn start(arguments: &[String]) -> Result<Self, LocalError> {
        let program = std::env::current_exe()?.with_file_name("simulators");
        let mut process = Command::new(&program)
            .args(["--superops-port", "0", "--quickbooks-port", "0", "--until-stdin-closes"])
            .args(["--quickbooks-requests-per-minute", "0"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| LocalError::Demo(format!("{}: {error}", program.display())))?;
        let out = process.stdout.take();
        let out = out.ok_or_else(|| LocalError::Demo("the simulators say nothing".to_owned()))?;
        let line = BufReader::new(out).lines().next_line().await?.unwrap_or_default();
        let said: Value = serde_json::from_str(&line)
            .map_err(|error| LocalError::Demo(format!("the simulators said {line:?}: {error}")))?;
        let text = |path: &str| {
            let found = said.pointer(path).and_then(Value::as_str);
            found.map(str::to_owned).ok_or_else(|| LocalError::Demo(format!("no {path} in {line}")))
        };
        Ok(Self {
            _process: process,
            superops_url: text("/superops/url")?,
            superops_origin: text("/superops/origin")?,
            subdomain: text("/superops/subdomain")?,
            token: Secret::new(text("/superops/token")?),
            quickbooks_origin: text("/quickbooks/origin")?,
            client_id: text("/quickbooks/clientId")?,
            client_secret: Secret::new(text("/quickbooks/clientSecret")?),
        })
    }

    /// The cost rates that TechWave would enter: no source system has them.
    pub(super) async fn cost_rates(&self) -> Result<Vec<Value>, LocalError> {
        let url = format!("{}/_raw/cost-rates", self.superops_origin);
        Ok(reqwest::get(url).await?.error_for_status()?.json().await?)
    }
}
