package seam

// Package runtime's.
var (
	// Attach makes a captured context, or none, the current one, and returns what
	// driftDetach takes to bring back what was there before.
	Attach = Symbol{Owner: Runtime, Name: "driftAttach", Kind: Func, Type: "(c unsafe.Pointer) (old unsafe.Pointer, was uint64)"}
	// Alerts is 1 under DRIFT_ALERTS=on.
	Alerts = Symbol{Owner: Runtime, Name: "driftAlerts", Kind: Var, Type: "uint32"}
	// AmbientBaggage returns a context.Context with an activation's baggage, nil where that has
	// none, or the context has some.
	AmbientBaggage = Symbol{Owner: Runtime, Name: "driftAmbientBaggage", Kind: Var, Type: "func(ctx any, a *driftActive) any"}
	// Answers reports whether a context.Context holds a span, or that there is none: no
	// gap.
	Answers = Symbol{Owner: Runtime, Name: "driftAnswers", Kind: Var, Type: "func(ctx any) bool"}
	// BaggageOf returns the state of the baggage in a context.Context, whose words are
	// given, nil if it holds none or that can't be told.
	BaggageOf = Symbol{Owner: Runtime, Name: "driftBaggageOf", Kind: Var, Type: "func(ctxTab, ctxData unsafe.Pointer) any"}
	// Between ends the extent of the activations that a statement left on the chain, by the
	// numbers of the newest push before it and after it.
	Between = Symbol{Owner: Runtime, Name: "driftBetween", Kind: Func, Type: "(from, to uint64)"}
	// Capture returns the current context for a func that is handed over, to be run later
	// or elsewhere.
	Capture = Symbol{Owner: Runtime, Name: "driftCapture", Kind: Func, Type: "(stale bool) (c unsafe.Pointer, ok bool)"}
	// ChildBaggage says that baggage crosses to child processes.
	ChildBaggage = Symbol{Owner: Runtime, Name: "driftChildBaggage", Kind: Var, Type: "bool"}
	// Claim makes the floating activation current if data is its span's data word.
	Claim = Symbol{Owner: Runtime, Name: "driftClaim", Kind: Func, Type: "(data unsafe.Pointer, flags uint32) bool"}
	// ClaimAny makes the floating activation current, whatever its span: what the call returned
	// is a decorator around that.
	ClaimAny = Symbol{Owner: Runtime, Name: "driftClaimAny", Kind: Func, Type: "(flags uint32)"}
	// Close lets go of the span of an activation that ended, and puts closed in its place, which
	// may be nil.
	Close = Symbol{Owner: Runtime, Name: "driftClose", Kind: Func, Type: "(a *driftActive, closed unsafe.Pointer)"}
	// ClosedBaggage returns the state of the baggage of a span that has ended, given the
	// words of what stands in for it.
	ClosedBaggage = Symbol{Owner: Runtime, Name: "driftClosedBaggage", Kind: Var, Type: "func(tab, data unsafe.Pointer) any"}
	// ClosedTab is the type word of what stands in for a span that has ended.
	ClosedTab = Symbol{Owner: Runtime, Name: "driftClosedTab", Kind: Var, Type: "unsafe.Pointer"}
	// Context returns the words of an activation's context, nil where there is none or its span
	// has ended.
	Context = Symbol{Owner: Runtime, Name: "driftContext", Kind: Func, Type: "(a *driftActive) (tab, data unsafe.Pointer)"}
	// Count counts an alert, with the attributes of a trace.EventConfig.
	Count = Symbol{Owner: Runtime, Name: "driftCount", Kind: Var, Type: "func(ctx any, attributes any)"}
	// Current returns the current activation, nil if there is none, and the words of its span,
	// or of what stands in for the ended one.
	Current = Symbol{Owner: Runtime, Name: "driftCurrent", Kind: Func, Type: "() (a *driftActive, tab, data unsafe.Pointer, detached bool)"}
	// Decorates reports whether a value, a trace.Span, is a decorator around the span that
	// was started or handed back last on this goroutine.
	Decorates = Symbol{Owner: Runtime, Name: "driftDecorates", Kind: Func, Type: "(span any) bool"}
	// Drop ends the extent of one activation, by its number: its span was given away, or its
	// variable is about to hold another.
	Drop = Symbol{Owner: Runtime, Name: "driftDrop", Kind: Func, Type: "(token uint64)"}
	// DropAt is where in the SDK's dropped spans the activation is.
	DropAt = Symbol{Owner: Runtime, Name: "driftDropAt", Kind: Var, Type: "uintptr"}
	// DropTab is the type word of the SDK's dropped spans.
	DropTab = Symbol{Owner: Runtime, Name: "driftDropTab", Kind: Var, Type: "unsafe.Pointer"}
	// DropViewTab is the type word of views of dropped spans.
	DropViewTab = Symbol{Owner: Runtime, Name: "driftDropViewTab", Kind: Var, Type: "unsafe.Pointer"}
	// Elder returns the number of the newest push before a span is started that may get
	// siblings: the token that driftStartBefore takes.
	Elder = Symbol{Owner: Runtime, Name: "driftElder", Kind: Func, Type: "() uint64"}
	// End marks an activation's span ended, from whatever goroutine, and lets go of the span and
	// its context.
	End = Symbol{Owner: Runtime, Name: "driftEnd", Kind: Func, Type: "(a *driftActive) (shared bool)"}
	// Enter returns the token that driftLeave takes.
	Enter = Symbol{Owner: Runtime, Name: "driftEnter", Kind: Func, Type: "() uint64"}
	// EnvOn reports whether context crosses to child processes and from the one that
	// started this one.
	EnvOn = Symbol{Owner: Runtime, Name: "driftEnvOn", Kind: Func, Type: "() bool"}
	// Exclude are the destinations that the configuration excludes.
	Exclude = Symbol{Owner: Runtime, Name: "driftExclude", Kind: Var, Type: "[]string"}
	// Excluded reports whether the configuration excludes where something goes.
	Excluded = Symbol{Owner: Runtime, Name: "driftExcluded", Kind: Func, Type: "(scheme, host, name string) bool"}
	// Extract has the propagator read a remote span and what goes with it, by calls of
	// get.
	Extract = Symbol{Owner: Runtime, Name: "driftExtract", Kind: Var, Type: "func(get func(key string) string) unsafe.Pointer"}
	// ExtractHeader is driftExtract of such headers.
	ExtractHeader = Symbol{Owner: Runtime, Name: "driftExtractHeader", Kind: Var, Type: "func(h map[string][]string) unsafe.Pointer"}
	// ExtractSpan reads what driftSpanContext returns of the current span.
	ExtractSpan = Symbol{Owner: Runtime, Name: "driftExtractSpan", Kind: Var, Type: "func(get func(key string) string) any"}
	// First reports whether it is called for the first time with a counter.
	First = Symbol{Owner: Runtime, Name: "driftFirst", Kind: Func, Type: "(taken *uint32) bool"}
	// Follow links the current span, if it is another, to one whose span context is given.
	Follow = Symbol{Owner: Runtime, Name: "driftFollow", Kind: Var, Type: "func(sc any)"}
	// ActiveAt is where in the SDK's recording spans the activation is.
	ActiveAt = Symbol{Owner: Runtime, Name: "driftActiveAt", Kind: Var, Type: "uintptr"}
	// FromContext returns a context to adopt of the span in a context.Context, nil if it
	// holds none.
	FromContext = Symbol{Owner: Runtime, Name: "driftFromContext", Kind: Var, Type: "func(ctx any) unsafe.Pointer"}
	// Getenv is gogetenv.
	Getenv = Symbol{Owner: Runtime, Name: "driftGetenv", Kind: Func, Type: "(key string) string"}
	// Got makes the context current that came with what was just received in scope, or
	// none where the sender had none.
	Got = Symbol{Owner: Runtime, Name: "driftGot", Kind: Func, Type: "(flags uint32)"}
	// GotNext is driftGot where a loop ranges over a channel. token is the number of the
	// activation of the element before, 0 for none.
	GotNext = Symbol{Owner: Runtime, Name: "driftGotNext", Kind: Func, Type: "(token uint64, flags uint32) uint64"}
	// Hide returns a context.Context without the span of the one given.
	Hide = Symbol{Owner: Runtime, Name: "driftHide", Kind: Var, Type: "func(ctx any) any"}
	// Holds reports whether a context.Context holds the span of an activation.
	Holds = Symbol{Owner: Runtime, Name: "driftHolds", Kind: Var, Type: "func(ctx any, a *driftActive) bool"}
	// Suppress begins what hands nothing on but what is started in it: a func that a
	// sync.Once runs.
	Suppress = Symbol{Owner: Runtime, Name: "driftSuppress", Kind: Func, Type: "() (barrier uint64)"}
	// IDs returns the trace ID and the span ID of what driftWordsOf returned, or of one
	// that it links to.
	IDs = Symbol{Owner: Runtime, Name: "driftIDs", Kind: Var, Type: "func(tab, data unsafe.Pointer) (trace, span string)"}
	// IO is told of an operation about to be done on this goroutine, the ctx it was given,
	// or nil, and its address.
	IO = Symbol{Owner: Runtime, Name: "driftIO", Kind: Var, Type: "func(op uint32, ctx any, address any)"}
	// Incoming is what a server without instrumentation makes of its caller's context: ""
	// or parent, link, off.
	Incoming = Symbol{Owner: Runtime, Name: "driftIncoming", Kind: Var, Type: "string"}
	// IncomingBaggage says that baggage of a caller without instrumentation is taken over.
	IncomingBaggage = Symbol{Owner: Runtime, Name: "driftIncomingBaggage", Kind: Var, Type: "bool"}
	// Inject has the propagator write the span of a context.Context, or the current one,
	// and what goes with it, by calls of set.
	Inject = Symbol{Owner: Runtime, Name: "driftInject", Kind: Var, Type: "func(ctx any, get func(key string) string, set func(key, value string))"}
	// InjectHeader is driftInject from and to headers as net/http has them, by what
	// driftPropagator returned.
	InjectHeader = Symbol{Owner: Runtime, Name: "driftInjectHeader", Kind: Var, Type: "func(p, ctx any, baggage bool, have, into map[string][]string)"}
	// InjectTo is driftInject, with the baggage if baggage says so; driftInject is for
	// messages, where the configuration does.
	InjectTo = Symbol{Owner: Runtime, Name: "driftInjectTo", Kind: Var, Type: "func(ctx any, baggage bool, get func(key string) string, set func(key, value string))"}
	// Last returns the number of the activation that a statement pushed, the token that
	// driftDrop takes. before is driftSeq's from just before the statement; the result is
	// 0 if it pushed none.
	Last = Symbol{Owner: Runtime, Name: "driftLast", Kind: Func, Type: "(before uint64) uint64"}
	// Leave ends the extent of every own activation pushed since the token was taken.
	Leave = Symbol{Owner: Runtime, Name: "driftLeave", Kind: Func, Type: "(token uint64)"}
	// LeaveLib is driftLeave for a function outside the user's own code.
	LeaveLib = Symbol{Owner: Runtime, Name: "driftLeaveLib", Kind: Func, Type: "(token uint64)"}
	// LinkMessage gives the open span of an activation that is current a link to the message of
	// a context, unless that is of the span's own trace.
	LinkMessage = Symbol{Owner: Runtime, Name: "driftLinkMessage", Kind: Var, Type: "func(cur *driftActive, c unsafe.Pointer)"}
	// LinkMessages says that the receiver of a message links to its sender instead of
	// being its child.
	LinkMessages = Symbol{Owner: Runtime, Name: "driftLinkMessages", Kind: Var, Type: "bool"}
	// Links returns a context to adopt, as driftCapture does, under which spans are roots
	// with links to those whose span contexts are given.
	Links = Symbol{Owner: Runtime, Name: "driftLinks", Kind: Var, Type: "func(scs []any) unsafe.Pointer"}
	// Live reports whether a context.Context holds a span, or one is current: whether
	// there is anything to write.
	Live = Symbol{Owner: Runtime, Name: "driftLive", Kind: Var, Type: "func(ctx any) bool"}
	// Log writes a record of DRIFT_DEBUG=handoff: what happened, to which context, on
	// which goroutine and where; nothing if to none.
	Log = Symbol{Owner: Runtime, Name: "driftLog", Kind: Func, Type: "(what string, c unsafe.Pointer)"}
	// Lookup returns what a context.Context holds for a key, and whether that can be told
	// without calling code of the user's.
	Lookup = Symbol{Owner: Runtime, Name: "driftLookup", Kind: Var, Type: "func(ctx, key any) (value any, known bool)"}
	// Makechan is makechan for a channel that carries.
	Makechan = Symbol{Owner: Runtime, Name: "driftMakechan", Kind: Func, Type: "(t unsafe.Pointer, size int64) unsafe.Pointer"}
	// Mark raises the mark: the next go statement of this goroutine hands the current
	// activation to the goroutine it starts.
	Mark = Symbol{Owner: Runtime, Name: "driftMark", Kind: Func, Type: "()"}
	// Message tells how to read the messages of a type, named as the rules name it. read
	// is given the address of one and returns what driftReceive, or driftLinks, makes of
	// its headers.
	Message = Symbol{Owner: Runtime, Name: "driftMessage", Kind: Func, Type: "(name string, read func(message unsafe.Pointer) unsafe.Pointer)"}
	// MessageBaggage says that baggage crosses with messages.
	MessageBaggage = Symbol{Owner: Runtime, Name: "driftMessageBaggage", Kind: Var, Type: "bool"}
	// Modules returns what the go command wrote of the modules that this program was built
	// of, as runtime/debug parses it; empty if nothing.
	Modules = Symbol{Owner: Runtime, Name: "driftModules", Kind: Func, Type: "() string"}
	// Mute begins a send that hands nothing on.
	Mute = Symbol{Owner: Runtime, Name: "driftMute", Kind: Func, Type: "()"}
	// Next ends the extent of the activations pushed since the token was taken whose variables
	// live no longer than the loop at this level.
	Next = Symbol{Owner: Runtime, Name: "driftNext", Kind: Func, Type: "(token uint64, level uint32)"}
	// NoopTab is the type word of package trace/noop's span, which fills it in.
	NoopTab = Symbol{Owner: Runtime, Name: "driftNoopTab", Kind: Var, Type: "unsafe.Pointer"}
	// Of returns whose alias an activation is; itself for any other.
	Of = Symbol{Owner: Runtime, Name: "driftOf", Kind: Func, Type: "(a *driftActive) *driftActive"}
	// On reports whether spans are to become ambient in this process.
	On = Symbol{Owner: Runtime, Name: "driftOn", Kind: Func, Type: "() bool"}
	// Open reports whether the span of a captured context is open still.
	Open = Symbol{Owner: Runtime, Name: "driftOpen", Kind: Func, Type: "(c unsafe.Pointer) bool"}
	// Peer is driftExcluded for hosts that baggage is sent to.
	Peer = Symbol{Owner: Runtime, Name: "driftPeer", Kind: Func, Type: "(scheme, host, name string) bool"}
	// Pre is woven in before a call that may hand back a span started by its callee, so
	// that what an earlier call left floating is not taken for its own.
	Pre = Symbol{Owner: Runtime, Name: "driftPre", Kind: Func, Type: "()"}
	// Process makes what the process was started with the current context of the goroutine
	// that initialises packages and runs main.
	Process = Symbol{Owner: Runtime, Name: "driftProcess", Kind: Func, Type: "(c unsafe.Pointer)"}
	// Propagator returns the global propagator, a propagation.TextMapPropagator, nil as
	// long as the user has set none.
	Propagator = Symbol{Owner: Runtime, Name: "driftPropagator", Kind: Var, Type: "func() any"}
	// Provider returns the global TracerProvider, a trace.TracerProvider.
	Provider = Symbol{Owner: Runtime, Name: "driftProvider", Kind: Var, Type: "func() any"}
	// Ranged is woven in after the loop.
	Ranged = Symbol{Owner: Runtime, Name: "driftRanged", Kind: Func, Type: "(r *driftRange)", NoEscape: true}
	// Ranging is woven in before the loop.
	Ranging = Symbol{Owner: Runtime, Name: "driftRanging", Kind: Func, Type: "(r *driftRange)", NoEscape: true}
	// Receive is driftExtract for a message, whose receiver may be configured to link to
	// where it came from.
	Receive = Symbol{Owner: Runtime, Name: "driftReceive", Kind: Var, Type: "func(get func(key string) string) unsafe.Pointer"}
	// Received makes the context of a message current that was just received in scope, or
	// none.
	Received = Symbol{Owner: Runtime, Name: "driftReceived", Kind: Func, Type: "(kind string, message unsafe.Pointer, flags uint32)", NoEscape: true}
	// EndRemote says that what was extracted is dealt with.
	EndRemote = Symbol{Owner: Runtime, Name: "driftEndRemote", Kind: Var, Type: "func(c unsafe.Pointer)"}
	// RemoteTab is the type word of remote spans.
	RemoteTab = Symbol{Owner: Runtime, Name: "driftRemoteTab", Kind: Var, Type: "unsafe.Pointer"}
	// ResetTimer is resetTimer with another function, and what to call it with.
	ResetTimer = Symbol{Owner: Runtime, Name: "driftResetTimer", Kind: Func, Type: "(t unsafe.Pointer, when int64, f func(any, uintptr, int64), arg any) bool"}
	// Detach undoes driftAttach.
	Detach = Symbol{Owner: Runtime, Name: "driftDetach", Kind: Func, Type: "(old unsafe.Pointer, was uint64)"}
	// Resumed is woven in where the loop's body is left.
	Resumed = Symbol{Owner: Runtime, Name: "driftResumed", Kind: Func, Type: "(r *driftRange)", NoEscape: true}
	// SameSpan reports whether two of these are the same span's.
	SameSpan = Symbol{Owner: Runtime, Name: "driftSameSpan", Kind: Var, Type: "func(a, b any) bool"}
	// SameTrace reports whether two activations are of one trace.
	SameTrace = Symbol{Owner: Runtime, Name: "driftSameTrace", Kind: Var, Type: "func(a, b *driftActive) bool"}
	// Sender tells how to note the current span in a message of a type, named as the rules
	// name it. note is given the address of one.
	Sender = Symbol{Owner: Runtime, Name: "driftSender", Kind: Func, Type: "(name string, note func(message unsafe.Pointer))"}
	// Sending has the current span noted in a message that is about to be sent on a
	// channel in scope.
	Sending = Symbol{Owner: Runtime, Name: "driftSending", Kind: Func, Type: "(kind string, message unsafe.Pointer)", NoEscape: true}
	// Seq returns the number of the newest push: the token that driftNext and driftLast
	// take.
	Seq = Symbol{Owner: Runtime, Name: "driftSeq", Kind: Func, Type: "() uint64"}
	// SetMark raises the mark with a captured context, or takes it down.
	SetMark = Symbol{Owner: Runtime, Name: "driftSetMark", Kind: Func, Type: "(c unsafe.Pointer)"}
	// Sharing reports whether somebody's activation may be inherited by any goroutine, and sees
	// to that.
	Sharing = Symbol{Owner: Runtime, Name: "driftSharing", Kind: Func, Type: "(a *driftActive, span unsafe.Pointer) bool"}
	// Shed lets go of what the goroutine has inherited: it begins to serve.
	Shed = Symbol{Owner: Runtime, Name: "driftShed", Kind: Func, Type: "()"}
	// SpanContext returns the span context of a context.Context's span, or of the current
	// one, as a trace.SpanContext; nil where there is none.
	SpanContext = Symbol{Owner: Runtime, Name: "driftSpanContext", Kind: Var, Type: "func(ctx any) any"}
	// SpanFrames is how many frames of the stack spans are given at their start, and -1
	// until the environment was read.
	SpanFrames = Symbol{Owner: Runtime, Name: "driftSpanFrames", Kind: Var, Type: "int32"}
	// SpanTab is the type word of the SDK's recording spans.
	SpanTab = Symbol{Owner: Runtime, Name: "driftSpanTab", Kind: Var, Type: "unsafe.Pointer"}
	// Stack returns this goroutine's stack as text, newest frame first, each as
	// function\n\tfile:line with a newline between two.
	Stack = Symbol{Owner: Runtime, Name: "driftStack", Kind: Func, Type: "(limit int, above []string) string"}
	// StartBefore says of the Start that follows, which is given the context with this
	// data word, that its parent is what was current when driftElder returned the token.
	StartBefore = Symbol{Owner: Runtime, Name: "driftStartBefore", Kind: Func, Type: "(ctx unsafe.Pointer, token uint64)"}
	// StartRoot says of the Start that follows that it is a root: who has a context with a
	// span at hand and gives none means that.
	StartRoot = Symbol{Owner: Runtime, Name: "driftStartRoot", Kind: Func, Type: "(ctx unsafe.Pointer)"}
	// Started notes the activation of a span the SDK just started on this goroutine.
	Started = Symbol{Owner: Runtime, Name: "driftStarted", Kind: Func, Type: "(a *driftActive)"}
	// Starting is driftCurrent for the parent of a span about to be started by a
	// provider's tracer, with a ctx of which the data word is given.
	Starting = Symbol{Owner: Runtime, Name: "driftStarting", Kind: Func, Type: "(ctx, provider unsafe.Pointer) (a *driftActive, tab, data unsafe.Pointer, detached bool)"}
	// Starts are the functions between a user's call of Start and where the SDK starts the
	// span: no part of a span's stack.
	Starts = Symbol{Owner: Runtime, Name: "driftStarts", Kind: Var, Type: "[]string"}
	// State is 0 until the environment was read, then 1 (on), 2 (off), or driftLogging
	// (on): odd where it is on.
	State = Symbol{Owner: Runtime, Name: "driftState", Kind: Var, Type: "uint32"}
	// Take makes the span current that the call just made handed back through its func.
	Take = Symbol{Owner: Runtime, Name: "driftTake", Kind: Func, Type: "(flags uint32)"}
	// TakeCtx makes the span current that the call just made handed back through its
	// context, which reports whether it is the one left floating.
	TakeCtx = Symbol{Owner: Runtime, Name: "driftTakeCtx", Kind: Func, Type: "(ctx any, flags uint32)"}
	// TakeMark takes the mark down and returns what it hands on.
	TakeMark = Symbol{Owner: Runtime, Name: "driftTakeMark", Kind: Func, Type: "() unsafe.Pointer"}
	// TakeMessage makes a message's context current that the function just called
	// received, and handed on with the message.
	TakeMessage = Symbol{Owner: Runtime, Name: "driftTakeMessage", Kind: Func, Type: "(flags uint32)"}
	// Tell hands an alert to the funcs that were registered for them.
	Tell = Symbol{Owner: Runtime, Name: "driftTell", Kind: Var, Type: "func(sc any, operation, address, module, version, function, stack string)"}
	// TimerArg returns what the function of a timer is called with, nil for a timer with a
	// channel.
	TimerArg = Symbol{Owner: Runtime, Name: "driftTimerArg", Kind: Func, Type: "(t unsafe.Pointer) any"}
	// Told returns when every alert raised before it was called has been delivered.
	Told = Symbol{Owner: Runtime, Name: "driftTold", Kind: Var, Type: "func()"}
	// Unsuppress ends what driftSuppress began.
	Unsuppress = Symbol{Owner: Runtime, Name: "driftUnsuppress", Kind: Func, Type: "(barrier uint64)"}
	// Unmute ends what driftMute began.
	Unmute = Symbol{Owner: Runtime, Name: "driftUnmute", Kind: Func, Type: "()"}
	// Use makes a span current that was started elsewhere, and whose data word and activation
	// are given, unless it is on this goroutine.
	Use = Symbol{Owner: Runtime, Name: "driftUse", Kind: Func, Type: "(a *driftActive, span unsafe.Pointer, flags uint32)"}
	// ViewTab is the type word of views of recording spans.
	ViewTab = Symbol{Owner: Runtime, Name: "driftViewTab", Kind: Var, Type: "unsafe.Pointer"}
	// Warn logs a warning.
	Warn = Symbol{Owner: Runtime, Name: "driftWarn", Kind: Var, Type: "func(ctx any, msg string, args []any)"}
	// WithoutBaggage returns a context.Context without its baggage, nil where it has none.
	WithoutBaggage = Symbol{Owner: Runtime, Name: "driftWithoutBaggage", Kind: Var, Type: "func(ctx any) any"}
	// WordsOf returns the words of an activation's span, or of what stands in for it once it has
	// ended; nil for none.
	WordsOf = Symbol{Owner: Runtime, Name: "driftWordsOf", Kind: Func, Type: "(a *driftActive) (tab, data unsafe.Pointer)"}
	// Yielded is woven in where the loop's body begins.
	Yielded = Symbol{Owner: Runtime, Name: "driftYielded", Kind: Func, Type: "(r *driftRange)", NoEscape: true}
)

// Package os's.
var (
	// EnvironOf is driftEnviron for a command's ctx, which says better than the goroutine
	// what the child is a child of, and be it of nothing. env is to be package os/exec's
	// own.
	EnvironOf = Symbol{Owner: OS, Name: "driftEnvironOf", Kind: Func, Type: "(ctx any, env []string) []string"}
)

// Package otel/trace's.
var (
	// Asked reports whether a ctx holds an answer, a span or that there is none, and
	// returns that span's activation if it is one of this process's.
	Asked = Symbol{Owner: Trace, Name: "driftAsked", Kind: Func, Type: "(ctx context.Context) (a *driftActive, answer bool)"}
	// Borrowed returns a view of a span, for somebody who did not start it.
	Borrowed = Symbol{Owner: Trace, Name: "driftBorrowed", Kind: Func, Type: "(span trace.Span) trace.Span"}
	// CurrentSpan returns the current span, or what stands in for it once it has ended;
	// nil where there is none.
	CurrentSpan = Symbol{Owner: Trace, Name: "driftCurrentSpan", Kind: Func, Type: "() trace.Span"}
	// ExpiredLinks returns what a span that is about to start is to be linked to, on a
	// goroutine whose activation is detached.
	ExpiredLinks = Symbol{Owner: Trace, Name: "driftExpiredLinks", Kind: Func, Type: "(a *driftActive, tab, data unsafe.Pointer) []trace.Link"}
	// Explicit returns the activation, for any goroutine to inherit, of the span that ctx
	// holds, nil if it holds none, or one that is not OpenTelemetry's own. made says that
	// there is none to inherit.
	Explicit = Symbol{Owner: Trace, Name: "driftExplicit", Kind: Func, Type: "(ctx context.Context, now bool) (a *driftActive, made bool)"}
	// Fill returns a ctx that holds the current span in ctx's stead, where that is a gap.
	Fill = Symbol{Owner: Trace, Name: "driftFill", Kind: Func, Type: "(ctx context.Context) context.Context"}
	// ActiveOf returns the activation of a span that the SDK made, or of a view of it, or of
	// what stands in for an ended span or a remote one; nil for any other. remote says
	// that its child is a local root.
	ActiveOf = Symbol{Owner: Trace, Name: "driftActiveOf", Kind: Func, Type: "(span trace.Span) (a *driftActive, remote bool)"}
	// NewBlank returns a driftBlank.
	NewBlank = Symbol{Owner: Trace, Name: "driftNewBlank", Kind: Func, Type: "() context.Context"}
	// Nothing is what a propagator returns that was to extract into ctx, and found
	// nothing.
	Nothing = Symbol{Owner: Trace, Name: "driftNothing", Kind: Func, Type: "(ctx context.Context) context.Context"}
	// Push makes the span current that a call returned, which is not the one that the SDK
	// started last on this goroutine, if it is a decorator around that.
	Push = Symbol{Owner: Trace, Name: "driftPush", Kind: Func, Type: "(ctx, span any, flags uint32)"}
	// Remote returns a context to adopt, and the span context, of a remote span that was
	// put into ctx; nil if there is none.
	Remote = Symbol{Owner: Trace, Name: "driftRemote", Kind: Func, Type: "(ctx context.Context, baggage bool) (c unsafe.Pointer, sc trace.SpanContext)"}
	// SendFrom returns the ctx to inject from for what has a ctx, nil if there is nothing
	// to inject.
	SendFrom = Symbol{Owner: Trace, Name: "driftSendFrom", Kind: Func, Type: "(ctx any, baggage bool) context.Context"}
	// Sent returns the span that is to leave with what has a ctx.
	Sent = Symbol{Owner: Trace, Name: "driftSent", Kind: Func, Type: "(ctx any) trace.Span"}
	// SpanContextFromContext is what own code's call sites call in
	// SpanContextFromContext's place: a func value.
	SpanContextFromContext = Symbol{Owner: Trace, Name: "driftSpanContextFromContextValue", Kind: Var, Type: "func(ctx context.Context) trace.SpanContext"}
	// SpanFromContext is what own code's call sites call in SpanFromContext's place: a
	// func value.
	SpanFromContext = Symbol{Owner: Trace, Name: "driftSpanFromContextValue", Kind: Var, Type: "func(ctx context.Context) trace.Span"}
	// StandIn puts what is left of it in the place of a span that just ended.
	StandIn = Symbol{Owner: Trace, Name: "driftStandIn", Kind: Func, Type: "(a *driftActive, sc trace.SpanContext, provider trace.TracerProvider)"}
)

// Package otel/internal/baggage's.
var (
	// Carry returns the activation of a ctx's span with the baggage that the ctx holds: an
	// alias of that, or the activation itself if it holds none.
	Carry = Symbol{Owner: InternalBaggage, Name: "driftCarry", Kind: Func, Type: "(a *driftActive, ctx context.Context) *driftActive"}
	// FillBaggage returns a ctx that holds the current baggage in ctx's stead, where that
	// is a gap: it holds neither baggage nor a span.
	FillBaggage = Symbol{Owner: InternalBaggage, Name: "driftFillBaggage", Kind: Func, Type: "(ctx context.Context) context.Context"}
)

// Package otel/baggage's.
var (
	// BaggageFromContext is what own code's call sites call in FromContext's place.
	BaggageFromContext = Symbol{Owner: Baggage, Name: "driftBaggageFromContextValue", Kind: Var, Type: "func(ctx context.Context) baggage.Baggage"}
)

// Package nats's, for its jetstream.
var (
	// FromMessage returns what a message's headers say, nil if that is nothing.
	FromMessage = Symbol{Owner: Nats, Name: "driftFromMessage", Kind: Func, Type: "(message unsafe.Pointer) unsafe.Pointer", link: "nats."}
)

// Package runtime's for hooks of wires: the kit.
var (
	// Writing reports whether there is anything to write of a context.Context, or of what
	// is current if that is nil.
	Writing = Symbol{Owner: Runtime, Name: "driftWriting", Kind: Func, Type: "(ctx any) bool"}
	// From returns the context that a message came with, whose headers get reads, nil if
	// they say nothing.
	From = Symbol{Owner: Runtime, Name: "driftFrom", Kind: Func, Type: "(get func(key string) string) unsafe.Pointer"}
	// FromBatch returns a context under which what is started is a root with links to the
	// senders of a batch.
	FromBatch = Symbol{Owner: Runtime, Name: "driftFromBatch", Kind: Func, Type: "(next func() (get func(key string) string, more bool)) unsafe.Pointer"}
	// Deliver makes the context that a message or a request came with the current one, or
	// none.
	Deliver = Symbol{Owner: Runtime, Name: "driftDeliver", Kind: Func, Type: "(c unsafe.Pointer) (came, old unsafe.Pointer, was uint64)"}
	// Delivered ends what Deliver began, and takes what it returned.
	Delivered = Symbol{Owner: Runtime, Name: "driftDelivered", Kind: Func, Type: "(came, old unsafe.Pointer, was uint64)"}
	// None makes none current where a context.Context says so.
	None = Symbol{Owner: Runtime, Name: "driftNone", Kind: Func, Type: "(ctx any) (old unsafe.Pointer, was uint64)"}
	// Here returns what is current, inside a sync.Once too.
	Here = Symbol{Owner: Runtime, Name: "driftHere", Kind: Func, Type: "() unsafe.Pointer"}
)

// Package net/http's.
var (
	// Request returns a request with the span of its ctx, or the current one, in its
	// headers: another one than the caller's, if there is something to add.
	Request = Symbol{Owner: HTTP, Name: "driftRequest", Kind: Func, Type: "(req *http.Request) *http.Request"}
	// FromHeader returns what a request's headers say, nil if that is nothing.
	FromHeader = Symbol{Owner: HTTP, Name: "driftFromHeader", Kind: Func, Type: "(h http.Header) unsafe.Pointer"}
)

// All are the symbols, by their owners.
var All = []*Symbol{
	&Attach, &Alerts, &AmbientBaggage, &Answers, &BaggageOf, &Between, &Capture, &ChildBaggage, &Claim, &ClaimAny,
	&Close, &ClosedBaggage, &ClosedTab, &Context, &Count, &Current, &Decorates, &Drop, &DropAt, &DropTab,
	&DropViewTab, &Elder, &End, &Enter, &EnvOn, &Exclude, &Excluded, &Extract, &ExtractHeader, &ExtractSpan,
	&First, &Follow, &ActiveAt, &FromContext, &Getenv, &Got, &GotNext, &Hide, &Holds, &Suppress, &IDs, &IO,
	&Incoming, &IncomingBaggage, &Inject, &InjectHeader, &InjectTo, &Last, &Leave, &LeaveLib, &LinkMessage,
	&LinkMessages, &Links, &Live, &Log, &Lookup, &Makechan, &Mark, &Message, &MessageBaggage, &Modules, &Mute,
	&Next, &NoopTab, &Of, &On, &Open, &Peer, &Pre, &Process, &Propagator, &Provider, &Ranged, &Ranging, &Receive,
	&Received, &EndRemote, &RemoteTab, &ResetTimer, &Detach, &Resumed, &SameSpan, &SameTrace, &Sender,
	&Sending, &Seq, &SetMark, &Sharing, &Shed, &SpanContext, &SpanFrames, &SpanTab, &Stack, &StartBefore,
	&StartRoot, &Started, &Starting, &Starts, &State, &Take, &TakeCtx, &TakeMark, &TakeMessage, &Tell, &TimerArg,
	&Told, &Unsuppress, &Unmute, &Use, &ViewTab, &Warn, &WithoutBaggage, &WordsOf, &Yielded, &EnvironOf, &Asked,
	&Borrowed, &CurrentSpan, &ExpiredLinks, &Explicit, &Fill, &ActiveOf, &NewBlank, &Nothing, &Push, &Remote,
	&SendFrom, &Sent, &SpanContextFromContext, &SpanFromContext, &StandIn, &Carry, &FillBaggage,
	&BaggageFromContext, &FromMessage,
	&Writing, &From, &FromBatch, &Deliver, &Delivered, &None, &Here, &Request, &FromHeader,
}
