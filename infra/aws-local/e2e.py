"""The story of a tenant, against the deployed template.

A managed service provider registers, sets what its people cost, connects SuperOps and QuickBooks,
lets them be read, and sees what it earns on each client; another one sees nothing of it. Every
request goes through API Gateway to compiled functions, pages travel through SQS, rollups through
the table's stream, under the roles of the template. Ends with 0 only if every step is as expected.
"""

import json
import re
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
                return response.status, json.loads(response.read() or b"null")
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

    def all(self, path, limit=2):
        """Every row of a list, page by page."""
        rows, cursor = [], None
        while True:
            query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
            join = "&" if "?" in path else "?"
            page = self.expect(200, "GET", f"{path}{join}{urllib.parse.urlencode(query)}")
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
        counts = [
            int(queues.get_queue_attributes(QueueUrl=outputs[queue], AttributeNames=names)["Attributes"][name])
            for queue in ("SyncQueueUrl", "AnalysisQueueUrl") for name in names
        ]
        waiting = table.scan(
            TableName=outputs["TableName"], Select="COUNT", FilterExpression="kind = :outbox",
            ExpressionAttributeValues={":outbox": {"S": "outbox"}})["Count"]
        quiet = 0 if waiting or any(counts) else quiet + 1
    for dead in ("SyncDeadLetterQueueUrl", "AnalysisDeadLetterQueueUrl",
                 "DeliveryDeadLetterQueueUrl", "StreamDeadLetterQueueUrl"):
        counts = queues.get_queue_attributes(QueueUrl=outputs[dead], AttributeNames=names[:1])
        check(counts["Attributes"][names[0]] == "0", f"messages in {dead}")


def analysed(owner):
    """What was read was analysed by the worker behind its own queue."""
    runs = owner.get("/api/ai/analytics/runs")
    check(runs and all(run["status"] == "done" for run in runs), f"the analyses are not done: {runs}")
    for path in ("/api/ai/predictions/revenue", "/api/ai/insights/profitability-genome",
                 "/api/ai/insights/pricing", "/api/ai/predictions/growth",
                 "/api/ai/insights/market", "/api/ai/predictions/market",
                 "/api/ai/insights/competitive", "/api/ai/insights/anomalies",
                 "/api/ai/insights/service-optimization"):
        found = owner.get(path)
        check(found["analysis"]["runId"] == runs[0]["id"], f"{path} is not of the last analysis")


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
    # One step of SuperOps' run counted what was read before.
    check(kept["KeyCount"] + 1 == sum(pages), f"{kept['KeyCount']} answers kept of {pages} steps")


def mailed_token(deployed, to):
    """The token of the last mail to that address."""
    begin = time.monotonic()
    while True:
        with urllib.request.urlopen(f"{deployed.endpoint}/_ministack/ses/messages") as answer:
            mails = [mail for sent in json.load(answer)["messages"].values() for mail in sent]
        found = re.findall(r"cm[a-z]_[0-9A-Za-z]+", json.dumps([
            mail for mail in mails if to in json.dumps(mail)]))
        if found:
            return found[-1]
        check(time.monotonic() - begin < PATIENCE, f"no mail to {to}: {mails}")
        time.sleep(0.5)


def people(deployed, owner):
    """Somebody joins by invitation, stays signed in, and may do what the role says."""
    anonymous = Api(owner.address)
    anonymous.expect(204, "POST", "/api/auth/verify-email",
                     {"token": mailed_token(deployed, "ada@techwave.example")})
    check(owner.get("/api/users/me")["emailVerified"], "the address is not proved")
    owner.post("/api/invitations", {"email": "vi@techwave.example", "role": "viewer"}, 201)
    joined = anonymous.post("/api/auth/accept-invitation", {
        "token": mailed_token(deployed, "vi@techwave.example"), "password": PASSWORD,
        "firstName": "Vi", "lastName": "Ewer",
    }, 201)
    viewer = Api(owner.address, joined["accessToken"])
    viewer.get("/api/clients")
    viewer.expect(403, "GET", "/api/users")
    first = {"refreshToken": joined["refreshToken"]}
    second = anonymous.post("/api/auth/refresh", first)
    time.sleep(0.2)
    anonymous.expect(401, "POST", "/api/auth/refresh", first)
    anonymous.expect(401, "POST", "/api/auth/refresh", {"refreshToken": second["refreshToken"]})
    organization = owner.get("/api/users/me")["organizationId"]
    keys = f"/api/organizations/{organization}/api-keys"
    key = owner.post(keys, {"name": "Zapier", "scopes": ["clients.read"]}, 201)
    machine = Api(owner.address, key["key"])
    machine.get("/api/clients")
    machine.expect(403, "GET", "/api/users")
    owner.expect(204, "DELETE", f"{keys}/{key['id']}")


def nothing_is_hidden(deployed, owner):
    """Every change is in the audit trail, sealed into blocks that verify offline."""
    actions = {row["action"] for row in owner.all("/api/audit?from=2020-01-01", 100)}
    wanted = {"organization.registered", "invitation.accepted", "session.reused", "apiKey.created"}
    check(wanted <= actions, f"not in the audit trail: {wanted - actions}")
    begin = time.monotonic()
    while any(row["sealedIn"] is None for row in owner.get("/api/audit")):
        check(time.monotonic() - begin < PATIENCE, "the audit trail is not sealed")
        time.sleep(1)
    organization, s3 = owner.get("/api/users/me")["organizationId"], deployed.client("s3")
    bucket, folder = deployed.outputs()["AuditBucket"], emulator.WORK / "audit"
    folder.mkdir()
    prefix = f"{organization}/audit/"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for block in page.get("Contents", []):
            s3.download_file(bucket, block["Key"], str(folder / block["Key"].rsplit("/", 1)[-1]))
    head = owner.get("/api/audit/head")
    verify = [emulator.BINARIES / "clearmargin", "audit", "verify", folder,
              "--head", f"{head['block']}:{head['hash']}"]
    check(subprocess.run(verify, check=False).returncode == 0, "the blocks do not verify")


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
    analysed(owner)
    chapter("everything is analysed")
    strangers_see_nothing(stranger, clients)
    chapter("another tenant sees nothing")
    people(deployed, owner)
    chapter("people join by invitation, tokens count once, keys do what they are for")
    nothing_is_hidden(deployed, owner)
    chapter("the audit trail is sealed and verifies offline")
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
