package extent

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/drift-go/drift-toolexec/weave/pass"
)

// How long a span is current on the paths of its function. It is over where no
// way ahead mentions it any more, unless something that was deferred on the way
// ends it. Once it was given away, a way back to the same place in a loop that
// gives it away counts for nothing.

// Course is what becomes of one span.
type Course struct {
	h             *Aliases
	start         ast.Node          // what starts it
	again         map[*Point]bool   // where it is started anew, or its variable takes another
	at            map[*Point]Effect // what each point does
	pass          bool              // the exit mentions it: what holds it is the caller's
	drops         []*Point          // where it is over, if it is not already
	worked, given bool              // it is mentioned at all, or given away

	Late   bool                 // it is over with a return that mentions it
	Out    bool                 // it may be current still, and not given away, when the function returns
	ahead  map[*Point]foresight // what is ahead of each point, itself included
	States map[*Point]int       // what it may be at each point
	in     ast.Node             // the loop's body in which it lasts, or nil
	Mixed  bool                 // where it is over on some paths, on others it is kept
}

// foresight is what may lie ahead on some path.
type foresight struct {
	any     bool // a mention
	ends    bool // one that may end it
	forward bool // a mention, on a path that turns back to nothing that gives it away
	exit    bool // the exit, where the span is handed on
}

// Of a span, at a point.
const (
	Open     = 1 << iota // current
	Given                // current, and given away
	Kept                 // current until the function returns
	KeptVar              // as long as its variable holds it
	orphaned             // current, and its variable holds another
)

// Follow computes a span's course. early says that what is registered before the
// start, under the variable's name, ends it. in is the body in which the thing
// lasts, or nil: leaving that counts as a mention.
func (w *Funcs) Follow(f *Flow, h *Aliases, start ast.Node, restarts func(ast.Node) (again, blind bool), outlives, early bool, in ast.Node) *Course {
	c := &Course{h: h, start: start, pass: outlives, in: in, again: map[*Point]bool{}, at: map[*Point]Effect{}, ahead: map[*Point]foresight{}}
	var from *Point
	for _, p := range f.Points {
		for _, n := range p.Nodes {
			again, blind := restarts(n)
			if !blind && h.concerns(n) {
				c.at[p] |= h.Effects(n)
			}
			if pass.Within(start.Pos(), n) && start.End() <= n.End() {
				if from == nil || pass.Within(n.Pos(), from.Nodes[0]) {
					from = p
				}
			} else if again {
				c.again[p] = true
			}
		}
	}
	for p, e := range c.at {
		if p != from || in != nil {
			c.worked = c.worked || e&(someMention&^gives) != 0
			c.given = c.given || e&gives != 0
		}
	}
	if from == nil {
		return c
	}
	c.at[from] &^= kills // of what the variable held before
	c.foresee(f, from)
	c.walk(f, from, early)
	return c
}

// concerns reports, from the names in a node alone, whether it may have to do with
// the span.
func (h *Aliases) concerns(n ast.Node) bool {
	if _, returns := n.(*ast.ReturnStmt); returns || len(h.keys) > 0 || h.global() {
		return true
	}
	for _, o := range h.w.names(n) {
		if h.Holds(o) || h.ctxs[o] || h.lists[o] || o == h.By {
			return true
		}
	}
	return h.Call != nil && pass.Within(h.Call.Expr.Pos(), n)
}

// global reports whether a package's variable is among those that hold the span.
func (h *Aliases) global() bool {
	for _, set := range []map[types.Object]bool{h.Ends, h.Rest, h.More} {
		for o := range set {
			if v, ok := o.(*types.Var); ok && IsGlobal(v) {
				return true
			}
		}
	}
	return false
}

// names returns the variables that a node names.
func (w *Funcs) names(n ast.Node) []types.Object {
	if out, ok := w.named[n]; ok {
		return out
	}
	out := []types.Object{}
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			o := w.Info.Uses[id]
			if o == nil {
				o = w.Info.Defs[id]
			}
			if v, ok := o.(*types.Var); ok {
				out = append(out, v.Origin())
			}
		}
		return true
	})
	if w.named == nil {
		w.named = map[ast.Node][]types.Object{}
	}
	w.named[n] = out
	return out
}

// foresee computes what lies ahead of each point.
func (c *Course) foresee(f *Flow, from *Point) {
	for changed := true; changed; {
		changed = false
		for _, p := range f.Points { // what comes later was laid out first
			var a foresight
			if p.exit {
				a.exit = c.pass
			}
			if c.in != nil && (p == from || !pass.Within(p.pos, c.in)) {
				a.exit = true
			}
			if e := c.at[p]; p != from && e&someMention != 0 {
				a.any, a.forward, a.ends = true, true, e&(ends|keeps|KeepsVar) != 0
			}
			if p != from && !c.again[p] && c.at[p]&kills == 0 {
				for _, s := range p.succs {
					b := c.ahead[s]
					a.any = a.any || b.any
					a.ends = a.ends || b.ends
					a.exit = a.exit || b.exit
					if s.pos > p.pos {
						a.forward = a.forward || b.forward
					} else if !a.forward {
						a.forward = c.leaves(s, p.pos, from)
					}
				}
			}
			if a != c.ahead[p] {
				c.ahead[p], changed = a, true
			}
		}
	}
}

// leaves reports whether a way from where a loop turns back leads to a mention behind
// it, past nothing that gives the span away: out of the loop, then.
func (c *Course) leaves(head *Point, behind token.Pos, from *Point) bool {
	seen := map[*Point]bool{}
	var way func(p *Point) bool
	way = func(p *Point) bool {
		e := c.at[p]
		switch {
		case seen[p] || p == from:
			return false
		case e&someMention != 0 && p.pos > behind:
			return true
		case c.again[p] || e&(gives|kills) != 0:
			return false
		}
		seen[p] = true
		return slices.ContainsFunc(p.succs, way)
	}
	return way(head)
}

// over reports whether a span in a state is over at a point.
func (c *Course) over(state int, p *Point) bool {
	a := c.ahead[p]
	switch {
	case state&orphaned != 0:
		return true
	case state&Open != 0 && !a.any && !a.exit:
		return true
	case state&Given != 0 && !a.ends && !a.forward:
		return true
	case state&KeptVar != 0 && c.again[p]:
		return true
	}
	return false
}

// walk follows the span from its start.
func (c *Course) walk(f *Flow, from *Point, early bool) {
	in := map[*Point]int{}
	c.States = in
	dropped := map[*Point]bool{}
	work := []*Point{}
	reach := func(ps []*Point, state int) {
		for _, p := range ps {
			if in[p]|state != in[p] {
				in[p] |= state
				work = append(work, p)
			}
		}
	}
	first := Open
	if early {
		first = KeptVar
	}
	reach(from.succs, c.after(from, first))
	for len(work) > 0 {
		p := work[len(work)-1]
		work = work[:len(work)-1]
		state := in[p]
		if p.exit {
			c.Out = c.Out || state&Open != 0
			continue
		}
		if p == from {
			if state != 0 {
				dropped[p] = true // its own next one
			}
			continue
		}
		at := p
		if p.jump && len(p.succs) > 0 {
			at = p.succs[0]
		}
		if c.over(state, p) || at != p && !at.exit && c.over(state, at) {
			if p.before != nil || p.end != nil {
				dropped[p] = true
				c.Mixed = c.Mixed || state&Kept != 0
				continue
			}
		}
		succs := p.succs
		if p.cond && len(succs) == 2 { // a variable that is nil holds none
			switch c.h.nilCheck(p.Nodes[0]) {
			case token.NEQ:
				succs = succs[:1]
			case token.EQL:
				succs = succs[1:]
			}
		}
		after := c.after(p, state)
		if r, ok := p.before.(*ast.ReturnStmt); ok && c.at[p]&someMention != 0 && after&(Open|Given) != 0 {
			c.Late = c.Late || len(r.Results) > 0
		}
		reach(succs, after)
	}
	for _, p := range f.Points {
		if dropped[p] {
			c.drops = append(c.drops, p)
		}
	}
}

// after returns a span's state behind a point.
func (c *Course) after(p *Point, state int) int {
	e := c.at[p]
	if e&closes != 0 {
		state &^= Open | Given | Kept | KeptVar
	}
	if p.Nodes != nil && state&Open != 0 && e&gives != 0 {
		state = state&^Open | Given
	}
	if e&keeps != 0 && state&(Open|Given) != 0 {
		state = state&^(Open|Given) | Kept
	}
	if e&KeepsVar != 0 && state&(Open|Given) != 0 {
		state = state&^(Open|Given) | KeptVar
	}
	if (e&kills != 0 || c.again[p]) && state&(Open|Given|KeptVar) != 0 {
		state = state&^(Open|Given|KeptVar) | orphaned
	}
	return state
}
