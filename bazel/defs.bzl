"""drift_go_binary and drift_go_test: Go built by the go command, woven.

An action runs `go build -toolexec=drift-toolexec` on a copy of the sources in
scratch space of its own. The Go SDK, the tool, its configuration, the modules
and the sources are the action's inputs, and all that it can read: there is no
network, and nothing of the user's environment. Of the machine it uses sh, tar
and their like. Two machines build the same bytes, so that what one has built
the other can take from a remote cache.

A Go package cache is scratch too, and Go's own packages are compiled anew in
each action, unless `--action_env=DRIFT_GOCACHE=folder` names one to share.
"""

DriftToolchainInfo = provider(
    doc = "What every build of a workspace has in common.",
    fields = {
        "config": "File: the configuration, or None.",
        "go": "File: the go command in its SDK.",
        "scope": "string: import path patterns to weave, joined by commas, or empty.",
        "sdk": "depset of File: the SDK.",
        "tool": "File: drift-toolexec.",
    },
)

def _toolchain_impl(ctx):
    for pattern in ctx.attr.scope:
        if not pattern or "," in pattern or "'" in pattern:
            fail("scope: \"%s\" is not an import path pattern; write one like example.com/app/..." % pattern)
    return [DriftToolchainInfo(
        config = ctx.file.config,
        go = ctx.file.go,
        scope = ",".join(ctx.attr.scope),
        sdk = depset(ctx.files.sdk),
        tool = ctx.file.tool,
    )]

drift_toolchain = rule(
    implementation = _toolchain_impl,
    doc = "The SDK, the tool and the configuration that targets are built with.",
    attrs = {
        "config": attr.label(
            allow_single_file = True,
            doc = "The configuration file.",
        ),
        "go": attr.label(
            allow_single_file = True,
            cfg = "exec",
            default = "@go_sdk//:bin/go",
            doc = "The go command, in the bin folder of its SDK.",
        ),
        "scope": attr.string_list(
            doc = "Import path patterns to weave, instead of all that is in srcs outside vendor/.",
        ),
        "sdk": attr.label(
            allow_files = True,
            cfg = "exec",
            default = "@go_sdk//:files",
            doc = "The files of the SDK.",
        ),
        "tool": attr.label(
            allow_single_file = True,
            cfg = "exec",
            default = "@drift_tool//:drift-toolexec",
            doc = "drift-toolexec, built for where the actions run.",
        ),
    },
)

def _relative(f):
    """Returns a file's path in its repository."""
    if f.short_path.startswith("../"):
        return f.short_path.split("/", 2)[2]
    return f.short_path

def _runfile(ctx, short_path):
    """Returns a file's path among the runfiles."""
    if short_path.startswith("../"):
        return short_path[3:]
    return ctx.workspace_name + "/" + short_path

def _build(ctx, command, out):
    """Declares the action that runs the go command.

    Args:
      ctx: the rule's.
      command: what the go command is to do, and its flags.
      out: the file that it is to make.
    """
    if ctx.attr.package != "." and not ctx.attr.package.startswith("./"):
        fail("package: \"%s\" is not a folder of the module; write one like ./cmd/app" % ctx.attr.package)
    drift = ctx.attr.drift[DriftToolchainInfo]

    # Where files lie whose path in their repository is the same: in the source
    # tree, among the outputs, in another repository.
    bases = {}
    for f in ctx.files.srcs + [ctx.file.go_mod]:
        rel = _relative(f)
        if not f.path.endswith(rel):
            fail("srcs: %s can't be laid out; list files, not folders" % f.path)
        bases.setdefault(f.path[:-len(rel)] or ".", {})[rel] = None
    lists = []
    for i, base in enumerate(bases):
        l = ctx.actions.declare_file("%s.srcs%d" % (ctx.label.name, i))
        ctx.actions.write(l, "".join(["./" + rel + "\n" for rel in sorted(bases[base])]))
        lists.append((base, l))

    modules = ""
    if ctx.files.modules:
        first = ctx.files.modules[0].path
        i = first.find("/cache/download/")
        if i < 0:
            fail("modules: %s is not in a module cache's cache/download; make the repository with drift_go_modules" % first)
        modules = first[:i] + "/cache/download"

    module = _relative(ctx.file.go_mod).rpartition("/")[0]
    args = ctx.actions.args()
    args.add_all([
        ctx.file._script,
        drift.go,
        drift.tool,
        drift.config or "",
        drift.scope,
        modules,
        module or ".",
        ctx.attr.package,
        out,
        ctx.attr.goos,
        ctx.attr.goarch,
        str(len(lists)),
    ])
    for base, l in lists:
        args.add_all([base, l])
    args.add_all(command)
    args.add_all(ctx.attr.flags)
    inputs = ctx.files.srcs + ctx.files.modules + [l for _, l in lists] + [ctx.file.go_mod, drift.go, drift.tool, ctx.file._script]
    if drift.config:
        inputs.append(drift.config)
    # Of the user's environment this alone: another PATH would be another action.
    shared = {k: v for k, v in ctx.configuration.default_shell_env.items() if k == "DRIFT_GOCACHE"}
    ctx.actions.run_shell(
        command = 'exec sh "$@"',
        arguments = [args],
        inputs = depset(inputs, transitive = [drift.sdk]),
        outputs = [out],
        mnemonic = "DriftGo",
        progress_message = "Building %s, woven" % ctx.label,
        execution_requirements = {"block-network": "1"},
        env = dict({"PATH": "/usr/local/bin:/usr/bin:/bin"}, **shared),
    )
_ATTRS = {
    "data": attr.label_list(
        allow_files = True,
        doc = "What the program reads when it runs.",
    ),
    "drift": attr.label(
        mandatory = True,
        providers = [DriftToolchainInfo],
        doc = "The drift_toolchain.",
    ),
    "flags": attr.string_list(
        doc = "More flags for the go command: -tags, -ldflags.",
    ),
    "go_mod": attr.label(
        mandatory = True,
        allow_single_file = ["go.mod"],
        doc = "The go.mod of the main module.",
    ),
    "goarch": attr.string(doc = "GOARCH; that of the go command if empty."),
    "goos": attr.string(doc = "GOOS; that of the go command if empty."),
    "modules": attr.label(
        allow_files = True,
        doc = "The modules that go.sum lists, from drift_go_modules; not needed with a vendor folder in srcs.",
    ),
    "package": attr.string(
        default = ".",
        doc = "The package's folder in the module: . or ./cmd/app.",
    ),
    "srcs": attr.label_list(
        allow_files = True,
        mandatory = True,
        doc = "All that the go command reads of the module: Go files, go.sum, embedded files, generated ones.",
    ),
    "_script": attr.label(
        allow_single_file = True,
        default = "//:build.sh",
    ),
}

def _binary_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + (".exe" if ctx.attr.goos == "windows" else ""))
    _build(ctx, ["build"], out)
    return [DefaultInfo(
        executable = out,
        files = depset([out]),
        runfiles = ctx.runfiles(files = ctx.files.data),
    )]

drift_go_binary = rule(
    implementation = _binary_impl,
    doc = "A Go program, woven.",
    attrs = _ATTRS,
    executable = True,
)

def _test_impl(ctx):
    binary = ctx.actions.declare_file(ctx.label.name + ".test")
    _build(ctx, ["test", "-c"], binary)
    folder = ctx.file.go_mod.short_path.rpartition("/")[0] + "/" + ctx.attr.package
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.expand_template(
        template = ctx.file._test,
        output = out,
        substitutions = {
            "@BINARY@": _runfile(ctx, binary.short_path),
            "@FOLDER@": _runfile(ctx, folder.lstrip("/")),
        },
        is_executable = True,
    )
    return [DefaultInfo(
        executable = out,
        files = depset([out]),
        runfiles = ctx.runfiles(files = ctx.files.data + [binary]),
    )]

drift_go_test = rule(
    implementation = _test_impl,
    doc = "The tests of one Go package, woven. They run in the package's folder, as under go test, and see of it what data lists.",
    attrs = dict(_ATTRS, _test = attr.label(
        allow_single_file = True,
        default = "//:test.sh",
    )),
    test = True,
)
