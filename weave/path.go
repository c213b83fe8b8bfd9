package weave

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// How long a span is current on the paths of its function. It is over where no
// way ahead mentions it any more, unless something that was deferred on the way
// ends it. Once it was given away, a way back to the same place in a loop that
// gives it away counts for nothing.

// course is what becomes of one span.
type course struct {
	h             *holders
	start         ast.Node          // what starts it
	again         map[*point]bool   // where it is started anew, or its variable takes another
	at            map[*point]effect // what each point does
	pass          bool              // the exit mentions it: what holds it is the caller's
	drops         []*point          // where it is over, if it is not already
	worked, given bool              // it is mentioned at all, or given away

	late   bool                 // it is over with a return that mentions it
	out    bool                 // it may be current still, and not given away, when the function returns
	ahead  map[*point]foresight // what is ahead of each point, itself included
	states map[*point]int       // what it may be at each point
	in     ast.Node             // the loop's body in which it lasts, or nil
	mixed  bool                 // where it is over on some paths, on others it is kept
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
	open     = 1 << iota // current
	given                // current, and given away
	kept                 // current until the function returns
	keptVar              // as long as its variable holds it
	orphaned             // current, and its variable holds another
)

// follow computes a span's course. early says that what is registered before the
// start, under the variable's name, ends it. in is the body in which the thing
// lasts, or nil: leaving that counts as a mention.
func (w *Funcs) follow(f *flow, h *holders, start ast.Node, restarts func(ast.Node) (again, blind bool), pass, early bool, in ast.Node) *course {
	c := &course{h: h, start: start, pass: pass, in: in, again: map[*point]bool{}, at: map[*point]effect{}, ahead: map[*point]foresight{}}
	var from *point
	for _, p := range f.points {
		for _, n := range p.nodes {
			again, blind := restarts(n)
			if !blind && h.concerns(n) {
				c.at[p] |= h.effects(n)
			}
			if within(start.Pos(), n) && start.End() <= n.End() {
				if from == nil || within(n.Pos(), from.nodes[0]) {
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

// concerns tells, from the names in a node alone, whether it may have to do with
// the span.
func (h *holders) concerns(n ast.Node) bool {
	if _, returns := n.(*ast.ReturnStmt); returns || len(h.keys) > 0 || h.global() {
		return true
	}
	for _, o := range h.w.names(n) {
		if h.holds(o) || h.ctxs[o] || h.lists[o] || o == h.by {
			return true
		}
	}
	return h.c != nil && within(h.c.expr.Pos(), n)
}

// global tells whether a package's variable is among those that hold the span.
func (h *holders) global() bool {
	for _, set := range []map[types.Object]bool{h.ends, h.rest, h.more} {
		for o := range set {
			if v, ok := o.(*types.Var); ok && isGlobal(v) {
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
			o := w.info.Uses[id]
			if o == nil {
				o = w.info.Defs[id]
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
func (c *course) foresee(f *flow, from *point) {
	for changed := true; changed; {
		changed = false
		for _, p := range f.points { // what comes later was laid out first
			var a foresight
			if p.exit {
				a.exit = c.pass
			}
			if c.in != nil && (p == from || !within(p.pos, c.in)) {
				a.exit = true
			}
			if e := c.at[p]; p != from && e&someMention != 0 {
				a.any, a.forward, a.ends = true, true, e&(ends|keeps|keepsVar) != 0
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

// leaves tells whether a way from where a loop turns back leads to a mention behind
// it, past nothing that gives the span away: out of the loop, then.
func (c *course) leaves(head *point, behind token.Pos, from *point) bool {
	seen := map[*point]bool{}
	var way func(p *point) bool
	way = func(p *point) bool {
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

// over tells whether a span in a state is over at a point.
func (c *course) over(state int, p *point) bool {
	a := c.ahead[p]
	switch {
	case state&orphaned != 0:
		return true
	case state&open != 0 && !a.any && !a.exit:
		return true
	case state&given != 0 && !a.ends && !a.forward:
		return true
	case state&keptVar != 0 && c.again[p]:
		return true
	}
	return false
}

// walk follows the span from its start.
func (c *course) walk(f *flow, from *point, early bool) {
	in := map[*point]int{}
	c.states = in
	dropped := map[*point]bool{}
	work := []*point{}
	reach := func(ps []*point, state int) {
		for _, p := range ps {
			if in[p]|state != in[p] {
				in[p] |= state
				work = append(work, p)
			}
		}
	}
	first := open
	if early {
		first = keptVar
	}
	reach(from.succs, c.after(from, first))
	for len(work) > 0 {
		p := work[len(work)-1]
		work = work[:len(work)-1]
		state := in[p]
		if p.exit {
			c.out = c.out || state&open != 0
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
				c.mixed = c.mixed || state&kept != 0
				continue
			}
		}
		succs := p.succs
		if p.cond && len(succs) == 2 { // a variable that is nil holds none
			switch c.h.nilCheck(p.nodes[0]) {
			case token.NEQ:
				succs = succs[:1]
			case token.EQL:
				succs = succs[1:]
			}
		}
		after := c.after(p, state)
		if r, ok := p.before.(*ast.ReturnStmt); ok && c.at[p]&someMention != 0 && after&(open|given) != 0 {
			c.late = c.late || len(r.Results) > 0
		}
		reach(succs, after)
	}
	for _, p := range f.points {
		if dropped[p] {
			c.drops = append(c.drops, p)
		}
	}
}

// after returns a span's state behind a point.
func (c *course) after(p *point, state int) int {
	e := c.at[p]
	if e&closes != 0 {
		state &^= open | given | kept | keptVar
	}
	if p.nodes != nil && state&open != 0 && e&gives != 0 {
		state = state&^open | given
	}
	if e&keeps != 0 && state&(open|given) != 0 {
		state = state&^(open|given) | kept
	}
	if e&keepsVar != 0 && state&(open|given) != 0 {
		state = state&^(open|given) | keptVar
	}
	if (e&kills != 0 || c.again[p]) && state&(open|given|keptVar) != 0 {
		state = state&^(open|given|keptVar) | orphaned
	}
	return state
}
