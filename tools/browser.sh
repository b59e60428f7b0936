#!/bin/sh
# See that the page can be tested: Debian's chromium, a font with Chinese characters, a browser as
# old as those of office PCs (Chromium 86 of October 2020, which an npm package carries), Firefox,
# WebKit, and what reads the page's program (npm).
set -eu
cd "$(dirname "$0")/.."
. tools/apt.sh

old=.browsers/chromium-86
package=chrome-aws-lambda@5.3.1
sha256=c56ecd5c2e5d579344539a689bd94c858f0fd59d911e8488d342e748ff66ec47

get_old_browser() { # joined by &&: a failure in it must not be taken for success
    command -v npm >/dev/null 2>&1 || apt_install npm || return 1
    mkdir -p "$old" && (
        cd "$old" &&
            npm pack --silent "$package" >/dev/null &&
            tar -xzf ./*.tgz package/bin/chromium.br &&
            node -e 'const fs = require("fs"), zlib = require("zlib");
                fs.writeFileSync("new", zlib.brotliDecompressSync(fs.readFileSync("package/bin/chromium.br")));' &&
            rm -r ./*.tgz package &&
            echo "$sha256  new" | sha256sum --check --quiet &&
            chmod +x new &&
            mv new chromium
    )
}

has_browser() { command -v chromium >/dev/null 2>&1; }
has_old_browser() { [ -x "$old/chromium" ]; }
has_others() { command -v firefox-esr && command -v WebKitWebDriver && command -v Xvfb; } >/dev/null 2>&1
has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn)" ]; }

has_browser && has_font ||
    apt_install chromium fonts-noto-cjk fontconfig || true # judged by what is there afterwards
has_old_browser || get_old_browser || true # likewise
has_others || apt_install firefox-esr webkit2gtk-driver xvfb || true # likewise

missing() { # what is missing, what comes of it, how to get it; CI may not be without
    if [ "${CI:-}" = "true" ]; then
        echo "$1 is missing and CI=true: $3" >&2
        exit 1
    fi
    echo "NOTE: $1 is missing: $2"
    echo "      $3"
}

as_root="as root: apt-get install"
if ! has_browser; then
    missing "Chromium" "every browser test will be skipped." \
        "$as_root chromium fonts-noto-cjk"
elif ! has_font; then
    echo "NOTE: no font with Chinese characters: the page's pictures will show boxes."
    echo "      $as_root fonts-noto-cjk"
fi
has_old_browser || missing "Chromium 86" "its tests will be skipped." \
    "it comes from npm's $package"
has_others || missing "Firefox or WebKit" "their tests will be skipped." \
    "$as_root firefox-esr webkit2gtk-driver xvfb"
if ! sh tools/page/install.sh; then
    [ "${CI:-}" != "true" ] || exit 1
    echo "NOTE: tests of how the page is put together will be skipped."
fi
