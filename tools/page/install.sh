#!/bin/sh
# Install what builds and checks the page into tools/page/node_modules: once, from npm's registry.
# Who only uses the planner needs none of it: the page is committed as it is put together.
set -eu
cd "$(dirname "$0")"
. ../apt.sh

command -v npm >/dev/null 2>&1 || apt_install npm || {
    echo "npm is missing, which brings what builds the page; as root: apt-get install npm" >&2
    exit 1
}
# Again only where the list of what is needed is younger than what is there.
[ node_modules/.package-lock.json -nt package-lock.json ] && exit 0
npm ci --loglevel=error --prefer-offline --no-audit --no-fund --no-progress --ignore-scripts || {
    echo "what builds the page was not installed: is npm's registry ($(npm config get registry))" \
        "within reach? It is asked once, with the internet; then this works without" >&2
    exit 1
}
