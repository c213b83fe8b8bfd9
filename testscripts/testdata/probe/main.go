// Command probe is drift-toolexec with another package runtime: every channel of a
// program carries, each element a probe of its own, and each delivery checks it. A
// probe that the collector took, or that was lost, ends the program.
//
//	go test -toolexec=probe runtime -run Chan
//
// Built with -ldflags=-X=main.hide=1 it hides from the collector what buffered channels
// carry: then the check must fail.
package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/drift-go/drift-toolexec/hooks"
	"github.com/drift-go/drift-toolexec/internal/toolexec"
	"github.com/drift-go/drift-toolexec/weave/rule"
)

const probes = `
// driftProbe is what each element carries here.
type driftProbe struct{ magic, n uint64 }

const driftMagic = 0x6472696674

func driftCheck(c unsafe.Pointer) {
	if p := (*driftProbe)(c); p.magic != driftMagic || p.n != ^uint64(driftMagic) {
		println("drift: probe", p, p.magic, p.n)
		throw("drift: what a channel carries was lost")
	}
}

func driftMissing(c *hchan, got unsafe.Pointer) {
	if got == nil && c.timer == nil && c.elemsize != 24 { // a time.Time may come from a timer
		throw("drift: an element came without what it carries")
	}
}

func driftNewProbe(c *hchan) unsafe.Pointer {
	if gp := getg(); c.timer != nil || gp == gp.m.g0 {
		return nil
	}
	p := new(driftProbe)
	p.magic, p.n = driftMagic, ^uint64(driftMagic)
	return unsafe.Pointer(p)
}
`

// hide says that the slots are to be allocated as if they held no pointers.
var hide string

func main() {
	args := os.Args[1:]
	all := hooks.All()
	r := all[slices.IndexFunc(all, func(r *rule.Rule) bool { return r.Std && r.Package == "runtime" })]
	r.Patches = append(r.Patches, rule.Patch{
		Doc:  "every channel carries",
		In:   "makechan",
		Kind: rule.Entry,
		Code: "if size > 0 && (t.Elem.Size_ == 0 || uintptr(size) <= (maxAlloc-hchanSize)/t.Elem.Size_) { return (*hchan)(driftMakechan(unsafe.Pointer(t), int64(size))) }",
	}, rule.Patch{
		Doc:  "an unbuffered one too",
		In:   "makechan",
		Kind: rule.Before,
		Stmt: "return c",
		Code: "c.drift = driftReady",
	})
	for i := range r.Patches {
		if p := &r.Patches[i]; strings.Contains(p.Code, "driftChanSend(") {
			p.Code = strings.Replace(strings.Replace(p.Code, " && (getg().drift.slot != nil || getg().drift.sent != nil)", "", 1), " && (gp.drift.slot != nil || gp.drift.sent != nil)", "", 1)
		}
	}
	for i := range r.Files {
		if f := &r.Files[i]; f.Name == "chan.go" {
			f.Body = append(bytes.Clone(f.Body), probes...)
			replace(f, "	share := driftShare(d)\n", "	share := driftNewProbe(c)\n")
			replace(f, "	p := d.slot\n	if p == nil || d.mute != 0 {\n		if d.sent", "	p := d.slot\n	driftSendNew(c, d)\n	if c != nil {\n		return\n	}\n	if p == nil || d.mute != 0 {\n		if d.sent")
			replace(f, "	if d.got != c {\n", "	driftCheck(c)\n	if d.got != c {\n")
			replace(f, "	driftGive(&getg().drift, *driftSlot(c, i))\n", "	driftMissing(c, *driftSlot(c, i))\n	driftGive(&getg().drift, *driftSlot(c, i))\n	*driftSlot(c, i) = nil\n")
			replace(f, "	driftGive(&getg().drift, sent)\n", "	driftMissing(c, sent)\n	driftGive(&getg().drift, sent)\n")
			replace(f, "func driftGotWork(d *driftG, flags uint32) {\n", "func driftGotWork(d *driftG, flags uint32) {\n	if d.fresh != 0 {\n		return\n	}\n")
			if hide != "" {
				replace(f, "		s := make([]unsafe.Pointer, c.dataqsiz)\n		slots = unsafe.Pointer(&s[0])\n", "		slots = mallocgc(uintptr(c.dataqsiz)*unsafe.Sizeof(c), nil, true)\n")
			}
		}
	}
	code, err := new(toolexec.Config).Run(args[0], args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "probe: %v\n", err)
	}
	os.Exit(code)
}

func replace(f *rule.File, old, text string) {
	if bytes.Count(f.Body, []byte(old)) != 1 {
		fmt.Fprintf(os.Stderr, "probe: chan.go has no longer %q\n", old)
		os.Exit(2)
	}
	f.Body = bytes.Replace(f.Body, []byte(old), []byte(text), 1)
}
