# Sourced by the other scripts: `apt_install PACKAGE...` installs Debian packages where that is
# allowed without asking for a password, and returns 1 where it is not.

apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        return 1
    fi
    echo "installing Debian packages: $*"
    $as_root apt-get update -qq || true # stale lists may still do
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@"
}
