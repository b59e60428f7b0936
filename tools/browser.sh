#!/bin/sh
# See that the page can be tested: Debian's chromium, and a font with Chinese characters.
set -eu
cd "$(dirname "$0")/.."
. tools/apt.sh

has_browser() { command -v chromium >/dev/null 2>&1; }
has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn)" ]; }

if has_browser && has_font; then
    exit 0
fi
apt_install chromium fonts-noto-cjk fontconfig || true # judged by what is there afterwards

if ! has_browser; then
    if [ "${CI:-}" = "true" ]; then
        echo "chromium is missing and CI=true: apt-get install chromium fonts-noto-cjk" >&2
        exit 1
    fi
    echo "NOTE: no chromium here and no right to install it: every browser test will be skipped."
    echo "      As root: apt-get install chromium fonts-noto-cjk"
elif ! has_font; then
    echo "NOTE: no font with Chinese characters: the page's pictures will show boxes."
    echo "      As root: apt-get install fonts-noto-cjk"
fi
