package differential

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// kind is what a node of a case does.
type kind int

const (
	span     kind = iota // a span around the body
	given                // a span that is given away, the second body after that
	early                // a span that is ended, the second body after that
	siblings             // two spans from one ctx, the body under the first
	spawn                // the body on another goroutine, or bound
	control              // the body under a statement that leads there
	call                 // the body in a function, or method, of its own
	answer               // the body with a ctx that says what the parent is
	bag                  // the body with a ctx that has other baggage
	derive               // the body with a ctx that was derived
	late                 // the body on a goroutine that goes on when the span has ended
	job                  // the body on a worker's goroutine, with the ctx of its job
	seqSpan              // the body ranges over an iterator that has a span
	linkRoot             // a root that links to the current span
	litRoot              // a root by Background beside a ctx with a span
	leafSpan             // a span without a body
	op                   // something that asks for a span or baggage
	kinds
)

// node is a statement of a case, with all that it needs to be written down: no
// choice is left to the writing, so that a case without one of its nodes is the
// same case otherwise.
type node struct {
	kind kind
	id   int
	up   int     // whose ctx: of those in scope, counted from the innermost
	form int     // in which of the ways
	alt  int     // and with which trimmings
	drop float64 // compared with the chance that a ctx is dropped
	body []*node
	more []*node // the second body
}

// names are the kinds' names, for who wants to do without some.
var names = map[string]kind{
	"span": span, "given": given, "early": early, "siblings": siblings, "spawn": spawn, "control": control, "call": call,
	"answer": answer, "bag": bag, "derive": derive, "late": late, "job": job, "seqSpan": seqSpan, "linkRoot": linkRoot,
	"litRoot": litRoot, "leafSpan": leafSpan, "op": op,
}

// forms says in how many ways a kind of node is written down.
var forms = [kinds]int{
	span: 32, given: 12, early: 2, siblings: 2, spawn: 13, control: 16, call: 6, answer: 9, bag: 4, derive: 5,
	late: 3, job: 9, seqSpan: 1, linkRoot: 1, litRoot: 1, leafSpan: 6, op: 11,
}

// way is a kind in one form, or in any.
type way struct {
	kind kind
	form int // -1: any
}

// parseWay reads what way prints: span, or span:11.
func parseWay(text string) (way, error) {
	name, form, has := strings.Cut(text, ":")
	k, ok := names[name]
	w := way{k, -1}
	if has {
		n, err := strconv.Atoi(form)
		if err != nil || n < 0 || n >= forms[k] {
			return w, fmt.Errorf("%s: a form is a number below %d", text, forms[k])
		}
		w.form = n
	}
	if !ok {
		return w, fmt.Errorf("%s: no such kind of node", text)
	}
	return w, nil
}

// generator makes cases.
type generator struct {
	r       *rand.Rand
	without map[way]bool
	next    int
	left    int // nodes that may still be made
}

// newCase makes the nth case of a seed, without some ways to write it down.
func newCase(seed, n uint64, without map[way]bool) []*node {
	g := &generator{r: rand.New(rand.NewPCG(seed, n)), without: without}
	g.left = 3 + g.r.IntN(22)
	// Nothing is current at first: what is not under a span has little to say.
	root := g.node(span)
	root.up = 0
	root.body = g.nodes(0)
	list := []*node{root}
	for range g.r.IntN(3) {
		list = append(list, g.tree(0))
	}
	return list
}

// weights say how often a kind of node is made.
var weights = [kinds]int{
	span: 26, given: 9, early: 6, siblings: 5, spawn: 14, control: 14, call: 7, answer: 7,
	bag: 5, derive: 5, late: 4, job: 7, seqSpan: 3, linkRoot: 3, litRoot: 3, leafSpan: 16, op: 16,
}

func (g *generator) node(k kind) *node {
	g.next++
	n := &node{kind: k, id: g.next, form: g.r.IntN(forms[k]), alt: g.r.IntN(1 << 16), drop: g.r.Float64()}
	if g.without[way{k, n.form}] {
		n.form = 0
	}
	// Mostly the innermost ctx is the one that is used.
	for g.r.IntN(3) == 0 {
		n.up++
	}
	return n
}

func (g *generator) nodes(depth int) []*node {
	var list []*node
	for range 1 + g.r.IntN(3) {
		if g.left <= 0 {
			break
		}
		list = append(list, g.tree(depth))
	}
	return list
}

// tree makes a node with all that is in it.
func (g *generator) tree(depth int) *node {
	g.left--
	sum := 0
	for _, w := range weights {
		sum += w
	}
	k, at := kind(0), g.r.IntN(sum)
	for at >= weights[k] {
		at -= weights[k]
		k++
	}
	if depth > 5 && k < leafSpan || g.without[way{k, -1}] {
		k = leafSpan
	}
	n := g.node(k)
	switch k {
	case linkRoot, litRoot, leafSpan, op:
	default:
		n.body = g.nodes(depth + 1)
		if k == given || k == early {
			n.more = g.nodes(depth + 1)
		}
	}
	return n
}

// smaller returns what a case is without one of its nodes, or with a node's body in
// its place, each way once.
func smaller(list []*node) [][]*node {
	var out [][]*node
	for i, n := range list {
		with := func(mid ...*node) []*node {
			l := append(list[:i:i], mid...)
			return append(l, list[i+1:]...)
		}
		out = append(out, with())
		if len(n.body)+len(n.more) > 0 {
			out = append(out, with(append(n.body[:len(n.body):len(n.body)], n.more...)...))
		}
		for _, b := range smaller(n.body) {
			c := *n
			c.body = b
			out = append(out, with(&c))
		}
		for _, m := range smaller(n.more) {
			c := *n
			c.more = m
			out = append(out, with(&c))
		}
		if n.up > 0 {
			c := *n
			c.up = 0
			out = append(out, with(&c))
		}
		if n.form != 0 {
			c := *n
			c.form = 0
			out = append(out, with(&c))
		}
		if n.alt != 0 {
			c := *n
			c.alt = 0
			out = append(out, with(&c))
		}
	}
	return out
}

// size counts the nodes of a case, and how far they are from the plainest.
func size(list []*node) int {
	s := 0
	for _, n := range list {
		s += 10 + size(n.body) + size(n.more) + n.up
		if n.form != 0 {
			s++
		}
		if n.alt != 0 {
			s++
		}
	}
	return s
}
