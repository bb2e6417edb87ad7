//! A compiled function as a process, and what the kernel says about it.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::process::{Child, Command};

use crate::{Failure, runtime::Runtime};

/// Linux counts a process's time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// A running function.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) runtime: Runtime,
    /// From the start of the process to its first question for an event.
    pub(crate) init: Duration,
}

/// What a function is told besides the Runtime API's address.
pub(crate) type Environment = Vec<(&'static str, String)>;

impl Process {
    /// Starts a function and waits until it is ready.
    pub(crate) async fn start(binary: &Path, environment: &Environment) -> Result<Self, Failure> {
        let mut runtime = Runtime::start().await?;
        let mut command = Command::new(binary);
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", runtime.address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "bench")
            .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
            .env("AWS_LAMBDA_LOG_LEVEL", "WARN")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        let begin = Instant::now();
        let child = command.spawn().map_err(|e| format!("{}: {e}", binary.display()))?;
        let ready = runtime.ready().await.map_err(|e| format!("{}: {e}", binary.display()))?;
        Ok(Self { child, runtime, init: ready - begin })
    }

    /// The time that its threads computed so far.
    pub(crate) fn cpu(&self) -> Result<Duration, Failure> {
        let stat = self.read("stat")?;
        // The name before it may contain blanks, but it ends with the last parenthesis.
        let (_, fields) = stat.rsplit_once(')').ok_or("an unreadable process status")?;
        let mut fields = fields.split_whitespace().skip(11).map(str::parse::<u32>);
        let (user, system) = (fields.next(), fields.next());
        let ticks = user.ok_or("no user time")?? + system.ok_or("no system time")??;
        Ok(TICK * ticks)
    }

    /// Memory that it occupies now and at most so far, in bytes.
    pub(crate) fn memory(&self) -> Result<(u64, u64), Failure> {
        let status = self.read("status")?;
        Ok((kilobytes(&status, "VmRSS:")? * 1024, kilobytes(&status, "VmHWM:")? * 1024))
    }

    fn read(&self, file: &str) -> Result<String, Failure> {
        let id = self.child.id().ok_or("the function ended")?;
        Ok(std::fs::read_to_string(format!("/proc/{id}/{file}"))?)
    }

    /// Ends it.
    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        Ok(self.child.kill().await?)
    }
}

fn kilobytes(status: &str, name: &str) -> Result<u64, Failure> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or_else(|| format!("no {name} in the process status"))?.parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_process_status() {
        let status = "VmPeak:\t   9000 kB\nVmHWM:\t   13548 kB\nVmRSS:\t   12000 kB\n";
        assert_eq!(kilobytes(status, "VmHWM:").unwrap(), 13_548);
        assert!(kilobytes(status, "VmSwap:").is_err());
    }
}
