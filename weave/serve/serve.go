// Package serve tells which functions serve: a goroutine that runs one starts fresh.
package serve

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/drift-go/drift-toolexec/internal/seam"
	"github.com/drift-go/drift-toolexec/weave/extent"
	"github.com/drift-go/drift-toolexec/weave/message"
	"github.com/drift-go/drift-toolexec/weave/pass"
	"github.com/drift-go/drift-toolexec/weave/splice"
)

// A worker belongs to its work, not to its birth. A goroutine whose function serves
// starts fresh: what it does brings a context of its own, a message, an element of a
// channel, a func that a hook binds; or nobody's. It serves if its function, or one of
// its own packages that this calls, holds a loop
//
//   - over a channel, or over an iterator of messages;
//   - that receives what it works on, as often as anything comes: from a channel, a
//     ticker, by Accept, by a reader of messages. One that counts its rounds waits for
//     so many results;
//   - without a condition, and with no way out but the end of a Context, or another
//     channel of signals;
//   - that sleeps between its rounds, and that nothing leaves early: a ticker.
//
// A loop that tries again until it succeeds has a way out: who runs it works for
// whoever started it.

// Servers tells which of a package's functions serve.
type Servers struct {
	*extent.Funcs
	messages *message.Source
	how      map[*extent.Unit]string // by what, empty for who does not
}

// New returns what tells which functions of a package serve.
func New(funcs *extent.Funcs, messages *message.Source) *Servers {
	return &Servers{Funcs: funcs, messages: messages, how: map[*extent.Unit]string{}}
}

// serves returns how a unit serves: what its loop does, and where it is. Empty if it
// does not.
func (w *Servers) serves(u *extent.Unit) string {
	how, asked := w.how[u]
	if !asked {
		w.how[u] = "" // until it is known: it is called by itself
		how = w.servesBy(u)
		w.how[u] = how
	}
	return how
}

func (w *Servers) servesBy(u *extent.Unit) string {
	how := ""
	say := func(n ast.Node, what string) {
		p := w.Fset.PositionFor(n.Pos(), true)
		how = fmt.Sprintf("it serves: %s (%s:%d)", what, p.Filename[strings.LastIndexByte(p.Filename, '/')+1:], p.Line)
	}
	ast.Inspect(u.Body, func(n ast.Node) bool {
		if how != "" {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case ast.Stmt:
			if what := w.loopServes(u, n); what != "" {
				say(n, what)
			}
		}
		return how == ""
	})
	for _, s := range u.Body.List {
		if how != "" {
			break
		}
		how = w.calledServes(s)
	}
	return how
}

// calledServes tells how a function serves that a statement calls.
func (w *Servers) calledServes(s ast.Stmt) string {
	how := ""
	var nodes []ast.Node
	switch s := s.(type) {
	case *ast.IfStmt:
		nodes = extent.NonNil(s.Init, s.Cond)
	case *ast.SwitchStmt:
		nodes = extent.NonNil(s.Init, s.Tag)
	case *ast.ExprStmt, *ast.AssignStmt, *ast.ReturnStmt, *ast.DeclStmt:
		nodes = extent.NonNil(s)
	}
	for _, n := range nodes {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				if how == "" {
					how = w.calleeServes(n)
				}
			}
			return how == ""
		})
	}
	return how
}

// calleeServes tells how the function serves that is called.
func (w *Servers) calleeServes(call *ast.CallExpr) string {
	if u := w.UnitOf(call); u != nil {
		return w.serves(u)
	}
	fn := w.Callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg() == w.Types || !w.Says(fn.Origin(), 's') {
		return ""
	}
	return fmt.Sprintf("it serves: %s.%s does", fn.Pkg().Name(), pass.FuncName(fn))
}

// loopServes tells how a statement serves, if it is a loop, with its label or without.
func (w *Servers) loopServes(u *extent.Unit, s ast.Stmt) string {
	label := ""
	if l, ok := s.(*ast.LabeledStmt); ok {
		s, label = l.Stmt, l.Label.Name
	} else if labelled(u, s) {
		return "" // looked at before
	}
	if extent.IsLoop(s) && !w.GoesRound(u, s) {
		return ""
	}
	switch n := s.(type) {
	case *ast.RangeStmt:
		return w.rangeServes(n, label)
	case *ast.ForStmt:
		switch {
		case n.Init == nil && n.Post == nil && w.gets(u, n.Body):
			return "it receives what it works on"
		case n.Cond == nil && !w.left(n.Body, label, true):
			return "it has no way out but a signal"
		case w.sleeps(n.Body) && !w.left(n.Body, label, false):
			return "it sleeps between its rounds"
		}
	}
	return ""
}

// labelled reports whether a statement of a unit has a label.
func labelled(u *extent.Unit, s ast.Stmt) bool {
	for _, l := range u.Labels {
		if l.(*ast.LabeledStmt).Stmt == s {
			return true
		}
	}
	return false
}

func (w *Servers) rangeServes(n *ast.RangeStmt, label string) string {
	t := w.Info.TypeOf(n.X)
	if t == nil {
		return ""
	}
	switch pass.Core(t).(type) {
	case *types.Chan:
		return "it ranges over a channel"
	case *types.Signature:
		if r := w.messages.ReceivedByLoop(n); r != nil {
			return "it ranges over messages"
		}
	}
	if w.sleeps(n.Body) && !w.left(n.Body, label, false) {
		return "it sleeps between its rounds"
	}
	return ""
}

// gets reports whether a loop's body receives what it works on.
func (w *Servers) gets(u *extent.Unit, body *ast.BlockStmt) bool {
	for _, r := range u.Works {
		if pass.Within(r.Node.Pos(), body) {
			if _, loop := r.Node.(*ast.RangeStmt); !loop && !r.Alias && !extent.Leaves(r.Path) {
				return true
			}
		}
	}
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW && w.isTicker(n.X)
		case *ast.CallExpr:
			fn := w.Callee(n)
			if fn == nil {
				break
			}
			found = found || w.isReader(u, fn, n)
			for i := range w.Messages {
				found = found || w.Messages[i].ReceivedBy(fn)
			}
		}
		return !found
	})
	return found
}

// isTicker reports whether a channel is a ticker's.
func (w *Servers) isTicker(ch ast.Expr) bool {
	ch = ast.Unparen(ch)
	if call, ok := ch.(*ast.CallExpr); ok {
		fn := w.Callee(call)
		return fn != nil && fn.FullName() == "time.Tick"
	}
	if sel, ok := ch.(*ast.SelectorExpr); ok && sel.Sel.Name == "C" {
		t := w.Info.TypeOf(sel.X)
		return t != nil && strings.TrimPrefix(types.TypeString(t, nil), "*") == "time.Ticker"
	}
	// A variable that holds one, or a field: what else is a channel of times again and
	// again?
	t := w.Elem(ch)
	return t != nil && types.TypeString(types.Unalias(t), nil) == "time.Time" && !w.isTimer(ch)
}

func (w *Servers) isTimer(ch ast.Expr) bool {
	sel, ok := ast.Unparen(ch).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "C"
}

// readers are the names of methods by which one waits for whatever comes next from
// elsewhere: connections, messages.
var readers = map[string]bool{
	"Accept": true, "AcceptTCP": true, "AcceptUnix": true, "AcceptStream": true, "AcceptUniStream": true,
	"ReadMessage": true, "ReadMsg": true, "ReadFrame": true, "ReadPacket": true, "ReadJSON": true, "NextReader": true,
	"ReadFrom": true, "ReadFromUDP": true, "ReadFromUDPAddrPort": true, "ReadMsgUDP": true,
	"Recv": true, "RecvMsg": true, "Receive": true, "ReceiveMessage": true, "ReceiveDatagram": true, "FetchMessage": true,
	"NextMessage": true, "NextMsg": true, "Poll": true, "PollFetches": true, "WaitForNotification": true,
}

// isReader reports whether a method waits for what comes next from elsewhere. A stream
// that the function which starts the goroutine has at hand is that one's own, but for
// what accepts: one in a variable of that, or in a parameter.
func (w *Servers) isReader(u *extent.Unit, fn *types.Func, call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if fn.Signature().Recv() == nil || fn.Signature().Results().Len() == 0 || !ok {
		return false
	}
	if strings.HasPrefix(fn.Name(), "Accept") {
		return readers[fn.Name()]
	}
	if v, _ := w.Root(sel.X); v != nil && !extent.IsGlobal(v) && !pass.Within(v.Pos(), u.Body) && !(u.Recv != nil && pass.Within(v.Pos(), u.Recv)) {
		return false
	}
	if readers[fn.Name()] {
		return true
	}
	if fn.Name() != "Read" {
		return false
	}
	// A connection's.
	o, _, _ := types.LookupFieldOrMethod(w.Info.TypeOf(sel.X), true, w.Types, "RemoteAddr")
	_, conn := o.(*types.Func)
	return conn
}

// left reports whether a jump or a return leaves a loop that has a label, or "", other
// than behind the end of a Context or a signal if those are to be passed over.
func (w *Servers) left(body *ast.BlockStmt, label string, signals bool) bool {
	found := false
	within := map[string]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok {
			within[l.Label.Name] = true
		}
		return true
	})
	jumps := func(b *ast.BranchStmt, inner bool) bool {
		switch {
		case b.Tok == token.FALLTHROUGH || b.Label != nil && within[b.Label.Name]:
			return false
		case b.Tok == token.GOTO:
			return true
		case b.Tok == token.CONTINUE:
			return b.Label != nil && b.Label.Name != label
		}
		return b.Label != nil || !inner
	}
	var walk func(n ast.Node, inner bool) // inner: break belongs to a statement within
	walk = func(n ast.Node, inner bool) {
		ast.Inspect(n, func(m ast.Node) bool {
			if found {
				return false
			}
			switch m := m.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				found = true
			case *ast.BranchStmt:
				found = found || jumps(m, inner)
			case *ast.CallExpr:
				if id, ok := m.Fun.(*ast.Ident); ok && id.Name == "panic" {
					found = true
				}
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt:
				if m != n {
					walk(m, true)
					return false
				}
			case *ast.SelectStmt:
				if m != n {
					walk(m, true)
					return false
				}
			case *ast.CommClause:
				if signals && w.isSignal(m.Comm) {
					return false
				}
			case *ast.IfStmt:
				if signals && w.isEnd(m) {
					if m.Else != nil {
						walk(m.Else, inner)
					}
					return false
				}
			}
			return true
		})
	}
	walk(body, false)
	return found
}

// isSignal reports whether a select's case receives a signal: the end of a Context, or
// another that brings nothing.
func (w *Servers) isSignal(comm ast.Stmt) bool {
	var e ast.Expr
	switch s := comm.(type) {
	case *ast.ExprStmt:
		e = s.X
	case *ast.AssignStmt:
		if len(s.Rhs) == 1 {
			e = s.Rhs[0]
		}
	}
	u, ok := ast.Unparen(e).(*ast.UnaryExpr)
	if !ok || u.Op != token.ARROW {
		return false
	}
	t := w.Elem(u.X)
	return t != nil && !pass.IsWork(t) && !strings.HasSuffix(types.TypeString(t, nil), "time.Time")
}

// isEnd reports whether an if asks for the end of a Context.
func (w *Servers) isEnd(s *ast.IfStmt) bool {
	found := false
	look := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if fn := w.Callee(call); fn != nil && fn.FullName() == "(context.Context).Err" {
					found = true
				}
			}
			return !found
		})
	}
	for _, n := range extent.NonNil(s.Init, s.Cond) {
		look(n)
	}
	return found
}

// sleeps reports whether a loop's body sleeps, each time.
func (w *Servers) sleeps(body *ast.BlockStmt) bool {
	for _, s := range body.List {
		e, ok := s.(*ast.ExprStmt)
		if !ok {
			continue
		}
		switch x := ast.Unparen(e.X).(type) {
		case *ast.CallExpr:
			if fn := w.Callee(x); fn != nil && fn.FullName() == "time.Sleep" {
				return true
			}
		case *ast.UnaryExpr:
			if t := w.Elem(x.X); x.Op == token.ARROW && t != nil && types.TypeString(t, nil) == "time.Time" {
				return true
			}
		}
	}
	return false
}

// ServesAs returns how a func value serves: a literal, a function, a method, or a
// variable that holds one literal.
func (w *Servers) ServesAs(e ast.Expr) string {
	if u := w.UnitOfValue(e); u != nil {
		return w.serves(u)
	}
	return w.calleeServes(&ast.CallExpr{Fun: e})
}

// Shed has a func literal that works for whoever hands it over, before it serves, let
// go of the context that it inherits where it begins to serve. False means that it does
// nothing of note before. The literal runs nowhere but where it is handed to.
func (w *Servers) Shed(f *pass.File, in string, e ast.Expr) bool {
	lit, ok := ast.Unparen(e).(*ast.FuncLit)
	if !ok {
		return false
	}
	for i, s := range lit.Body.List {
		if w.calledServes(s) == "" && w.loopServes(w.ByLit[lit], s) == "" {
			continue
		}
		for _, before := range lit.Body.List[:i] {
			if _, defers := before.(*ast.DeferStmt); !defers && extent.CallsAmongStmts(before) {
				f.Before(s, splice.Part{Text: w.Reach(&seam.Shed) + "();"})
				w.Report(pass.SiteFresh, f, s, in, "")
				return true
			}
		}
		return false
	}
	return false
}

// Fact is what the package's facts say of a unit that serves, though nothing is started
// here.
func (w *Servers) Fact(u *extent.Unit) string {
	if w.Workers && w.serves(u) != "" {
		return "s"
	}
	return ""
}
