# Runs the go command for one action of defs.bzl, which has the arguments' names.
set -eu
go=$1 tool=$2 config=$3 scope=$4 modules=$5 module=$6 package=$7 out=$8 goos=$9
shift 9
goarch=$1 lists=$2
shift 2
root=$PWD

fail() {
	echo "drift: $*" >&2
	exit 1
}
[ "$(basename "$(dirname "$go")")" = bin ] || fail "$go is not in the bin folder of a Go SDK"
for f in "$root" "$tool" "$config"; do
	case $f in *[\'\"\ ]*) fail "the go command can't be told of $f, in -toolexec: use a path without spaces and quotes" ;; esac
done

# Scratch space lies beside the output, which every kind of executor can write.
work=$root/$out.work
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src" "$work/gopath" "$work/tmp"

# A copy of the sources: what is generated lies elsewhere, what a sandbox shows
# are links, which the go command does not embed, and what is not listed is left
# out without a sandbox too.
while [ "$lists" -gt 0 ]; do
	(cd "$1" && tar -chf - -T "$root/$2") >"$work/tar" || fail "can't copy the sources"
	(cd "$work/src" && tar -xf - <"$work/tar")
	shift 2
	lists=$((lists - 1))
done
rm "$work/tar"

# GODEBUG: in a sandbox the SDK's own embedded files are links.
export GOROOT="$root/$(dirname "$(dirname "$go")")"
export GOPATH="$work/gopath" GOMODCACHE="$work/gopath/mod" GOTMPDIR="$work/tmp" TMPDIR="$work/tmp"
export GOCACHE="${DRIFT_GOCACHE:-$work/cache}"
export GOENV=off GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on CGO_ENABLED=0
export GOPROXY=off GOSUMDB=off GOVCS='*:off' GOPRIVATE= GONOPROXY= GONOSUMDB= GOEXPERIMENT= GODEBUG=embedfollowsymlinks=1
export HOME="$work" GOOS="$goos" GOARCH="$goarch"
unset DRIFT_CONFIG DRIFT_UNSUPPORTED_GO GOAMD64 GOARM64
if [ -n "$modules" ]; then GOPROXY=file://$root/$modules; fi

toolexec=$root/$tool
if [ -n "$config" ]; then toolexec="$toolexec -config=$root/$config"; fi
if [ -n "$scope" ]; then toolexec="$toolexec -scope=$scope"; fi

cd "$work/src/$module"
status=0
"$root/$go" "$@" -modcacherw -trimpath -buildvcs=false -toolexec="$toolexec" -o "$root/$out" "$package" 2>"$work/stderr" || status=$?
grep -v '^go: downloading ' "$work/stderr" >&2 || true
[ $status = 0 ] || exit $status
[ -e "$root/$out" ] || fail "$package has no tests: list its _test.go files in srcs"
