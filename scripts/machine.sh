#!/bin/sh
# Install the Debian packages named that this machine lacks; fail with their names if it cannot.
set -eu

present() {
    case $1 in
        chromium) [ -x "${CHROMIUM:-/usr/bin/chromium}" ] ;;
        fonts-noto-core) fc-list 2>/dev/null | grep -q NotoSans- ;;
        postgresql) command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
        *) false ;;
    esac
}

missing=
for package in "$@"; do
    present "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
echo "Installing$missing"
# shellcheck disable=SC2086  # the names are separate words
if command -v apt-get >/dev/null &&
    $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    exit 0
fi
echo "Could not install:$missing. Install what these Debian packages hold, then try again." >&2
exit 1
