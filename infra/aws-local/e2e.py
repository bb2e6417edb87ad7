"""The story of a tenant, against the deployed template.

A managed service provider registers, sets what its people cost, connects SuperOps and QuickBooks,
lets them be read, and sees what it earns on each client; another one sees nothing of it. Every
request goes through API Gateway to compiled functions, pages travel through SQS, rollups through
the table's stream, under the roles of the template. Ends with 0 only if every step is as expected.
"""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import stack as emulator

SMALL = ["--clients", "5", "--months", "3", "--tickets", "100", "--worklogs", "150"]
PATIENCE = 600
PASSWORD = "correct horse battery"


class Api:
    """The API as somebody sees it."""

    def __init__(self, address, token=None):
        self.address = address
        self.token = token

    def ask(self, method, path, body=None):
        """The status and the JSON that a request is answered with."""
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read() or b"null")

    def get(self, path):
        """The data that a path answers with."""
        return self.expect(200, "GET", path)["data"]

    def post(self, path, body, status=200):
        """The data that a path answers with to a body."""
        return self.expect(status, "POST", path, body)["data"]

    def expect(self, status, method, path, body=None):
        """The answer, which must have that status."""
        answered, answer = self.ask(method, path, body)
        check(answered == status, f"{method} {path}: {answered} instead of {status}: {answer}")
        return answer

    def all(self, path):
        """Every row of a list, page by page."""
        rows, cursor = [], None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = self.expect(200, "GET", f"{path}?{urllib.parse.urlencode(query)}")
            rows += page["data"]
            cursor = page["page"]["nextCursor"]
            if not cursor:
                return rows


def check(holds, otherwise):
    """Ends the story if something does not hold."""
    if not holds:
        sys.exit(f"e2e: {otherwise}")


def register(address, organization, email):
    """A new organisation's owner, signed in."""
    anonymous = Api(address)
    credentials = {"email": email, "password": PASSWORD}
    anonymous.post("/api/auth/register", credentials | {
        "organizationName": organization, "firstName": "Ada", "lastName": "Lovelace",
        "currency": "USD", "timeZone": "America/New_York",
    }, 201)
    owner = Api(address, anonymous.post("/api/auth/login", credentials)["accessToken"])
    check(owner.get("/api/users/me")["email"] == email, "the owner is not who signed in")
    return owner


def connect(owner, upstreams):
    """Connects both systems; the consent page sends the browser back to us."""
    superops = upstreams["superops"]
    owner.post("/api/integrations/superops/connect", {
        "subdomain": superops["subdomain"], "apiToken": superops["token"],
    })
    consent = owner.post("/api/integrations/quickbooks/connect", {})["authorizationUrl"]
    with urllib.request.urlopen(consent, timeout=60) as back:
        check(back.status == 200, f"the consent came back with {back.status}")


def sync(owner, mode):
    """Reads both systems; gives what became of the rows."""
    begin = time.monotonic()
    for source in ("superops", "quickbooks"):
        owner.post(f"/api/integrations/{source}/sync", {"mode": mode}, 202)
    counts = {}
    while len(counts) < 2:
        check(time.monotonic() - begin < PATIENCE, f"the sync takes too long: {counts}")
        time.sleep(0.5)
        for source in ("superops", "quickbooks"):
            run = owner.get(f"/api/integrations/{source}/status")["run"]
            check(run["status"] != "failed", f"the run of {source} failed: {run}")
            if run["status"] == "completed" and run["mode"] == mode:
                counts[source] = run["total"]
    return counts


def set_cost_rates(owner, upstreams):
    """Sets what TechWave's people cost: no source system knows it."""
    with urllib.request.urlopen(f"{upstreams['superops']['origin']}/_raw/cost-rates") as answer:
        rates = json.load(answer)
    ours = {person["externalId"]: person["id"] for person in owner.get("/api/technicians")}
    for rate in rates:
        person = rate.get("technicianExternalId")
        owner.post("/api/cost-rates", {
            "technicianId": ours[person] if person else None,
            "hourlyCost": rate["hourlyCostMinor"] / 100,
            "currency": "USD",
            "effectiveFrom": rate["effectiveFrom"],
        }, 201)


def settle(deployed):
    """Waits until nothing is on its way: no message, no outbox record."""
    outputs = deployed.outputs()
    queues, table = deployed.client("sqs"), deployed.client("dynamodb")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
             "ApproximateNumberOfMessagesDelayed"]
    begin, quiet = time.monotonic(), 0
    while quiet < 3:
        check(time.monotonic() - begin < PATIENCE, "the queue or the outbox does not empty")
        time.sleep(1)
        counts = queues.get_queue_attributes(
            QueueUrl=outputs["SyncQueueUrl"], AttributeNames=names)["Attributes"]
        waiting = table.scan(
            TableName=outputs["TableName"], Select="COUNT", FilterExpression="kind = :outbox",
            ExpressionAttributeValues={":outbox": {"S": "outbox"}})["Count"]
        quiet = 0 if waiting or any(int(counts[name]) for name in names) else quiet + 1
    for dead in ("SyncDeadLetterQueueUrl", "StreamDeadLetterQueueUrl"):
        counts = queues.get_queue_attributes(QueueUrl=outputs[dead], AttributeNames=names[:1])
        check(counts["Attributes"][names[0]] == "0", f"messages in {dead}")


def independent_check(owner, upstreams):
    """Every figure against the source systems' raw data, by a program that shares no code."""
    done = subprocess.run([
        sys.executable, emulator.ROOT / "tests/checker/check.py", "--api", owner.address,
        "--token", owner.token, "--superops", upstreams["superops"]["origin"],
        "--quickbooks", upstreams["quickbooks"]["origin"],
    ], check=False)
    check(done.returncode == 0, "the independent check differs")


def everything_is_kept(deployed, owner):
    """Each page of both sources is in the archive, under the organisation."""
    organization = owner.get("/api/users/me")["organizationId"]
    pages = [owner.get(f"/api/integrations/{source}/status")["run"]["pages"]
             for source in ("superops", "quickbooks")]
    kept = deployed.client("s3").list_objects_v2(
        Bucket=deployed.outputs()["ArchiveBucket"], Prefix=f"{organization}/raw/")
    check(kept["KeyCount"] == sum(pages), f"{kept['KeyCount']} answers kept of {pages} pages")


def strangers_see_nothing(stranger, clients):
    """Another tenant gets 404 for every client and empty lists."""
    check(stranger.all("/api/clients") == [], "another tenant sees clients")
    for client in clients:
        for path in ("", "/profitability"):
            stranger.expect(404, "GET", f"/api/clients/{client['id']}{path}")
    Api(stranger.address).expect(401, "GET", "/api/clients")
    Api(stranger.address).expect(404, "GET", "/api/nothing")


def story(deployed):
    """Everything, in order; says how long each chapter took."""
    upstreams = deployed.upstreams
    chapter("deployed")
    owner = register(deployed.api, "TechWave MSP", "ada@techwave.example")
    stranger = register(deployed.api, "Other MSP", "bob@other.example")
    connect(owner, upstreams)
    chapter("registered and connected")
    first = sync(owner, "full")
    set_cost_rates(owner, upstreams)
    settle(deployed)
    chapter(f"read: {first}")
    clients = owner.all("/api/clients")
    check(clients, "no clients")
    for client in clients:
        owner.get(f"/api/clients/{client['id']}")
        owner.get(f"/api/clients/{client['id']}/profitability")
    scores = owner.get("/api/ai/analytics/profitability-scores")
    check(scores, "no scores")
    independent_check(owner, upstreams)
    everything_is_kept(deployed, owner)
    chapter(f"{len(clients)} clients agree with the raw data")
    strangers_see_nothing(stranger, clients)
    chapter("another tenant sees nothing")
    again = sync(owner, "full")
    settle(deployed)
    changed = {source: run["created"] + run["updated"] for source, run in again.items()}
    check(not any(changed.values()), f"a second sync changed rows: {again}")
    independent_check(owner, upstreams)
    chapter("a second sync changes nothing")


BEGIN = time.monotonic()


def chapter(done):
    """Tells what is done so far."""
    print(f"{time.monotonic() - BEGIN:6.1f} s  {done}", flush=True)


def main():
    """Deploys, tells the story, takes everything down."""
    emulator.stop_previous()
    deployed = emulator.Stack(emulator.free_port())
    try:
        deployed.up(SMALL)
        story(deployed)
    finally:
        deployed.down()
    print("e2e: the story holds")


if __name__ == "__main__":
    main()
