#!/bin/sh
# Make .venv with the Python named, which must be 3.11 or later. Debian keeps the means to do so
# in a package of its own; where that is missing, it is installed.
set -eu
python=$1

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or later is needed; $python is not. Try: make PYTHON=python3.11 ..." >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    sh "$(dirname "$0")/machine.sh" python3-venv
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
