package differential

import (
	"fmt"
	"strings"
)

// holds is what a ctx says about a span.
type holds int

const (
	gap  holds = iota // nothing: it was never given one
	none              // that there is none
	one               // a span
)

// ctx is a context that is in scope.
type ctx struct {
	id      int    // of the node that made it
	v       string // how it is written
	holds   holds
	span    string // its name
	prov    byte   // whose it is: a, b, or 0
	bag     string // its baggage; unsure, where the design does not say
	noop    bool   // a no-op tracer was in between, or it has ended: additions are lost
	ended   bool
	sampled bool
	wrapped bool // by a decorator
	lit     bool // whoever reads the source sees that it holds a span
}

// unsure is baggage that no one should ask for.
const unsure = "?"

// frame is a span that is current.
type frame struct {
	span string
	prov byte
	bag  string
}

// open is an open span of the function: its ctx, and whether that was made from bg.
type open struct {
	id int
	bg bool
}

// scope is what holds where a node stands.
type scope struct {
	ctxs  []ctx
	cur   []frame // what is current by the design, the innermost last
	blur  bool    // that can't be said
	once  int     // how many of cur a goroutine is not to inherit
	opens []open
	touch []string // variables of open spans
	times int      // how often it is run
}

func (s scope) with(c ctx) scope {
	s.ctxs = append(s.ctxs[:len(s.ctxs):len(s.ctxs)], c)
	return s
}

func (s scope) push(f frame) scope {
	s.cur = append(s.cur[:len(s.cur):len(s.cur)], f)
	return s
}

func (s scope) opened(o open, touch string) scope {
	s.opens = append(s.opens[:len(s.opens):len(s.opens)], o)
	if touch != "" {
		s.touch = append(s.touch[:len(s.touch):len(s.touch)], touch)
	}
	return s
}

// function is the scope in a func literal, apart of that in another goroutine's.
func (s scope) function() scope {
	s.opens = nil
	return s
}

func (s scope) goroutine() scope {
	s = s.function()
	s.touch = nil
	if len(s.cur) <= s.once && s.once > 0 {
		s.blur = true
	}
	if len(s.cur) > 0 {
		s.cur = s.cur[len(s.cur)-1:]
	}
	s.once = 0
	return s
}

// writer writes a case down, with its ctx passed, or dropped where it may be.
type writer struct {
	name    string
	dropped bool
	used    map[int]bool // contexts that are used, by the pass before
	uses    map[int]bool
	funcs   strings.Builder
	tree    map[string]int // what should be exported: a span and its parent, how often
	drops   int
}

// write returns a case as a function and what that calls, and the tree that stands
// in its source.
func write(name string, list []*node, dropped bool) (text string, tree map[string]int, drops int) {
	w := &writer{name: name, dropped: dropped}
	var body string
	// Whether a ctx is used decides how it is dropped further up.
	for range 3 {
		w.used, w.uses = w.uses, map[int]bool{}
		w.funcs.Reset()
		w.tree, w.drops = map[string]int{}, 0
		s := scope{times: 1}.with(ctx{id: -1, v: "ctx0", sampled: true})
		body = w.list(list, s)
	}
	suffix := "p"
	if dropped {
		suffix = "d"
	}
	return fmt.Sprintf("func %s%s() {\nctx0 := context.WithValue(bg, key{}, 0)\n_ = ctx0\n%s}\n%s", name, suffix, body, w.funcs.String()), w.tree, w.drops
}

func (w *writer) list(list []*node, s scope) string {
	var b strings.Builder
	for _, n := range list {
		b.WriteString(w.node(n, s))
	}
	return b.String()
}

// ref is the ctx that a node uses.
func (s scope) ref(up int) ctx { return s.ctxs[max(0, len(s.ctxs)-1-up)] }

func (w *writer) use(c ctx) string {
	w.uses[c.id] = true
	return c.v
}

// v is a ctx's variable, or the blank one where it is not used.
func (w *writer) v(id int) string {
	if w.uses[id] {
		return fmt.Sprint("ctx", id)
	}
	return "_"
}

// droppable says whether what c holds is what is current anyhow.
func (w *writer) droppable(s scope, n *node, c ctx) bool {
	if !w.dropped || s.blur || c.holds != one || len(s.cur) == 0 || n.drop > 0.75 {
		return false
	}
	top := s.cur[len(s.cur)-1]
	return top.span == c.span && top.bag == c.bag && c.bag != unsure
}

// lost is a ctx that holds nothing. It is bg itself only where no open span of the
// function was started from that one and has its ctx in use: that says sibling.
func (w *writer) lost(s scope, n *node) (text string, isBg bool) {
	w.drops++
	switch n.alt % 4 {
	case 0, 1:
		for _, o := range s.opens {
			if o.bg && (w.used[o.id] || w.uses[o.id]) {
				return "lostCtx()", false
			}
		}
		return "bg", true
	case 2:
		return "context.WithValue(bg, key{}, 1)", false
	}
	return "lostCtx()", false
}

// start is how a Start is written: its ctx and options, and what becomes of it.
type start struct {
	arg, opts string
	bg        bool
	parent    string
	bag       string
	sampled   bool
	dropped   bool
}

// start decides where a span of provider prov belongs. Without options where no
// options can be given.
func (w *writer) start(s scope, n *node, prov byte, options bool) (start, bool) {
	c := s.ref(n.up)
	st := start{parent: "none", bag: c.bag, sampled: true}
	newRoot := options && n.alt>>4%10 == 0
	if c.holds == gap {
		for _, f := range s.cur {
			if f.prov == prov || prov == 0 {
				newRoot = true // what is current would be the parent
			}
			if c.bag == "" && f.bag != "" {
				st.bag = unsure
			}
		}
		if s.blur {
			newRoot, st.bag = true, unsure
		}
		if newRoot && !options {
			return st, false
		}
	}
	links := ""
	if options && n.alt>>8%8 == 0 {
		if l := s.ref(n.alt >> 11 % 3); l.holds == one {
			links = ", trace.WithLinks(trace.LinkFromContext(" + w.use(l) + "))"
		}
	}
	switch {
	case newRoot:
		st.arg, st.opts = w.use(c), ", trace.WithNewRoot()"
	case c.holds == one:
		st.parent, st.sampled = c.span, c.sampled
		if links == "" && w.droppable(s, n, c) && s.cur[len(s.cur)-1].prov == prov {
			st.arg, st.bg = w.lost(s, n)
			st.dropped = true
		} else {
			st.arg = w.use(c)
		}
	default:
		st.arg = w.use(c)
	}
	st.opts += links
	if options && n.alt>>5%3 == 0 {
		st.opts += fmt.Sprintf(", trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attribute.Int(\"at\", %d))", n.id)
	}
	return st, true
}

// spanName is a span's name; a root that ends in -u is dropped.
func (w *writer) spanName(n *node) string {
	u := ""
	if n.alt>>13%4 == 0 {
		u = "-u"
	}
	return fmt.Sprintf("%s.s%d%s", w.name, n.id, u)
}

// export notes that a span is exported, if it is.
func (w *writer) export(s scope, name string, st start) (sampled bool) {
	sampled = st.sampled
	if st.parent == "none" && strings.HasSuffix(name, "-u") {
		sampled = false
	}
	if sampled {
		w.tree[name+" under "+st.parent] += s.times
	}
	return sampled
}

func (w *writer) node(n *node, s scope) string {
	switch n.kind {
	case span:
		return w.span(n, s)
	case given:
		return w.given(n, s)
	case early:
		return w.early(n, s)
	case siblings:
		return w.siblings(n, s)
	case spawn:
		return w.spawn(n, s)
	case control:
		return w.control(n, s)
	case call:
		return w.call(n, s)
	case answer, bag, derive:
		return w.derived(n, s)
	case late:
		return w.late(n, s)
	case job:
		return w.job(n, s)
	case seqSpan:
		return w.seqSpan(n, s)
	case linkRoot:
		return w.linkRoot(n, s)
	case litRoot:
		return w.litRoot(n, s)
	case op:
		return w.op(n, s)
	}
	return w.leaf(n, s)
}

// inner is the scope under a span that the SDK started.
func (w *writer) inner(n *node, s scope, name string, prov byte, st start, v, touch string) scope {
	sampled := w.export(s, name, st)
	if v == "" {
		v = fmt.Sprint("ctx", n.id)
	}
	return s.opened(open{n.id, st.bg}, touch).
		push(frame{name, prov, st.bag}).
		with(ctx{id: n.id, v: v, holds: one, span: name, prov: prov, bag: st.bag, sampled: sampled, lit: v == fmt.Sprint("ctx", n.id)})
}

func (w *writer) span(n *node, s scope) string {
	form := n.form
	switch form {
	case 23, 24, 25:
		return w.otherSpan(n, s, form)
	}
	prov, tracer := byte('a'), "h.A"
	switch form {
	case 20:
		tracer = "h.Decorator"
	case 21:
		tracer = "h.Decorated"
	case 22:
		prov, tracer = 'b', "h.B"
	}
	name := w.spanName(n)
	sv := fmt.Sprint("s", n.id)
	inFunc := form == 1 || form == 2 || form == 7 || form == 19 || form == 26
	outer := s
	if inFunc {
		s = s.function()
	}
	st, ok := w.start(s, n, prov, form != 15)
	if !ok {
		return w.list(n.body, outer)
	}
	args := fmt.Sprintf("%s, %q%s", st.arg, name, st.opts)
	touch, v := sv, ""
	switch form {
	case 6, 7, 8, 9, 15:
		touch = ""
	case 11, 12, 13:
		touch, v = fmt.Sprint("o", n.id, ".span"), fmt.Sprint("o", n.id, ".ctx")
	}
	in := w.inner(n, s, name, prov, st, v, touch)
	in.ctxs[len(in.ctxs)-1].wrapped = form == 20 || form == 21
	if form == 15 {
		in = w.inner2(in)
	}
	var before, after string
	if form == 19 {
		// Deferred before the End, and so run after it; and the other way round.
		before = "defer func() {\n" + w.leafNamed(n, s.function(), name+"-before", false) + "}()\n"
		after = "defer func() {\n" + w.leafNamed(n, in.function(), name+"-after", false) + "}()\n"
	}
	body := w.list(n.body, in)
	cv := w.v(n.id)
	switch form {
	case 10, 11, 12, 13, 16:
		w.uses[n.id] = true // the ctx goes into a variable in any case
	}
	switch form {
	case 1:
		return fmt.Sprintf("func() {\n%s, %s := %s.Start(%s)\ndefer %s.End()\n%s}()\n", cv, sv, tracer, args, sv, body)
	case 2:
		return fmt.Sprintf("func() {\n%s, %s := %s.Start(%s)\ndefer func() { %s.End() }()\n%s}()\n", cv, sv, tracer, args, sv, body)
	case 3, 4, 5, 14:
		f := map[int]string{3: "begin", 4: "beginNamed", 5: "beginGeneric", 14: "anyStarter.start"}[form]
		return fmt.Sprintf("{\n%s, %s := %s(%s)\n%s%s.End()\n}\n", cv, sv, f, args, body, sv)
	case 6:
		return fmt.Sprintf("{\n%s, end%d := beginFn(%s)\n%send%d()\n}\n", cv, n.id, args, body, n.id)
	case 7:
		return fmt.Sprintf("func() {\n%s, end%d := beginFn(%s)\ndefer end%d()\n%s}()\n", cv, n.id, args, n.id, body)
	case 8:
		return fmt.Sprintf("{\n%s, end%d := beginEnd(%s)\n%send%d()\n}\n", cv, n.id, args, body, n.id)
	case 9:
		return fmt.Sprintf("{\n%s, end%d := beginErr(%s)\n%send%d(nil)\n}\n", cv, n.id, args, body, n.id)
	case 10:
		// The ctx variable has to be one.
		return fmt.Sprintf("{\nvar ctx%d context.Context\nvar %s trace.Span\nbeginInto(%s, &ctx%d, &%s, %q%s)\n%s%s.End()\n}\n", n.id, sv, st.arg, n.id, sv, name, st.opts, body, sv)
	case 11:
		return fmt.Sprintf("{\no%d := newOp(%s)\n%so%d.end()\n}\n", n.id, args, body, n.id)
	case 12:
		return fmt.Sprintf("{\no%d := opOf(%s)\n%so%d.span.End()\n}\n", n.id, args, body, n.id)
	case 13:
		return fmt.Sprintf("{\nvar o%d op\no%d.begin(%s)\n%so%d.end()\n}\n", n.id, n.id, args, body, n.id)
	case 15:
		return fmt.Sprintf("with(%s, func(%s context.Context) {\n%s})\n", args, cv, body)
	case 16:
		return fmt.Sprintf("{\nvar %s trace.Span\nvar ctx%d context.Context\nbegin%d := func() { ctx%d, %s = h.A.Start(%s) }\nend%d := func() { %s.End() }\nbegin%d()\n_ = ctx%d\n%send%d()\n}\n", sv, n.id, n.id, n.id, sv, args, n.id, sv, n.id, n.id, body, n.id)
	case 17:
		if cv == "_" {
			return fmt.Sprintf("{\nvar %s trace.Span\n_, %s = h.A.Start(%s)\n%s%s.End()\n}\n", sv, sv, args, body, sv)
		}
		return fmt.Sprintf("{\nvar (\nctx%d context.Context\n%s trace.Span\n)\nctx%d, %s = h.A.Start(%s)\n%s%s.End()\n}\n", n.id, sv, n.id, sv, args, body, sv)
	case 18:
		return fmt.Sprintf("{\n%s, %s := h.A.Start(%s)\nend%d := %s.End\n%send%d()\n}\n", cv, sv, args, n.id, sv, body, n.id)
	case 19:
		return fmt.Sprintf("func() {\n%s%s, %s := h.A.Start(%s)\ndefer %s.End()\n%s%s}()\n", before, cv, sv, args, sv, after, body)
	case 26:
		return fmt.Sprintf("func() {\ndefer func() { recover() }()\n%s, %s := h.A.Start(%s)\ndefer %s.End()\n%spanic(\"x\")\n}()\n", cv, sv, args, sv, body)
	}
	return fmt.Sprintf("{\n%s, %s := %s.Start(%s)\n%s%s.End()\n}\n", cv, sv, tracer, args, body, sv)
}

// inner2 is the scope of a func that is called under the span of its caller.
func (w *writer) inner2(s scope) scope {
	s.opens = nil
	return s
}

// otherSpan is a span that is not the SDK's: it is never current.
func (w *writer) otherSpan(n *node, s scope, form int) string {
	c := s.ref(n.up)
	if c.holds == gap && (len(s.cur) > 0 || s.blur) || c.wrapped && form == 24 {
		return w.list(n.body, s) // a no-op tracer hands back a decorator as it is
	}
	sv, name := fmt.Sprint("s", n.id), w.spanName(n)
	arg := w.use(c)
	in := s
	tracer := ""
	nc := c
	nc.id, nc.v, nc.lit = n.id, fmt.Sprint("ctx", n.id), false
	switch form {
	case 23:
		tracer = "h.Foreign"
		nc.holds, nc.span, nc.prov, nc.sampled = one, name, 0, true
	case 24:
		tracer = "h.Noop"
		nc.noop = true
		if c.holds != one {
			nc.holds = none
		} else if len(s.cur) == 0 || s.cur[len(s.cur)-1].span != c.span {
			in.blur = true
		}
	case 25:
		tracer = "h.Mock"
	}
	body := w.list(n.body, in.with(nc))
	return fmt.Sprintf("{\n%s, %s := %s.Start(%s, %q)\n%s%s.End()\n}\n", w.v(n.id), sv, tracer, arg, name, body, sv)
}

func (w *writer) given(n *node, s scope) string {
	outer := s
	s = s.function()
	st, ok := w.start(s, n, 'a', true)
	if !ok {
		return w.list(n.body, outer) + w.list(n.more, outer)
	}
	name, sv, ch := w.spanName(n), fmt.Sprint("s", n.id), fmt.Sprint("ch", n.id)
	in := w.inner(n, s, name, 'a', st, "", sv)
	body := w.list(n.body, in)
	// Given away, it is open still, and current no more.
	rest := s.opened(open{n.id, st.bg}, "")
	if n.form >= 8 && n.form <= 10 {
		rest.blur = true // whoever holds it may be said to hold it here
	}
	more := w.list(n.more, rest)
	head := fmt.Sprintf("func() {\n%s := make(chan trace.Span, 1)\n", ch)
	begin := fmt.Sprintf("%s, %s := h.A.Start(%s, %q%s)\n%s", w.v(n.id), sv, st.arg, name, st.opts, body)
	give := fmt.Sprintf("%s <- %s\n", ch, sv)
	end := fmt.Sprintf("finish(%s)\n", ch)
	switch n.form {
	case 1:
		return head + begin + "if h.Yes {\n" + give + more + end + "return\n}\n" + sv + ".End()\n}()\n"
	case 2:
		return head + begin + "switch {\ncase h.No:\n" + sv + ".End()\ncase h.Yes:\n" + give + more + end + "}\n}()\n"
	case 3:
		return head + begin + fmt.Sprintf("done%d := make(chan bool)\ngo func() {\ndefer close(done%d)\n%s.End()\n}()\n<-done%d\n%s_ = %s\n}()\n", n.id, n.id, sv, n.id, more, ch)
	case 4:
		return head + begin + fmt.Sprintf("for i%d := range 2 {\nif i%d == 0 {\n%scontinue\n}\n%s}\n%s}()\n", n.id, n.id, give, more, end)
	case 5:
		return head + begin + fmt.Sprintf("defer func() {\nif r := recover(); r != nil {\n%s.End()\n}\n}()\n%s%s%s}()\n", sv, give, more, end)
	case 6:
		return head + begin + fmt.Sprintf("select {\ncase %s <- %s:\n%s%scase <-h.Never:\n%s.End()\n}\n}()\n", ch, sv, more, end, sv)
	case 7:
		return head + fmt.Sprintf("defer finish(%s)\n", ch) + begin + give + more + "}()\n"
	case 8:
		return "func() {\n" + begin + fmt.Sprintf("var k%d keeper\nk%d.keep(%s)\n%sk%d.finish()\n}()\n", n.id, n.id, sv, more, n.id)
	case 9:
		return "func() {\n" + begin + fmt.Sprintf("m%d := map[int]trace.Span{}\nm%d[1] = %s\n%sm%d[1].End()\n}()\n", n.id, n.id, sv, more, n.id)
	case 10:
		return "func() {\n" + begin + fmt.Sprintf("l%d := append([]trace.Span(nil), %s)\n%sfor _, s := range l%d {\ns.End()\n}\n}()\n", n.id, sv, more, n.id)
	case 11:
		return "func() {\n" + begin + fmt.Sprintf("release%d, done%d := make(chan bool), make(chan bool)\ngo endLater(%s, release%d, done%d)\n%sclose(release%d)\n<-done%d\n}()\n", n.id, n.id, sv, n.id, n.id, more, n.id, n.id)
	}
	return head + begin + give + more + end + "}()\n"
}

func (w *writer) early(n *node, s scope) string {
	outer := s
	if n.form == 1 {
		s = s.function()
	}
	st, ok := w.start(s, n, 'a', true)
	if !ok {
		return w.list(n.body, outer) + w.list(n.more, outer)
	}
	name, sv := w.spanName(n), fmt.Sprint("s", n.id)
	in := w.inner(n, s, name, 'a', st, "", sv)
	body := w.list(n.body, in)
	ended := in.ctxs[len(in.ctxs)-1]
	ended.noop, ended.ended, ended.lit = true, true, false
	more := w.list(n.more, s.with(ended))
	text := fmt.Sprintf("%s, %s := h.A.Start(%s, %q%s)\n%s%s.End()\n%s", w.v(n.id), sv, st.arg, name, st.opts, body, sv, more)
	if n.form == 1 {
		return "func() {\n" + strings.Replace(text, "\n", "\ndefer "+sv+".End()\n", 1) + "}()\n"
	}
	return "{\n" + text + "}\n"
}

func (w *writer) siblings(n *node, s scope) string {
	st, ok := w.start(s, n, 'a', false)
	if !ok {
		return w.list(n.body, s)
	}
	name, sv := w.spanName(n), fmt.Sprint("s", n.id)
	st.bg = false
	in := w.inner(n, s.function(), name, 'a', st, "", sv)
	body := w.list(n.body, in)
	w.uses[n.id] = true
	second := name + "-second"
	w.export(s, second, st)
	c := fmt.Sprint("c", n.id)
	log := w.logOf(n, fmt.Sprint("ctx", n.id))
	two := fmt.Sprintf("_, t%d := h.A.Start(%s, %q)\nt%d.End()\n", n.id, c, second, n.id)
	start := fmt.Sprintf("ctx%d, %s := h.A.Start(%s, %q)\n", n.id, sv, c, name)
	text := start + log + two + body + sv + ".End()\n"
	if n.form == 1 {
		text = start + "defer " + sv + ".End()\n" + log + body + two
	}
	return fmt.Sprintf("func(%s context.Context) {\n%s}(%s)\n", c, text, st.arg)
}

func (w *writer) logOf(n *node, c string) string {
	return fmt.Sprintf("h.Log(%s, \"%s.%d\")\n", c, w.name, n.id)
}

func (w *writer) spawn(n *node, s scope) string {
	in := s.goroutine()
	form := n.form
	done := fmt.Sprint("done", n.id)
	switch form {
	case 9, 10, 11:
		in = s.function()
		in.touch = nil
		if form == 9 {
			in.once = max(1, len(s.cur))
			if len(s.cur) == 0 {
				in.once = 0
			}
		}
	case 12:
		in.times *= 2
	case 8:
		c := s.ref(n.up)
		nc := c
		nc.id, nc.v, nc.lit = n.id, fmt.Sprint("ctx", n.id), false
		body := w.list(n.body, in.with(nc))
		if !w.uses[n.id] {
			return fmt.Sprintf("%s := make(chan bool)\ngo func() {\ndefer close(%s)\n%s}()\n<-%s\n", done, done, body, done)
		}
		return fmt.Sprintf("%s := make(chan bool)\ngo func(ctx%d context.Context) {\ndefer close(%s)\n%s}(%s)\n<-%s\n", done, n.id, done, body, w.use(c), done)
	}
	body := w.list(n.body, in)
	if !w.dropped && form != 9 && len(s.touch) > 0 && n.alt%4 == 0 {
		body += "_ = " + s.touch[len(s.touch)-1] + ".IsRecording()\n" // a mention that has no effect
	}
	group := fmt.Sprint("g", n.id)
	switch form {
	case 1:
		return fmt.Sprintf("var %s sync.WaitGroup\n%s.Go(func() {\n%s})\n%s.Wait()\n", group, group, body, group)
	case 2:
		return fmt.Sprintf("var %s sync.WaitGroup\n%s.Add(1)\ngo func() {\ndefer %s.Done()\n%s}()\n%s.Wait()\n", group, group, group, body, group)
	case 3:
		return fmt.Sprintf("%s := make(chan bool)\ngo spawn(%s, func() {\n%s})\n<-%s\n", done, done, body, done)
	case 4:
		return fmt.Sprintf("%s := make(chan bool)\ntime.AfterFunc(0, func() {\ndefer close(%s)\n%s})\n<-%s\n", done, done, body, done)
	case 5:
		return fmt.Sprintf("var %s group\n%s.Go(func() {\n%s})\n%s.wg.Wait()\n", group, group, body, group)
	case 6:
		return fmt.Sprintf("%s := make(chan bool)\ngo runner{func() {\ndefer close(%s)\n%s}}.run()\n<-%s\n", done, done, body, done)
	case 7:
		return fmt.Sprintf("%s := make(chan bool)\nuntil%d, cancel%d := context.WithCancel(bg)\ncontext.AfterFunc(until%d, func() {\ndefer close(%s)\n%s})\ncancel%d()\n<-%s\n", done, n.id, n.id, n.id, done, body, n.id, done)
	case 9:
		return fmt.Sprintf("new(sync.Once).Do(func() {\n%s})\n", body)
	case 10:
		return fmt.Sprintf("f%d := func() {\n%s}\nf%d()\n", n.id, body, n.id)
	case 11:
		return fmt.Sprintf("for _, f := range []func(){func() {\n%s}} {\nf()\n}\n", body)
	case 12:
		return fmt.Sprintf("var %s sync.WaitGroup\nfor range 2 {\n%s.Add(1)\ngo func() {\ndefer %s.Done()\n%s}()\n}\n%s.Wait()\n", group, group, group, body, group)
	}
	return fmt.Sprintf("%s := make(chan bool)\ngo func() {\ndefer close(%s)\n%s}()\n<-%s\n", done, done, body, done)
}

func (w *writer) control(n *node, s scope) string {
	form := n.form
	in := s
	switch form {
	case 4, 5, 7, 8, 11:
		in.times *= 2
	case 9, 10, 12:
		in = in.function()
	}
	body := w.list(n.body, in)
	const dead = "lostLeaf(\"never\")\n"
	switch form {
	case 1:
		return "switch {\ncase h.No:\n" + dead + "case h.Yes:\n" + body + "default:\n" + dead + "}\n"
	case 2:
		return "switch any(1).(type) {\ncase string:\n" + dead + "case int:\n" + body + "}\n"
	case 3:
		return "select {\ncase <-h.Closed:\n" + body + "case <-h.Never:\n" + dead + "}\n"
	case 4:
		return "for range 2 {\n" + body + "}\n"
	case 5:
		return fmt.Sprintf("for i%d := 0; i%d < 2; i%d++ {\n%s}\n", n.id, n.id, n.id, body)
	case 6:
		return fmt.Sprintf("out%d:\nfor {\nfor {\n%sbreak out%d\n}\n}\n", n.id, body, n.id)
	case 7:
		return fmt.Sprintf("out%d:\nfor range 2 {\nfor {\n%scontinue out%d\n}\n}\n", n.id, body, n.id)
	case 8:
		return fmt.Sprintf("{\ni%d := 0\nagain%d:\n{\n%s}\nif i%d++; i%d < 2 {\ngoto again%d\n}\n}\n", n.id, n.id, body, n.id, n.id, n.id)
	case 9:
		return "func() {\n" + body + "if h.Yes {\nreturn\n}\n" + dead + "}()\n"
	case 10:
		return "func() {\ndefer func() { recover() }()\n" + body + "panic(\"x\")\n}()\n"
	case 11:
		return "for range two {\n" + body + "}\n"
	case 12:
		return "func() {\ndefer func() {\n" + body + "}()\n}()\n"
	case 13:
		return fmt.Sprintf("if x%d := h.Yes; x%d && !h.No {\n%s}\n", n.id, n.id, body)
	case 14:
		return "switch {\ncase h.Yes:\n" + body + "fallthrough\ncase h.No:\n_ = 0\n}\n"
	case 15:
		return "{\n" + body + "}\n"
	}
	return "if h.Yes {\n" + body + "} else {\n" + dead + "}\n"
}

// call puts the body into a function of its own.
func (w *writer) call(n *node, s scope) string {
	c := s.ref(n.up)
	nc := c
	form := n.form
	nc.id, nc.v, nc.lit = n.id, fmt.Sprint("ctx", n.id), false
	if form == 5 {
		nc.v = "t.ctx"
	}
	in := s.function()
	in.ctxs, in.touch = []ctx{nc}, nil
	body := w.list(n.body, in)
	suffix := "p"
	if w.dropped {
		suffix = "d"
	}
	f := fmt.Sprintf("%s%sf%d", w.name, suffix, n.id)
	t := fmt.Sprintf("%s%st%d", w.name, suffix, n.id)
	params, args := "", ""
	if w.uses[n.id] {
		params, args = fmt.Sprintf("ctx%d context.Context", n.id), w.use(c)
	}
	comma := func(x, y string) string {
		if x == "" || y == "" {
			return x + y
		}
		return x + ", " + y
	}
	switch form {
	case 1:
		fmt.Fprintf(&w.funcs, "type %s struct{}\n\nfunc (%s) run(%s) {\n%s}\n\n", t, t, params, body)
		return fmt.Sprintf("%s{}.run(%s)\n", t, args)
	case 2:
		fmt.Fprintf(&w.funcs, "func %s[T any](%s) {\n%s}\n\n", f, comma(params, "_ T"), body)
		return fmt.Sprintf("%s(%s)\n", f, comma(args, "1"))
	case 3:
		fmt.Fprintf(&w.funcs, "func %s(%s) {\n%s}\n\n", f, params, body)
		return fmt.Sprintf("f%d := %s\nf%d(%s)\n", n.id, f, n.id, args)
	case 4:
		fmt.Fprintf(&w.funcs, "type %s struct{}\n\nfunc (*%s) run(%s) {\n%s}\n\n", t, t, params, body)
		return fmt.Sprintf("f%d := new(%s).run\nf%d(%s)\n", n.id, t, n.id, args)
	case 5:
		if args == "" {
			args = "nil"
		}
		fmt.Fprintf(&w.funcs, "type %s struct{ ctx context.Context }\n\nfunc (t *%s) run() {\n%s}\n\n", t, t, body)
		return fmt.Sprintf("(&%s{%s}).run()\n", t, args)
	}
	fmt.Fprintf(&w.funcs, "func %s(%s) {\n%s}\n\n", f, params, body)
	return fmt.Sprintf("%s(%s)\n", f, args)
}

// derived makes a ctx of another one, for the body.
func (w *writer) derived(n *node, s scope) string {
	c := s.ref(n.up)
	nc := c
	nc.id, nc.v, nc.lit = n.id, fmt.Sprint("ctx", n.id), false
	blank := false // whether c is not asked for
	of := func(format string) string { return strings.ReplaceAll(format, "@", c.v) }
	noSpan := func() {
		nc.holds, nc.span, nc.prov, nc.sampled = none, "", 0, true
	}
	remote := func(sampled bool) {
		nc.holds, nc.span, nc.prov, nc.sampled, nc.noop = one, fmt.Sprint("remote ", n.id%200), 0, sampled, false
	}
	text, after := "", ""
	switch n.kind {
	case answer:
		sampled := n.alt%3 != 0
		switch n.form {
		case 0:
			noSpan()
			text = of("trace.ContextWithSpan(@, nil)")
		case 1:
			noSpan()
			text = of("trace.ContextWithSpan(@, noop.Span{})")
		case 2:
			noSpan()
			text = of("trace.ContextWithSpanContext(@, trace.SpanContext{})")
		case 3:
			remote(sampled)
			text = of(fmt.Sprintf("trace.ContextWithRemoteSpanContext(@, h.Remote(%d, %t))", n.id%200, sampled))
		case 4:
			noSpan()
			nc.bag, blank = "", true
			text = "h.Extract(bg, h.Carrier(0, true, \"\"))"
		case 5:
			if c.holds != one {
				noSpan()
			}
			text = of("h.Extract(@, h.Carrier(0, true, \"\"))")
		case 6:
			remote(sampled)
			nc.bag, blank = fmt.Sprint("k=r", n.id), true
			text = fmt.Sprintf("h.Extract(bg, h.Carrier(%d, %t, \"r%d\"))", n.id%200, sampled, n.id)
		case 7:
			if c.holds != one {
				return w.list(n.body, s)
			}
			nc.bag = ""
			text = of("trace.ContextWithSpan(bg, trace.SpanFromContext(@))")
		case 8:
			noSpan()
			text = of("trace.ContextWithSpan(@, trace.SpanFromContext(context.Background()))")
		}
		if !blank && nc.holds == none && nc.bag == "" && w.anyBag(s) {
			nc.bag = unsure
		}
	case bag:
		if n.form == 0 {
			nc.bag = ""
			text = of("baggage.ContextWithoutBaggage(@)")
		} else {
			nc.bag = fmt.Sprint("k=v", n.id)
			text = of(fmt.Sprintf("baggage.ContextWithBaggage(@, h.Baggage(\"v%d\"))", n.id))
		}
		if c.holds == gap && (len(s.cur) > 0 || s.blur) {
			return w.list(n.body, s)
		}
	case derive:
		switch n.form {
		case 0:
			text = of("context.WithValue(@, key{}, 2)")
		case 1:
			text, after = of("context.WithCancel(@)"), fmt.Sprintf("cancel%d()\n", n.id)
		case 2:
			text, after = of("context.WithTimeout(@, time.Hour)"), fmt.Sprintf("cancel%d()\n", n.id)
		case 3:
			text = of("context.WithoutCancel(@)")
		case 4: // hides what baggage there is from whoever asks later: docs/limits.md
			text = of("context.Context(tagged{@, nil})")
			if nc.bag != "" {
				text = of("context.WithValue(@, key{}, 2)")
			}
		}
	}
	body := w.list(n.body, s.with(nc))
	if !w.uses[n.id] {
		return body
	}
	if !blank {
		w.use(c)
	}
	v := nc.v
	if after != "" {
		v += fmt.Sprintf(", cancel%d", n.id)
	}
	return fmt.Sprintf("{\n%s := %s\n%s%s}\n", v, text, body, after)
}

// anyBag says whether something with baggage is current, or may be.
func (w *writer) anyBag(s scope) bool {
	for _, f := range s.cur {
		if f.bag != "" {
			return true
		}
	}
	return s.blur
}

// late has a goroutine go on when the span that it inherited has ended.
func (w *writer) late(n *node, s scope) string {
	outer := s
	s = s.function()
	st, ok := w.start(s, n, 'a', true)
	if !ok {
		return w.list(n.body, outer)
	}
	name, sv := w.spanName(n), fmt.Sprint("s", n.id)
	in := w.inner(n, s, name, 'a', st, "", "").goroutine()
	c := &in.ctxs[len(in.ctxs)-1]
	c.noop, c.ended, c.lit = true, true, false
	body := w.list(n.body, in)
	start := fmt.Sprintf("%s, %s := h.A.Start(%s, %q%s)\n", w.v(n.id), sv, st.arg, name, st.opts)
	release, done := fmt.Sprint("release", n.id), fmt.Sprint("done", n.id)
	chans := fmt.Sprintf("%s, %s := make(chan bool), make(chan bool)\n", release, done)
	end := fmt.Sprintf("%s.End()\nclose(%s)\n<-%s\n", sv, release, done)
	switch n.form {
	case 1:
		return fmt.Sprintf("func() {\n%svar g%d sync.WaitGroup\n%s := make(chan bool)\ng%d.Go(func() {\n<-%s\n%s})\n%s.End()\nclose(%s)\ng%d.Wait()\n}()\n", start, n.id, release, n.id, release, body, sv, release, n.id)
	case 2:
		return fmt.Sprintf("func() {\n%s%sgo spawn(%s, func() {\n<-%s\n%s})\n%s}()\n", start, chans, done, release, body, end)
	}
	return fmt.Sprintf("func() {\n%s%sgo func() {\ndefer close(%s)\n<-%s\n%s}()\n%s}()\n", start, chans, done, release, body, end)
}

// job hands the body to a worker, with its ctx beside it.
func (w *writer) job(n *node, s scope) string {
	jobs, done := fmt.Sprint("jobs", n.id), fmt.Sprint("done", n.id)
	in := s.goroutine()
	switch n.form {
	case 2: // a func that has its ctx by itself
		body := w.list(n.body, in)
		return fmt.Sprintf("%s, %s := make(chan func(), 1), make(chan bool)\ngo func() {\ndefer close(%s)\nfor f := range %s {\nf()\n}\n}()\n%s <- func() {\n%s}\nclose(%s)\n<-%s\n",
			jobs, done, done, jobs, jobs, body, jobs, done)
	case 7, 8: // what comes back changes nothing
		body := w.list(n.body, s)
		r := fmt.Sprint("r", n.id)
		start := fmt.Sprintf("%s, %s := make(chan int, %d), make(chan int)\ngo echo(%s, %s)\n%s <- %d\n", jobs, done, n.form-7, jobs, done, jobs, n.id)
		return "{\n" + start + fmt.Sprintf("%s := <-%s\n%s%s++\nclose(%s)\n}\n", r, done, body, r, jobs)
	}
	c := s.ref(n.up)
	nc := c
	nc.id, nc.v, nc.lit = n.id, fmt.Sprint("ctx", n.id), false
	body := w.list(n.body, in.with(nc))
	send := fmt.Sprintf("job{%s, func(%s context.Context) {\n%s}}", w.use(c), w.v(n.id), body)
	make1 := fmt.Sprintf("%s, %s := make(chan job), make(chan bool)\n", jobs, done)
	tail := fmt.Sprintf("%s <- %s\nclose(%s)\n<-%s\n", jobs, send, jobs, done)
	switch n.form {
	case 1: // a pool
		return fmt.Sprintf("%s, %s := make(chan job, 3), make(chan bool)\npool(2, %s, %s)\n%s", jobs, done, jobs, done, tail)
	case 3: // a pipeline
		return fmt.Sprintf("%spipeline(%s, %s)\n%s", make1, jobs, done, tail)
	case 4: // a select, on both sides
		return fmt.Sprintf("%sgo func() {\ndefer close(%s)\nfor {\nselect {\ncase j, ok := <-%s:\nif !ok {\nreturn\n}\nj.f(j.ctx)\ncase <-h.Never:\nreturn\n}\n}\n}()\nselect {\ncase %s <- %s:\ncase <-h.Never:\n}\nclose(%s)\n<-%s\n",
			make1, done, jobs, jobs, send, jobs, done)
	case 5: // a queue's method
		return fmt.Sprintf("%sgo func() {\ndefer close(%s)\nq := queue{%s}\nfor {\nj, ok := q.next()\nif !ok {\nreturn\n}\nj.f(j.ctx)\n}\n}()\n%s", make1, done, jobs, tail)
	case 6: // a goroutine for each
		return fmt.Sprintf("%sgo func() {\nvar each sync.WaitGroup\nfor j := range %s {\neach.Add(1)\ngo func() {\ndefer each.Done()\nj.f(j.ctx)\n}()\n}\neach.Wait()\nclose(%s)\n}()\n%s", make1, jobs, done, tail)
	}
	return fmt.Sprintf("%sgo func() {\ndefer close(%s)\nfor j := range %s {\nj.f(j.ctx)\n}\n}()\n%s", make1, done, jobs, tail)
}

// seqSpan ranges over an iterator that has a span open meanwhile, which is not that
// of the loop's body.
func (w *writer) seqSpan(n *node, s scope) string {
	st, ok := w.start(s, n, 'a', false)
	if !ok {
		return w.list(n.body, s)
	}
	name := w.spanName(n)
	sampled := w.export(s, name, st)
	in := s.with(ctx{id: n.id, v: fmt.Sprint("ctx", n.id), holds: one, span: name, prov: 'a', bag: st.bag, sampled: sampled})
	in.times *= 2
	body := w.list(n.body, in)
	if !w.uses[n.id] {
		return fmt.Sprintf("for range seq(%s, %q) {\n%s}\n", st.arg, name, body)
	}
	return fmt.Sprintf("for ctx%d := range seq(%s, %q) {\n%s}\n", n.id, st.arg, name, body)
}

func (w *writer) linkRoot(n *node, s scope) string {
	if !s.blur && len(s.cur) > 0 && s.cur[len(s.cur)-1].prov == 'a' {
		top := s.cur[len(s.cur)-1]
		for _, c := range s.ctxs {
			if c.holds == one && c.span == top.span {
				name := w.spanName(n)
				w.export(s, name, start{parent: "none", sampled: true})
				return fmt.Sprintf("{\n_, s%d := h.A.Start(lostCtx(), %q, trace.WithLinks(trace.LinkFromContext(%s)))\ns%d.End()\n}\n", n.id, name, w.use(c), n.id)
			}
		}
	}
	return w.leaf(n, s)
}

func (w *writer) litRoot(n *node, s scope) string {
	for _, c := range s.ctxs {
		if c.lit {
			name := w.spanName(n)
			w.export(s, name, start{parent: "none", sampled: true})
			return fmt.Sprintf("{\n%s_, s%d := h.A.Start(context.Background(), %q)\ns%d.End()\n}\n", w.logOf(n, w.use(c)), n.id, name, n.id)
		}
	}
	return w.leaf(n, s)
}

func (w *writer) leaf(n *node, s scope) string {
	return w.leafNamed(n, s, w.spanName(n), true)
}

func (w *writer) leafNamed(n *node, s scope, name string, options bool) string {
	form := n.form
	prov, tracer := byte('a'), "h.A"
	if options && form == 5 {
		prov, tracer = 'b', "h.B"
	}
	if options && form == 4 && !s.blur && n.alt%2 == 0 {
		// The other provider's, where nothing of its own is current.
		own := false
		for _, f := range s.cur {
			own = own || f.prov == 'b'
		}
		if !own {
			w.export(s, name, start{parent: "none", sampled: true})
			return fmt.Sprintf("{\n_, s%d := h.B.Start(bg, %q)\ns%d.End()\n}\n", n.id, name, n.id)
		}
	}
	st, ok := w.start(s, n, prov, options && form > 1)
	if !ok {
		return ""
	}
	w.export(s, name, st)
	switch {
	case prov == 'a' && st.dropped && st.opts == "" && form != 2 && n.alt%2 == 0:
		return fmt.Sprintf("lostLeaf(%q)\n", name)
	case form <= 1 || !options:
		return fmt.Sprintf("leaf(%s, %q)\n", st.arg, name)
	case form == 2:
		return fmt.Sprintf("{\n_, s%d := begin(%s, %q%s)\ns%d.SetStatus(codes.Ok, \"\")\ns%d.End()\n}\n", n.id, st.arg, name, st.opts, n.id, n.id)
	}
	return fmt.Sprintf("{\n_, s%d := %s.Start(%s, %q%s)\ns%d.End()\n}\n", n.id, tracer, st.arg, name, st.opts, n.id)
}

func (w *writer) op(n *node, s scope) string {
	c := s.ref(n.up)
	form := n.form
	id := fmt.Sprintf("%s.%d", w.name, n.id)
	switch form {
	case 5:
		return "h.EndsView(bg)\n"
	case 6:
		return "h.Renames(bg)\n"
	case 7, 8:
		if len(s.touch) == 0 {
			return ""
		}
		sv := s.touch[n.alt%len(s.touch)]
		if form == 7 {
			return fmt.Sprintf("%s.AddEvent(%q)\n", sv, id)
		}
		return fmt.Sprintf("%s.SetStatus(codes.Error, %q)\n%s.SetAttributes(attribute.Bool(\"at%d\", true))\n", sv, id, sv, n.id)
	}
	unknown := c.holds == gap && (len(s.cur) > 0 || s.blur)
	if unknown || c.bag == unsure && (form == 0 || form == 2 || form == 10) {
		return ""
	}
	if c.holds == none && c.bag == "" && w.anyBag(s) && (form == 2 || form == 10) {
		return ""
	}
	arg := ""
	adds := form == 3 || form == 4 || form == 9
	if w.droppable(s, n, c) && !c.ended && !(form == 0 && c.bag != "") && !(adds && c.noop) {
		arg, _ = w.lost(s, n)
	} else {
		arg = w.use(c)
	}
	switch form {
	case 0:
		return fmt.Sprintf("h.Inject(%s, %q)\n", arg, id)
	case 1:
		return fmt.Sprintf("h.Log(%s, %q)\n", arg, id)
	case 2:
		return fmt.Sprintf("h.Bag(%s, %q)\n", arg, id)
	case 3:
		return fmt.Sprintf("h.Note(%s, %q)\n", arg, id)
	case 4:
		return fmt.Sprintf("trace.SpanFromContext(%s).AddEvent(%q)\n", arg, id)
	case 9:
		return fmt.Sprintf("if s := trace.SpanFromContext(%s); s.IsRecording() {\ns.SetAttributes(attribute.String(\"view%d\", %q))\n}\n", arg, n.id, id)
	}
	return fmt.Sprintf("h.Rec(\"bag %%s %%q\", %q, baggage.FromContext(%s).String())\n", id, arg)
}
