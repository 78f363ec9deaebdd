#!/usr/bin/env bash
# Runs every test project, and does all the set-up that they need on a fresh Debian machine with only the .NET SDK.
# Ends with "N passed, N failed". Options: any that `dotnet test` takes, e.g. ./test.sh --project tests/AgentKey.Tests
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '== %s\n' "$*"; }

command -v dotnet > /dev/null || { echo "The .NET SDK 10 is missing: install it first." >&2; exit 1; }

# Postgres: a connection string, a Docker engine, or local binaries; the fixture in tests/AgentKey.TestSupport
# tries them in this order. Only when none is there, and we may, the package is installed.
has_postgres() {
    [[ -n "${AGENTKEY_TEST_POSTGRES:-}" ]] && return 0
    timeout 10 docker info > /dev/null 2>&1 && return 0
    compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || command -v initdb > /dev/null
}

# Installs Debian's packages where we may; says what is missing where we may not.
need() {
    local missing=$1
    shift
    if [[ $EUID -ne 0 ]] || ! command -v apt-get > /dev/null; then
        echo "$missing" >&2
        exit 1
    fi
    say "installing $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

has_postgres \
    || need "No Postgres: set AGENTKEY_TEST_POSTGRES to a connection string, start Docker, or install the package postgresql." postgresql

# Charges are tested through a real PgBouncer, which Debian keeps where only root's PATH leads.
command -v pgbouncer > /dev/null || [[ -x /usr/sbin/pgbouncer ]] || need "No PgBouncer: install the package pgbouncer." pgbouncer

# The sidecar's clients run in their own languages.
command -v python3 > /dev/null || need "No python3: install Python 3." python3

# The dashboard is tested in Debian's own browser.
command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null \
    || need "No Chromium: install the package chromium." chromium

# The official conformance suite of MCP comes through npm.
command -v npm > /dev/null || need "No npm: install Node.js with npm." nodejs npm

# The published native program is linked by clang, against zlib.
{ command -v clang > /dev/null && compgen -G '/usr/include/zlib.h' > /dev/null; } \
    || need "No clang or no zlib: install the packages clang and zlib1g-dev." clang zlib1g-dev

say "building"
dotnet build AgentKey.Agents.sln --nologo --verbosity quiet

say "checking the format"
dotnet format AgentKey.Agents.sln --no-restore --verify-no-changes

say "testing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# One project after the other: each uses all cores by itself, and many of them start servers and processes of their own.
dotnet test --no-build --max-parallel-test-modules 1 --output detailed "$@" 2>&1 | tee "$log" || status=$?

# No secret may be in anything that the tests print: neither ours nor the TypeScript library's. Every secret that a test
# mints has one of these forms; the search proves on a planted one that it would find it.
secret_lines() { { grep -nE '\bak_([0-9A-Za-z]{38}|[0-9a-f]{48})\b' || true; } | cut -d: -f1; }
[[ -n "$(printf 'ak_%038d\n' 0 | secret_lines)" ]] || { echo "The search for secrets finds nothing." >&2; status=1; }
leaks=$(secret_lines < "$log")
if [[ -n "$leaks" ]]; then
    echo "The tests printed a secret, in these lines of their output:" $leaks >&2
    status=1
fi

# Once more at the end, where somebody who only has the last lines finds it.
grep -E -A 20 '^failed ' "$log" || true

count() { grep -E "^ +$1: [0-9]+" "$log" | tail -n 1 | grep -oE '[0-9]+' || echo 0; }
passed=$(count succeeded)
failed=$(count failed)
skipped=$(count skipped)
[[ "$passed" -gt 0 ]] || status=1
[[ "$status" -eq 0 || "$failed" -gt 0 ]] || failed=1
[[ "$skipped" -eq 0 ]] && echo "$passed passed, $failed failed" || echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
