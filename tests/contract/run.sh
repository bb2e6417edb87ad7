#!/bin/sh
# The document against its standard, and the running API against the document.
#
#   tests/contract/run.sh
#
# Needs node 20 with npm, python 3.11 with venv, and the programs that `make local` builds.
# Packages, logs and reports go to target/contract.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/contract
mkdir -p "$work"

[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
cp "$here/package.json" "$here/package-lock.json" "$here/spectral.yaml" "$here/redocly.yaml" "$work/"
(cd "$work" && npm ci --silent --no-audit --no-fund)

# Two validators that know nothing of each other, and two linters with their common rules.
document=$root/openapi.json
cd "$work"
"$work/venv/bin/openapi-spec-validator" "$document"
REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
    npx --no-install redocly lint --config redocly.yaml --max-problems=1000 "$document"
npx --no-install spectral lint --ruleset spectral.yaml --fail-severity hint "$document"

"$work/venv/bin/python" -B "$here/run.py" "$target/debug" "$work"
