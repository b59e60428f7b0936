#!/bin/sh
# Make .venv with the pinned versions of constraints.txt and this checkout in it.
set -eu
cd "$(dirname "$0")/.."
. tools/apt.sh

new_enough() { # does this Python exist, and is it 3.11 or newer?
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if ! new_enough .venv/bin/python || ! .venv/bin/python -I -m pip --version >/dev/null 2>&1; then
    python=""
    for candidate in python3.11 python3; do
        if new_enough "$candidate"; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "Python 3.11 or newer is needed; install it (Debian: apt-get install python3.11-venv)" >&2
        exit 1
    fi
    if ! "$python" -I -c 'import ensurepip' 2>/dev/null; then
        apt_install python3-venv || {
            echo "$python cannot make environments; as root: apt-get install python3-venv" >&2
            exit 1
        }
    fi
    "$python" -I -m venv --clear .venv
fi

.venv/bin/python -I -m pip install --disable-pip-version-check --quiet \
    --constraint constraints.txt --editable '.[test]'
