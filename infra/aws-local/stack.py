"""Deploys `template.yaml` on an AWS emulator on this machine, and takes it down again.

    python stack.py up [--port 4566] [simulator options]
    python stack.py down

Compiled functions run as processes, under their own roles. Everything it writes is under
`target/aws-local`.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
WORK = TARGET / "aws-local"
BINARIES = TARGET / "debug"
STATE = WORK / "state.json"
STACK = "clearmargin"
CODE = re.compile(r"^( +CodeUri: )functions/(\w+)$", re.MULTILINE)
# The stack's tag of this name pins the API's id, so that its address is known beforehand.
API_ID = "clearmargin"
REGION = "us-east-1"
MAIL_FROM = "hello@clearmargin.example"
# The emulator's root user; functions get credentials of their roles.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Stack:
    """The deployed template, the simulators it talks to, and their processes."""

    def __init__(self, port):
        self.port = port
        self.endpoint = f"http://127.0.0.1:{port}"
        self.api = f"{self.endpoint}/_aws/execute-api/{API_ID}/$default"
        self.upstreams = {}
        self.processes = []

    @property
    def environment(self):
        """What AWS tools need to reach the emulator."""
        return os.environ | CREDENTIALS | {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "SAM_CLI_TELEMETRY": "0",
        }

    def client(self, service):
        """A client of an AWS service."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def outputs(self):
        """The outputs of the template."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def up(self, simulator_options):
        """Builds, starts and deploys everything."""
        shutil.rmtree(WORK, ignore_errors=True)
        (WORK / "tmp").mkdir(parents=True)
        build()
        template = package()
        self.start_simulators(simulator_options)
        self.start_emulator()
        self.deploy(template)
        self.client("secretsmanager").put_secret_value(
            SecretId=self.outputs()["QuickBooksSecretArn"],
            SecretString=json.dumps({
                name: self.upstreams["quickbooks"][name] for name in ("clientId", "clientSecret")
            }),
        )
        STATE.write_text(json.dumps({"processes": self.processes}))

    def start(self, command, log, environment):
        """Starts a process that outlives this one, in a group of its own."""
        with open(WORK / log, "w", encoding="utf-8") as out:
            process = subprocess.Popen(
                command, cwd=WORK, env=environment, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True,
            )
        self.processes.append(process.pid)
        STATE.write_text(json.dumps({"processes": self.processes}))
        return process

    def start_simulators(self, options):
        """Starts SuperOps and QuickBooks; their first line says where they are."""
        ports = ["--superops-port", "0", "--quickbooks-port", "0"]
        command = [BINARIES / "simulators", *ports, *options]
        process = self.start(command, "simulators.log", os.environ)

        def addresses():
            first = (WORK / "simulators.log").read_text().partition("\n")
            return json.loads(first[0]) if first[1] else None

        self.upstreams = wait_for(addresses, process, "the simulators")

    def start_emulator(self):
        """Starts the emulator, which runs the functions."""
        environment = self.environment | {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
            "TMPDIR": str(WORK / "tmp"),
        }
        process = self.start([sys.executable, HERE / "emulator.py"], "emulator.log", environment)

        def health():
            with contextlib.suppress(OSError):
                return urllib.request.urlopen(f"{self.endpoint}/_ministack/health").status == 200
            return False

        wait_for(health, process, "the emulator")

    def deploy(self, template):
        """Deploys the packaged template; mails come from an address that is known to be ours."""
        self.client("ses").verify_email_identity(EmailAddress=MAIL_FROM)
        quickbooks = self.upstreams["quickbooks"]["origin"]
        parameters = {
            "Architecture": {"x86_64": "x86_64"}.get(platform.machine(), "arm64"),
            "DeletionProtection": "false",
            "MailFrom": MAIL_FROM,
            "PublicUrl": self.api,
            "SuperOpsUrl": self.upstreams["superops"]["url"],
            "QuickBooksApiUrl": quickbooks,
            "QuickBooksAuthorizeUrl": f"{quickbooks}/connect/oauth2",
            "QuickBooksTokenUrl": f"{quickbooks}/oauth2/v1/tokens/bearer",
            "QuickBooksRevokeUrl": f"{quickbooks}/v2/oauth2/tokens/revoke",
        }
        run(
            [
                tool("sam"), "deploy", "--template", template, "--stack-name", STACK,
                "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-progressbar",
                "--no-confirm-changeset", "--tags", f"ms-custom-id={API_ID}",
                "--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items()),
            ],
            "deploy.log",
            self.environment,
        )

    def down(self):
        """Ends the processes that `up` started."""
        for pid in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGTERM)
        self.processes = []
        STATE.unlink(missing_ok=True)


def build():
    """Compiles the functions and the simulators, with everything else, as all checks do."""
    command = ["cargo", "build", "--locked", "--workspace", "--all-targets"]
    subprocess.run(command, cwd=ROOT, check=True)


def package():
    """Puts each binary where its function's code is expected, as `sam build` does, and gives a
    template that differs from ours in nothing but these places."""
    for _, name in CODE.findall((ROOT / "template.yaml").read_text()):
        bootstrap = WORK / "functions" / name / "bootstrap"
        bootstrap.parent.mkdir(parents=True)
        subprocess.run(["strip", "-o", bootstrap, BINARIES / name], check=True)
    text = CODE.sub(rf"\1{WORK}/functions/\2", (ROOT / "template.yaml").read_text())
    template = WORK / "template.yaml"
    template.write_text(text)
    return template


def run(command, log, environment):
    """Runs a command to its end; shows what it said if it fails."""
    with open(WORK / log, "w", encoding="utf-8") as out:
        done = subprocess.run(
            command, cwd=WORK, env=environment, stdout=out, stderr=subprocess.STDOUT, check=False,
        )
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{(WORK / log).read_text()}")


def tool(name):
    """A program of the environment that this one runs in."""
    return str(pathlib.Path(sys.executable).parent / name)


def wait_for(ask, process, what, seconds=60):
    """Asks until there is an answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"{what} did not start; see {WORK}")


def free_port():
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop_previous():
    """Ends what an earlier `up` left running."""
    if STATE.exists():
        stack = Stack(0)
        stack.processes = json.loads(STATE.read_text())["processes"]
        stack.down()


def main():
    """`up` or `down`."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("action", choices=["up", "down"])
    parser.add_argument("--port", type=int, default=4566)
    arguments, simulator_options = parser.parse_known_args()
    stop_previous()
    if arguments.action == "down":
        return
    stack = Stack(arguments.port)
    stack.up(simulator_options)
    superops, quickbooks = stack.upstreams["superops"], stack.upstreams["quickbooks"]
    print(f"API        {stack.api}")
    print(f"AWS        {stack.endpoint} (access key test, secret test)")
    print(f"SuperOps   {superops['origin']}, {superops['subdomain']}, {superops['token']}")
    print(f"QuickBooks {quickbooks['origin']}")


if __name__ == "__main__":
    main()
