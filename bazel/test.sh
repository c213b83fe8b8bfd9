#!/bin/sh
# Runs a test's binary where go test would: in the folder of its package.
set -eu
runfiles=${TEST_SRCDIR:-${RUNFILES_DIR:-$0.runfiles}}
case $runfiles in /*) ;; *) runfiles=$PWD/$runfiles ;; esac
# No data, no folder.
if [ -d "$runfiles/@FOLDER@" ]; then cd "$runfiles/@FOLDER@"; fi
if [ -n "${TESTBRIDGE_TEST_ONLY-}" ]; then set -- -test.run="$TESTBRIDGE_TEST_ONLY" "$@"; fi
if [ -n "${TEST_TMPDIR-}" ]; then export TMPDIR="$TEST_TMPDIR"; fi
exec "$runfiles/@BINARY@" "$@"
