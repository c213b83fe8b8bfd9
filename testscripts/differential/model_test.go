package differential

import (
	"fmt"
	"testing"
)

// TestCasesAreTheSame makes cases twice: a seed and a number are all that one needs.
func TestCasesAreTheSame(t *testing.T) {
	for n := range uint64(50) {
		a := &program{name: "C", list: newCase(3, n, nil)}
		b := &program{name: "C", list: newCase(3, n, nil)}
		if a.text() != b.text() {
			t.Errorf("case %d of seed 3 is another one the second time", n)
		}
	}
}

// TestSmaller takes a case apart until nothing is left of it: the reduction ends.
func TestSmaller(t *testing.T) {
	list := newCase(1, 7, nil)
	before := fmt.Sprint(size(list), ways(list))
	for rounds := 0; len(list) > 0; rounds++ {
		if rounds > 1000 {
			t.Fatalf("after %d rounds %d nodes are left", rounds, len(list))
		}
		var next []*node
		found := false
		for _, l := range smaller(list) {
			if size(l) < size(list) && (!found || size(l) > size(next)) {
				next, found = l, true
			}
		}
		if !found {
			t.Fatalf("nothing is smaller than %s", ways(list))
		}
		list = next
	}
	if again := newCase(1, 7, nil); fmt.Sprint(size(again), ways(again)) != before {
		t.Error("a smaller case has changed the one that it was made of")
	}
}

// TestWithout leaves nodes out.
func TestWithout(t *testing.T) {
	no := map[way]bool{{given, -1}: true, {span, 11}: true}
	var check func(list []*node)
	check = func(list []*node) {
		for _, n := range list {
			if no[way{n.kind, -1}] || no[way{n.kind, n.form}] {
				t.Errorf("%s:%d is there", kindName(n.kind), n.form)
			}
			check(n.body)
			check(n.more)
		}
	}
	for n := range uint64(200) {
		check(newCase(1, n, no))
	}
	for name := range names {
		if w, err := parseWay(name); err != nil || kindName(w.kind) != name {
			t.Errorf("parseWay(%q) = %v, %v", name, w, err)
		}
	}
	if _, err := parseWay("span:99"); err == nil {
		t.Error("span:99 is a way")
	}
}
