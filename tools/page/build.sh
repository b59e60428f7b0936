#!/bin/sh
# Put the page's program and styles together into planner/maps/assets (needs npm and its registry);
# with --check only tell whether what stands there is what its sources make, and check their types.
set -eu
cd "$(dirname "$0")"
. ../apt.sh
command -v npm >/dev/null 2>&1 || apt_install npm

# Installed again only where the list of what is needed is younger.
[ node_modules/.package-lock.json -nt package-lock.json ] ||
    npm ci --silent --no-audit --no-fund --ignore-scripts
./node_modules/.bin/tsc -p .
node build.mjs "$@"
