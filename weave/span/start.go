package span

import (
	"fmt"
	"go/ast"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// What happens where a span is started. The span is current on its goroutine
// from the call that returned it until the first of: its End, wherever; the
// return of the function that called; the end of the iteration of the loop in
// whose body its variable was declared; the next span started into its
// variable; the last mention of it on the path taken (path.go), unless what the
// function defers ends it on every path. Behind its last mention a span that is
// open still was given away: to a goroutine, a channel, a slice, a callee that
// keeps it.
//
//	ctx, span := tracer.Start(ctx, "x")
//
// becomes
//
//	ctx, span := push(tracer.Start(ctx, "x"))
//
// in a function that begins with `t := enter(); defer leave(t)`. push is a
// generic function, so the results' types need no name, and Start is still
// called by the user's function itself: no frame is added to any stack.
//
// A function in scope that returns the span or anything that holds it, or stores it
// where its caller sees it (hands.go), hands the span to its caller: leave leaves it
// floating, and the caller, in whose text the call counts as a start, takes it over
// right after the call. A caller that is not woven does not, and the span is no
// longer current: lost, not wrong.

// starting weaves the spans that one unit starts.
type starting struct {
	*extent.Writer
	w        *Source
	sites    []*extent.Call
	courses  map[*extent.Call]*extent.Course
	siblings map[*extent.Call]string // tokens of starts that have siblings
	refused  map[*extent.Call]bool
}

// Weave weaves the spans that a unit starts, or is handed.
func (w *Source) Weave(e *extent.Writer) {
	x := &starting{Writer: e, w: w, sites: w.sitesOf(e.Unit), courses: map[*extent.Call]*extent.Course{}, siblings: map[*extent.Call]string{}, refused: map[*extent.Call]bool{}}
	for _, c := range x.sites {
		kind := pass.SiteHandBack
		if c.Span >= 0 || c.Used != nil {
			kind = pass.SiteSpan
		}
		reason := x.start(c)
		// Of a call that may hand a span back and may not, there is nothing to say.
		if reason == "" || c.Sure || c.Span >= 0 || c.Hand.Any() {
			w.Report(kind, x.Unit.File, c.Expr, x.Unit.Name, reason)
		}
		x.Woven = x.Woven || reason == ""
		x.refused[c] = reason != ""
	}
	x.parents()
}

// sitesOf returns a unit's calls that count as starts. Of several in one
// statement a call that may hand a span back is none if there is one that
// certainly starts one: the context that a Start is given, say.
func (w *Source) sitesOf(u *extent.Unit) []*extent.Call {
	var all, sites []*extent.Call
	for _, c := range u.Calls {
		if c.Site {
			all = append(all, c)
		}
	}
	for _, c := range all {
		among := false
		for _, o := range all {
			among = among || o != c && o.Sure && !c.Sure && (pass.Inside(c.Expr, o.Expr) || pass.Inside(o.Expr, c.Expr))
			// What the unit started itself is current already.
			among = among || c.Used != nil && o.Used == nil && w.Aliases(u, o).Holds(w.Info.Uses[c.Used])
		}
		if !among {
			sites = append(sites, c)
		}
	}
	return sites
}

// start weaves one call and returns why not, or "".
func (x *starting) start(c *extent.Call) string {
	p, reason := x.Place(c.Expr, c.Path)
	if reason != "" {
		return reason
	}
	if len(p.Lists) == 0 {
		return "not in a statement list"
	}
	h := x.Aliases(x.Unit, c)
	stmt, header := x.Host(c.Path, p)
	crowded := x.crowded(c, stmt)
	bodied := extent.HasBody(stmt)
	if !h.Held() && bodied {
		return "given away in the header of a statement with a body"
	}
	if !h.Held() && crowded {
		return "given away in a statement that starts several spans"
	}
	home := x.Home(h, p)
	level := 0
	for i, l := range p.Loops {
		if l == home {
			level = i + 1
		}
	}
	var drops []*extent.Point
	var course *extent.Course
	if h.Held() {
		course = x.course(c)
		drops = x.Needed(course, c.Passed, home)
	}
	_, returns := stmt.(*ast.ReturnStmt)
	_, defers := stmt.(*ast.DeferStmt)
	// What was deferred before the start runs behind a return that gives it away.
	late := h.Held() && course.Late && !c.Passed && len(x.Unit.Defers) > 0 && len(p.Loops) == 0 && x.Exact(c, stmt)
	at := stmt
	switch {
	case len(drops) == 0 && h.Held() && !late, returns, defers:
	case bodied:
		return "in the header of a statement with a body: how long the span is current can't be known"
	case !h.Held():
		t := x.Token("^uint64(0)")
		x.Text(at).Before = append(x.Text(at).Before, fmt.Sprintf("%s = %s();", t, x.Reach(&seam.Seq)))
		x.Text(at).Behind = append(x.Text(at).Behind, fmt.Sprintf("%s(%s, 0)", x.Reach(&seam.Next), t))
	case x.Exact(c, stmt):
		t := x.Token("uint64(0)")
		x.Text(at).Before = append(x.Text(at).Before, fmt.Sprintf("%s = %s();", t, x.Reach(&seam.Seq)))
		x.Text(at).Behind = append(x.Text(at).Behind, fmt.Sprintf("%s = %s(%s)", t, x.Reach(&seam.Last), t))
		over := fmt.Sprintf("%s(%s);", x.Reach(&seam.Drop), t)
		x.Drop(drops, over)
		if late {
			x.Text(at).Behind = append(x.Text(at).Behind, "defer "+strings.TrimSuffix(over, ";"))
		}
		if course.Mixed {
			x.Keep(course, t)
		}
	case crowded:
		return "started in a statement that starts several spans"
	default:
		// It is not the last thing that its statement does: what the statement
		// left on the chain is its span.
		from, to := x.Token("uint64(0)"), x.Token("uint64(0)")
		seq := x.Reach(&seam.Seq)
		x.Text(at).Before = append(x.Text(at).Before, fmt.Sprintf("%s = %s();", from, seq))
		x.Text(at).Behind = append(x.Text(at).Behind, fmt.Sprintf("%s = %s()", to, seq))
		x.Drop(drops, fmt.Sprintf("%s(%s, %s);", x.Reach(&seam.Between), from, to))
	}
	if home != nil {
		x.Loop(home)
	}
	if header != nil {
		defer func() {
			if x.Around[stmt] != nil {
				x.Moved[header] = stmt
			}
		}()
	}

	flags := level << seam.PushLevel
	if c.Sure {
		flags |= seam.PushSure
	}
	if c.Used != nil {
		f := x.Unit.File
		f.Before(c.Used, splice.Part{Text: x.w.pushFunc(1, 0, -1, flags|seam.PushUsed) + "("})
		f.After(c.Used, ")")
		return ""
	}
	if c.Passed {
		flags |= seam.PushTransfer
		if c.ByFunc {
			flags |= seam.PushByFunc
		}
	}
	if x.w.keepsContext(c) {
		flags |= seam.PushKept
	}
	if !c.Sure {
		x.Text(at).Before = append(x.Text(at).Before, x.Reach(&seam.Pre)+"();")
	}
	switch {
	case c.Void:
		t := fmt.Sprintf("%s(%d)", x.Reach(&seam.Take), flags)
		x.Text(at).Behind = append([]string{t}, x.Text(at).Behind...)
		return ""
	case c.Span < 0 || c.Hand.Any() && !c.Hand.Result:
		ctx := c.Ctx
		if c.Hand.Any() && !c.Hand.ByCtx {
			ctx = -1
		}
		x.Unit.File.Before(c.Expr, splice.Part{Text: x.w.takeFunc(len(c.Results), ctx, flags) + "("})
	default:
		x.Unit.File.Before(c.Expr, splice.Part{Text: x.w.pushFunc(len(c.Results), c.Span, c.Ctx, flags) + "("})
	}
	x.Unit.File.After(c.Expr, ")")
	return ""
}

// course returns a call's course, once the unit's calls are decided.
func (x *starting) course(c *extent.Call) *extent.Course {
	if x.courses[c] == nil {
		x.courses[c] = x.w.course(x.Unit, c, c.Outward)
	}
	return x.courses[c]
}

// crowded reports whether a statement holds other starts than the call.
func (x *starting) crowded(c *extent.Call, s ast.Stmt) bool {
	for _, o := range x.sites {
		if o != c && pass.Within(o.Expr.Pos(), s) {
			return true
		}
	}
	return false
}

// pushFunc returns the name of the generic function that passes n results on
// and makes the span among them current.
func (w *Source) pushFunc(n, span, ctx, flags int) string {
	name := fmt.Sprintf("%spush%d_%d_%d_%d", pass.Prefix, n, span, ctx+1, flags)
	c := "nil"
	if ctx >= 0 {
		c = fmt.Sprintf("any(r%d)", ctx)
	}
	// The span that the SDK started last on this goroutine, nearly always.
	claim, push := w.Reach(&seam.Claim), w.Reach(&seam.Push)
	w.Declare(pass.PassFunc(name, n, fmt.Sprintf("s := any(r%[1]d); if d := (*[2]%[2]s.Pointer)(%[2]s.Pointer(&s))[1]; d != nil && !%[3]s(d, %[4]d) { %[5]s(%[6]s, s, %[4]d) }",
		span, pass.Prefix+"unsafe", claim, flags, push, c)))
	return name
}

// takeFunc is pushFunc for results without a span.
func (w *Source) takeFunc(n, ctx, flags int) string {
	name := fmt.Sprintf("%stake%d_%d_%d", pass.Prefix, n, ctx+1, flags)
	do := fmt.Sprintf("%s(%d)", w.Reach(&seam.Take), flags)
	if ctx >= 0 {
		do = fmt.Sprintf("%s(any(r%d), %d)", w.Reach(&seam.TakeCtx), ctx, flags)
	}
	w.Declare(pass.PassFunc(name, n, do))
	return name
}
