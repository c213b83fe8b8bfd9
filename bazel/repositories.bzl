"""Repositories that drift_go_binary and drift_go_test take their inputs from.

Only these reach for the network, when Bazel fetches: through the go command,
with the user's own GOPROXY, GOSUMDB and credentials.
"""

_GO_ENV = ["GOINSECURE", "GONOPROXY", "GONOSUMDB", "GOPRIVATE", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN"]

def _run(ctx, args, what, workdir = "", **env):
    result = ctx.execute(
        args,
        environment = dict({"GOFLAGS": "-modcacherw", "GOWORK": "off"}, **env),
        timeout = 1800,
        working_directory = workdir,
    )
    if result.return_code:
        fail("%s: %s" % (what, result.stderr.strip() or result.stdout.strip()))
    return result.stdout

def _sdk_impl(ctx):
    go = ctx.which("go")
    if not go:
        fail("drift_go_sdk: no go on PATH; install Go, or make @%s with http_archive from a Go release and build_file = go_sdk.BUILD" % ctx.name)
    env = {"GOTOOLCHAIN": "go" + ctx.attr.version} if ctx.attr.version else {}
    root = ctx.path(_run(ctx, [go, "env", "GOROOT"], "drift_go_sdk", **env).strip())
    for entry in root.readdir():
        if entry.basename in ["VERSION", "bin", "go.env", "lib", "pkg", "src"]:
            ctx.symlink(entry, entry.basename)
    ctx.symlink(ctx.attr._build_file, "BUILD.bazel")

drift_go_sdk = repository_rule(
    implementation = _sdk_impl,
    doc = "A Go SDK: of the release that is named, through the go on PATH and its module proxy; else that go's own.",
    attrs = {
        "version": attr.string(doc = "The Go release: 1.26.8."),
        "_build_file": attr.label(default = "//:go_sdk.BUILD"),
    },
    environ = ["PATH"] + _GO_ENV,
    local = True,
)

def _modules_impl(ctx):
    # The go command may add to the go.sum beside -modfile: not to the user's.
    ctx.file("go.mod", ctx.read(ctx.attr.go_mod))
    ctx.file("go.sum", ctx.read(ctx.attr.go_sum))
    _run(
        ctx,
        [ctx.path(ctx.attr.go), "mod", "download", "-modfile=" + str(ctx.path("go.mod"))],
        "drift_go_modules",
        workdir = str(ctx.path(ctx.attr.go_mod).dirname),
        GOMODCACHE = str(ctx.path("mod")),
        GOTOOLCHAIN = "local",
    )
    mod = ctx.path("mod")
    for entry in mod.readdir():
        if entry.basename != "cache":
            ctx.delete(entry) # unpacked; the builds are given what go.sum has checksums of
    ctx.file("BUILD.bazel", """filegroup(
    name = "files",
    srcs = glob(["mod/cache/download/**/*.mod", "mod/cache/download/**/*.zip"]),
    visibility = ["//visibility:public"],
)
""")

drift_go_modules = repository_rule(
    implementation = _modules_impl,
    doc = "The modules that a go.mod requires, as go.sum has them.",
    attrs = {
        "go": attr.label(allow_single_file = True, default = "@go_sdk//:bin/go"),
        "go_mod": attr.label(allow_single_file = True, mandatory = True),
        "go_sum": attr.label(allow_single_file = True, mandatory = True),
    },
    environ = _GO_ENV,
)

_TOOL = "github.com/drift-go/drift-toolexec/cmd/drift-toolexec"

def _tool_impl(ctx):
    if bool(ctx.attr.version) == bool(ctx.attr.source):
        fail("drift_go_tool: give it a version, or the source folder of a checkout")
    go = ctx.path(ctx.attr.go)
    env = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOBIN": str(ctx.path("."))}
    if ctx.attr.version:
        _run(ctx, [go, "install", "-trimpath", _TOOL + "@" + ctx.attr.version], "drift_go_tool", **env)
    else:
        source = ctx.attr.source
        if not source.startswith("/"):
            source = str(ctx.path(Label("@//:WORKSPACE")).dirname) + "/" + source
        _run(ctx, [go, "install", "-trimpath", "-buildvcs=false", "./cmd/drift-toolexec"], "drift_go_tool", workdir = source, **env)
    ctx.file("BUILD.bazel", 'exports_files(["drift-toolexec"])\n')

drift_go_tool = repository_rule(
    implementation = _tool_impl,
    doc = "drift-toolexec, built for the machine that Bazel runs on.",
    attrs = {
        "go": attr.label(allow_single_file = True, default = "@go_sdk//:bin/go"),
        "source": attr.string(doc = "A checkout of the tool's repository; relative to the workspace."),
        "version": attr.string(doc = "The release: v1.2.3."),
    },
    environ = _GO_ENV,
)

def _goroot_impl(ctx):
    if not ctx.attr.scope and not ctx.attr.config:
        fail("drift_goroot: name your own packages in scope, or in the scope of a config file")
    args = ["sh", ctx.path(ctx.attr._script), ctx.path("."), ctx.path(ctx.attr.go).dirname.dirname, ctx.path(ctx.attr.tool)]
    if ctx.attr.scope:
        args.append("-scope=" + ",".join(ctx.attr.scope))
    if ctx.attr.config:
        args.append("-config=" + str(ctx.path(ctx.attr.config)))
    _run(ctx, args, "drift_goroot", CGO_ENABLED = "1" if ctx.attr.cgo else "0")
    ctx.file("BUILD.bazel", 'exports_files(["ROOT"])\n')

drift_goroot = repository_rule(
    implementation = _goroot_impl,
    doc = "A GOROOT whose compiler weaves, for go_wrap_sdk of rules_go.",
    attrs = {
        "cgo": attr.bool(doc = "Go's own packages are compiled with cgo: needs a C compiler."),
        "config": attr.label(allow_single_file = True, doc = "The configuration file."),
        "go": attr.label(allow_single_file = True, default = "@go_sdk//:bin/go", doc = "The go command of the GOROOT to wrap."),
        "scope": attr.string_list(doc = "Import path patterns to weave; every go_binary is main."),
        "tool": attr.label(allow_single_file = True, default = "@drift_tool//:drift-toolexec"),
        "_script": attr.label(allow_single_file = True, default = "//:goroot.sh"),
    },
)
