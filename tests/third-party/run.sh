#!/bin/sh
# Drives the QuickBooks simulator with independent clients, as they come from their registries.
#
#   tests/third-party/run.sh
#
# Needs node 20 with npm, and python 3.11 with venv. Packages go to target/third-party.
# SIMULATORS names a built program to use instead of building one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/third-party
mkdir -p "$work"

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
cp "$here/package.json" "$here/package-lock.json" "$work/"
(cd "$work" && npm ci --silent --no-audit --no-fund)

if [ -z "${SIMULATORS:-}" ]; then
    (cd "$root" && cargo build --quiet --package clearmargin-simulators --bin simulators)
    SIMULATORS=$target/debug/simulators
fi
# Emptied first: the line of an earlier run must not be taken for this one's.
: >"$work/simulators.out"
"$SIMULATORS" --superops-port 0 --quickbooks-port 0 >"$work/simulators.out" 2>"$work/simulators.err" &
simulators=$!
trap 'kill "$simulators" 2>/dev/null || true' EXIT INT TERM

# The first line says, in JSON, where everything is.
waited=0
until [ "$(head -n 1 "$work/simulators.out" | wc -l)" -eq 1 ]; do
    if ! kill -0 "$simulators" 2>/dev/null || [ "$waited" -ge 120 ]; then
        echo "the simulators did not start:" >&2
        cat "$work/simulators.err" >&2
        exit 1
    fi
    sleep 1
    waited=$((waited + 1))
done
said() {
    head -n 1 "$work/simulators.out" | python3 -c "import json, sys; print(json.load(sys.stdin)['quickbooks']['$1'])"
}
BASE=$(said origin)
CLIENT_ID=$(said clientId)
CLIENT_SECRET=$(said clientSecret)
export BASE CLIENT_ID CLIENT_SECRET
export PACKAGES="$work"

outcome=0
node "$here/script.mjs" || outcome=1
"$work/venv/bin/python" "$here/script.py" || outcome=1
exit "$outcome"
