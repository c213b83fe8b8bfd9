package inject

import "unsafe"

// driftStack returns this goroutine's stack as text, newest frame first, each
// as function\n\tfile:line with a newline between two: up to limit frames, all
// if limit is negative. Package rt documents the form.
//
// Left out are the project's own frames (driftHelper), what Go runs before main
// and at a goroutine's end, and on top of the stack the functions that above
// names, by their full symbols.
//
// It is for code on a user's goroutine: it allocates.
func driftStack(limit int, above []string) string {
	if limit == 0 {
		return ""
	}
	n := 64
	if limit > 0 && limit < n {
		n = limit
	}
	// Not on the stack, nor could it be: what CallersFrames returns holds it.
	pcs := make([]uintptr, n+driftHelpers)
	var firstFrames [20]Frame
	frames := firstFrames[:0]
	size := 0
	top := true
	for skip := 2; ; {
		n := Callers(skip, pcs)
		next := CallersFrames(pcs[:n])
		for more := n > 0; more && len(frames) != limit; {
			var f Frame
			f, more = next.Next()
			if f.PC == 0 || driftHelper(f.Function) {
				continue
			}
			if top && driftListed(f.Function, above) {
				continue
			}
			top = false
			frames = append(frames, f)
			size += len(f.Function) + len("\n\t") + len(f.File) + len(":\n") + driftDigits(f.Line)
		}
		if n < len(pcs) || len(frames) == limit {
			break
		}
		skip += n
		pcs = make([]uintptr, 2*len(pcs)+64)
	}
	if len(frames) == 0 {
		return ""
	}
	text := make([]byte, 0, size)
	for i := range frames {
		f := &frames[i]
		if i > 0 {
			text = append(text, '\n')
		}
		text = append(text, f.Function...)
		text = append(text, "\n\t"...)
		text = append(text, f.File...)
		text = append(text, ':')
		text = driftAppendInt(text, uint64(f.Line))
	}
	return unsafe.String(&text[0], len(text))
}

// driftHelpers is how many frames that are left out a stack is expected to hold
// among those asked for. One that holds more is walked twice.
const driftHelpers = 8

// driftRT is the package that is linked into users' programs.
const driftRT = "github.com/drift-go/drift-toolexec/rt."

// driftHelper reports whether a function, by its symbol, is the project's own, or
// one that is at the bottom of every stack. What is injected is named drift... in
// a package that has a hook, and _drift_... in any other. A package is told by
// its whole path: in a symbol the dots of its last element are escaped, so that
// the first one behind it ends the path.
func driftHelper(name string) bool {
	switch name {
	case "runtime.goexit", "runtime.main":
		return true
	}
	if driftBegins(name, driftRT) {
		return true
	}
	// Behind the path's last slash; in brackets, type arguments have theirs.
	from := 0
	for i := 0; i < len(name) && name[i] != '['; i++ {
		if name[i] == '/' {
			from = i + 1
		}
	}
	for from < len(name) && name[from] != '.' {
		from++
	}
	if from == len(name) {
		return false
	}
	pkg, rest := name[:from], name[from+1:]
	if driftBegins(rest, "_drift_") {
		return true
	}
	if !driftNamed(rest) {
		return false
	}
	for _, p := range driftInjected {
		if p == pkg {
			return true
		}
	}
	return false
}

// driftNamed reports whether a part of a symbol, the function, its receiver or the
// method, begins with drift and goes on with a capital.
func driftNamed(s string) bool {
	const name = "drift"
	for start := true; len(s) > len(name); s = s[1:] {
		if start && driftBegins(s, name) && s[len(name)] >= 'A' && s[len(name)] <= 'Z' {
			return true
		}
		start = s[0] == '.' || s[0] == '(' || s[0] == '*'
	}
	return false
}

func driftBegins(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

func driftListed(s string, list []string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func driftDigits(n int) int {
	d := 1
	for n >= 10 {
		n /= 10
		d++
	}
	return d
}

func driftAppendInt(b []byte, n uint64) []byte {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return append(b, digits[i:]...)
		}
	}
}
