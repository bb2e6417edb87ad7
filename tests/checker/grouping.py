"""Which records form one client: what the API says against what is true."""

from collections import Counter
from itertools import combinations

from ledger import Record


def known_records(desk, books):
    """Every SuperOps client and every QuickBooks customer."""
    clients = [Record("superops", str(client["accountId"])) for client in desk["clients"]]
    return clients + [Record("quickbooks", str(customer["Id"])) for customer in books.get("Customer", ())]


def truth(links):
    """For each record the number of the client that it is."""
    numbers = {}
    for number, link in enumerate(links):
        if link.get("accountId"):
            numbers[Record("superops", str(link["accountId"]))] = number
        for customer in link.get("customerIds") or ():
            numbers[Record("quickbooks", str(customer))] = number
    return numbers


def compare(tally, records, clients, true_client):
    """Each record stands in exactly one client, and no client joins records that are not one."""
    places = Counter(record for client in clients for record in client.records.values())
    for record in records:
        tally.compare(f"{record.source} {record.external_id}", "clients of a record", 1, places.pop(record, 0))
    for record in places:
        tally.compare(f"{record.source} {record.external_id}", "clients of a record", "no such record", "a client has it")
    for client in clients:
        wrong = [
            f"{one.source} {one.external_id} + {other.source} {other.external_id}"
            for one, other in combinations(client.records.values(), 2)
            if true_client.get(one) != true_client.get(other)
        ]
        if true_client:
            tally.compare(client.name, "records wrongly joined", [], wrong)


def apart(clients, true_client, waiting):
    """Clients that are one in truth and shown apart: `(name, name, whether it waits for a decision)`."""
    holder = {record_id: client for client in clients for record_id in client.records}
    asked = {frozenset((holder[one].id, holder[other].id)) for one, other in waiting if one in holder and other in holder}
    shown = {}
    for client in clients:
        for number in {true_client.get(record) for record in client.records.values()} - {None}:
            shown.setdefault(number, []).append(client)
    for parts in shown.values():
        for one, other in zip(parts, parts[1:]):
            yield one.name, other.name, frozenset((one.id, other.id)) in asked
