package inject

import (
	"os"
	"runtime"
	syncatomic "sync/atomic"
	"time"
	"unsafe"
)

// This file stands in for package runtime, so that the injected files
// compile, are vetted and tested where they lie. None of it is injected.

type g struct {
	drift  driftG
	bubble *int
	goid   uint64
}

type coro struct{ gp guintptr }

type guintptr struct{ g *g }

func (p guintptr) ptr() *g { return p.g }

type timer struct {
	isChan, isFake bool
	arg            any
}

func (*timer) lock()   {}
func (*timer) unlock() {}
func (t *timer) modify(when, period int64, f func(any, uintptr, int64), arg any, seq uintptr) bool {
	t.arg = arg
	return true
}

type timeTimer struct{ timer }

func fatal(s string) { panic(s) }

// current is the goroutine that a test plays.
var current = new(g)

func getg() *g { return current }

// zerobase is where all values of size 0 are.
var zerobase uintptr

func nanotime() int64 { return time.Now().UnixNano() }

func cputicks() int64 { return time.Now().UnixNano() }

// _type is as much of a type as is used.
type _type struct {
	kind uint8
	size uintptr
	elem *_type
}

func (t *_type) Kind() uint8   { return t.kind }
func (t *_type) Size() uintptr { return t.size }
func (t *_type) Elem() *_type  { return t.elem }

// hchan, and what its allocation needs.
type hchan struct {
	qcount   uint
	dataqsiz uint
	buf      unsafe.Pointer
	elemsize uint16
	drift    uint8
	elemtype *elemtype
	recvx    uint
	bubble   *int
	lock     mutex
}

func (c *hchan) raceaddr() unsafe.Pointer { return unsafe.Pointer(&c.buf) }

type mutex struct{}

func lock(*mutex)          {}
func unlock(*mutex)        {}
func lockInit(*mutex, int) {}

const (
	lockRankHchan = 0
	hchanSize     = unsafe.Sizeof(hchan{})
	maxAlloc      = 1 << 48
)

type chantype struct{ Elem *elemtype }

type elemtype struct {
	_type
	Size_ uintptr
}

func makechan(t *chantype, size int) *hchan { return &hchan{dataqsiz: uint(size)} }

func mallocgc(size uintptr, t *elemtype, zero bool) unsafe.Pointer {
	return unsafe.Pointer(&make([]byte, size)[0])
}

// callers names the functions that a test's program counters are in.
var callers = map[uintptr]string{}

func findfunc(pc uintptr) uintptr { return pc }
func funcname(pc uintptr) string  { return callers[pc] }

var modinfo string

// Frame is runtime.Frame.
type Frame = runtime.Frame

// Callers is runtime.Callers.
func Callers(skip int, pcs []uintptr) int { return runtime.Callers(skip+1, pcs) }

// CallersFrames is runtime.CallersFrames.
func CallersFrames(pcs []uintptr) *runtime.Frames { return runtime.CallersFrames(pcs) }

// driftInjected is written by package hooks.
var driftInjected = []string{"runtime", "github.com/drift-go/drift-toolexec/hooks/goruntime/inject"}

const raceenabled = false

func racerelease(unsafe.Pointer) {}
func raceacquire(unsafe.Pointer) {}

func gogetenv(key string) string { return os.Getenv(key) }

func atomicstorep(ptr, val unsafe.Pointer) {
	syncatomic.StorePointer((*unsafe.Pointer)(ptr), val)
}

var atomic internalAtomic

// internalAtomic is internal/runtime/atomic as far as it is used.
type internalAtomic struct{}

func (internalAtomic) Load(p *uint32) uint32 { return syncatomic.LoadUint32(p) }
func (internalAtomic) Cas(p *uint32, o, n uint32) bool {
	return syncatomic.CompareAndSwapUint32(p, o, n)
}
func (internalAtomic) Loadp(p unsafe.Pointer) unsafe.Pointer {
	return syncatomic.LoadPointer((*unsafe.Pointer)(p))
}
func (internalAtomic) Casp1(p *unsafe.Pointer, o, n unsafe.Pointer) bool {
	return syncatomic.CompareAndSwapPointer(p, o, n)
}
func (internalAtomic) Load8(p *uint8) uint8     { return *p }
func (internalAtomic) Store8(p *uint8, v uint8) { *p = v }

// used names what other packages reach by linkname, or the patches call.
var used = []any{&driftG{}, driftPeers, driftChanSend, driftPut, driftHand, driftFetch, driftSwap, driftBare, driftReady, driftSystem, driftResume}

var _ = used
