#!/bin/sh
# Put the page's program and styles together into planner/maps/assets; with --check only tell
# whether what stands there is what its sources make, and check their types.
set -eu
cd "$(dirname "$0")"
sh install.sh
./node_modules/.bin/tsc -p .
node build.mjs "$@"
