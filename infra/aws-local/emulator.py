"""Starts the AWS emulator with what it lacks for our template.

The emulator checks each call against the caller's role (AUTH=true), but knows none of the key
service's own condition keys: a statement that names an encryption context would refuse every call.
Here a request's encryption context becomes condition keys, as on AWS.
"""

import json

from ministack.core import iam_actions

TAGS = iam_actions.request_tag_context


def condition_keys(service, iam_action, body, params):
    """The condition keys of a request: its tags, and its encryption context."""
    keys = TAGS(service, iam_action, body, params)
    if service == "kms":
        context = json.loads(body or b"{}").get("EncryptionContext") or {}
        keys |= {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
    return keys


if __name__ == "__main__":
    iam_actions.request_tag_context = condition_keys

    from ministack.app import main

    main()
