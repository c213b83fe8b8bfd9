#!/bin/sh
# Makes a GOROOT whose compiler weaves, for builders that call the compiler
# themselves, as rules_go's does:
#
#	goroot.sh out goroot tool [the tool's flags]
#
# out is a new folder: links to goroot, drift-toolexec in front of its compiler,
# Go's own packages compiled and woven. CGO_ENABLED says whether those with cgo.
# A file that -config names is copied. Needs a shell, and Go as in goroot.
set -eu
if [ $# -lt 3 ]; then
	echo "usage: goroot.sh out goroot tool [the tool's flags]" >&2
	exit 2
fi
out=$1 goroot=$2 tool=$3
shift 3
fail() {
	echo "goroot.sh: $*" >&2
	exit 1
}
[ -x "$goroot/bin/go" ] || fail "no bin/go in $goroot: name the GOROOT of a Go release"
[ -x "$tool" ] || fail "no program $tool: name a built drift-toolexec"
flags= config=
for f; do
	case $f in
	-config=*)
		config=${f#-config=}
		[ -e "$config" ] || fail "no file $config: name a configuration file"
		f='"-config=$d/drift.yaml"'
		;;
	-scope=*[!A-Za-z0-9/._~,+-]*) fail "$f: write import path patterns, joined by commas" ;;
	-scope=*) ;;
	*) fail "$f: -scope=... and -config=... are the flags for this" ;;
	esac
	flags="$flags $f"
done
mkdir -p "$out"
out=$(cd "$out" && pwd)
goroot=$(cd "$goroot" && pwd)
[ ! -e "$out/pkg" ] || fail "there is a GOROOT in $out: name a new folder"

export GOROOT="$out" GOENV=off GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on CGO_ENABLED="${CGO_ENABLED:-0}"
export GOPROXY=off GOEXPERIMENT=
unset GOOS GOARCH GOTOOLDIR DRIFT_CONFIG
platform=$(GOROOT=$goroot "$goroot/bin/go" env GOOS GOARCH | tr '\n' _)
tools=pkg/tool/${platform%_}

mkdir -p "$out/$tools/orig" "$out/bin"
for f in VERSION go.env lib src pkg/include; do
	if [ -e "$goroot/$f" ]; then ln -s "$goroot/$f" "$out/$f"; fi
done
# Copies: a program finds what lies beside it by where it really is.
cp "$goroot/bin/go" "$out/bin/go"
for f in "$goroot/$tools"/*; do
	if [ -f "$f" ]; then ln -s "$f" "$out/$tools/"; fi
done
rm "$out/$tools/compile"
ln -s "$goroot/$tools/compile" "$out/$tools/orig/compile"
cp "$tool" "$out/$tools/drift-toolexec"
if [ -n "$config" ]; then cp "$config" "$out/$tools/drift.yaml"; fi

# An empty PATH is all that some builders give it. What has no -p is the
# builder itself, which is not woven.
cat >"$out/$tools/compile" <<END
#!/bin/sh
d=\${0%/*}
case " \$* " in
*' -p '* | *' -p='* | *' @'* | *' -V'*) exec "\$d/drift-toolexec"$flags "\$d/orig/compile" "\$@" ;;
esac
exec "\$d/orig/compile" -p main "\$@"
END
chmod +x "$out/$tools/compile"

export GOPATH="$out/gopath"
if [ -z "${GOCACHE-}${XDG_CACHE_HOME-}${HOME-}" ]; then export GOCACHE="$out/cache"; fi
# Go has pack as source only, and old rules_go call it.
if [ ! -e "$out/$tools/pack" ]; then
	# In its own module: another one's go line would be part of it.
	GOROOT=$goroot GOFLAGS= GOWORK=off "$goroot/bin/go" build -C "$goroot/src/cmd" -trimpath -o "$out/$tools/pack" cmd/pack
fi
GODEBUG=installgoroot=all "$out/bin/go" install -trimpath std
rm -rf "$out/cache" "$out/gopath"
touch "$out/ROOT"
