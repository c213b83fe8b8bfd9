#!/bin/sh
# Builds the service plain and woven, asks both endpoints of each, and exits
# non-zero unless the woven one preserves all context and the plain one does not:
#
#	./run.sh [port]
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd ../.. && go build -o "$tmp/drift-toolexec" ./cmd/drift-toolexec)
go build -o "$tmp/plain" .
go build -toolexec="$tmp/drift-toolexec" -o "$tmp/woven" .
go build -o "$tmp/drive" ./drive
"$tmp/drive" -port "${1:-0}" "$tmp/plain" "$tmp/woven"
