"""Starts the AWS emulator with what it lacks for our template.

It checks each call against the caller's role (AUTH=true), but knows none of the key service's and
the mail service's own condition keys: a statement that names an encryption context or a sender
would refuse every call. Here they become condition keys, as on AWS. A mail is checked against the
identity that it comes from, as on AWS, and not against everything.

It wants a permission by the name of each batched call to a queue. AWS wants that of the single one.

A number that the template takes from a parameter reaches it as text: an event source's limit of
concurrent executions would stop its queues' poller. Here it becomes a number again.

It passes over the failures that a function behind a stream reports, and so loses the records. Here
a batch with a failure fails as a whole and comes again; AWS would repeat it from the failure on.
"""

import json

from ministack.core import iam_actions
from ministack.services import lambda_svc

ACTION = iam_actions.extract_iam_action
TAGS = iam_actions.request_tag_context
MAIL_RESOURCE = iam_actions._ses_v2_resource_arn
CONCURRENCY = lambda_svc._sqs_esm_concurrency
EXECUTE = lambda_svc._execute_function


def action(*request):
    """The permission that a request needs."""
    needed = ACTION(*request)
    return needed.removesuffix("Batch") if needed and needed.startswith("sqs:") else needed


def condition_keys(service, iam_action, body, params):
    """The condition keys of a request: its tags, and its encryption context."""
    keys = TAGS(service, iam_action, body, params)
    if service == "kms":
        context = json.loads(body or b"{}").get("EncryptionContext") or {}
        keys |= {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
    return keys


def sender(body):
    """Whom a mail comes from."""
    try:
        return json.loads(body or b"{}").get("FromEmailAddress", "")
    except ValueError:
        return ""


def mail_resource(method, path, body, *rest):
    """What a request to the mail service is about: a mail, the identity that it comes from."""
    if path.endswith("/outbound-emails"):
        region, account = rest
        return f"arn:aws:ses:{region}:{account}:identity/{sender(body)}"
    return MAIL_RESOURCE(method, path, body, *rest)


def data_plane(service, *rest, resource_arn="*", service_context=None, **named):
    """Checks a call; one to the mail service with the sender as a condition key."""
    if service == "sesv2":
        service_context = {"ses:FromAddress": resource_arn.partition(":identity/")[2]}
    return DATA_PLANE(
        service, *rest, resource_arn=resource_arn, service_context=service_context, **named)


def concurrency(mapping, *rest):
    """How many batches of a queue may be worked on at once."""
    limit = (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency")
    if limit is not None:
        mapping = mapping | {"ScalingConfig": {"MaximumConcurrency": int(limit)}}
    return CONCURRENCY(mapping, *rest)


def execute(function, event, *rest, **named):
    """Runs a function; a stream's batch with a failure in it has failed."""
    result = EXECUTE(function, event, *rest, **named)
    records = event.get("Records") if isinstance(event, dict) else None
    if records and records[0].get("eventSource") == "aws:dynamodb":
        body = result.get("body")
        if isinstance(body, dict) and body.get("batchItemFailures"):
            return result | {"error": True}
    return result


if __name__ == "__main__":
    iam_actions.extract_iam_action = action
    iam_actions.request_tag_context = condition_keys
    iam_actions._ses_v2_resource_arn = mail_resource
    lambda_svc._sqs_esm_concurrency = concurrency
    lambda_svc._execute_function = execute

    from ministack import app

    DATA_PLANE = app._enforce_data_plane
    app._enforce_data_plane = data_plane
    app.main()
