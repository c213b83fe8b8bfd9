package report

import (
	"bytes"
	"fmt"

	"github.com/rogpeppe/go-internal/diff"
)

// unified returns the unified diff of two texts, with their names in its head. Weaving
// changes lines and adds none, but where it moves a statement: lines of the same number
// are then each other's, which no general comparison would see where most are changed.
func unified(oldName string, before []byte, newName string, after []byte) []byte {
	const context = 3
	x, y := bytes.SplitAfter(before, []byte("\n")), bytes.SplitAfter(after, []byte("\n"))
	if len(x) != len(y) || before == nil {
		return diff.Diff(oldName, before, newName, after)
	}
	var out bytes.Buffer
	last := len(x)
	if len(x[last-1]) == 0 { // what follows the last line's end
		last--
	}
	for i := 0; i < last; i++ {
		if bytes.Equal(x[i], y[i]) {
			continue
		}
		start, end := max(0, i-context), i+1
		for j := i + 1; j < min(last, end+2*context+1); j++ {
			if !bytes.Equal(x[j], y[j]) {
				end = j + 1
			}
		}
		i, end = end, min(last, end+context)
		if out.Len() == 0 {
			fmt.Fprintf(&out, "diff %s %s\n--- %s\n+++ %s\n", oldName, newName, oldName, newName)
		}
		fmt.Fprintf(&out, "@@ -%d,%d +%d,%d @@\n", start+1, end-start, start+1, end-start)
		for j := start; j < end; {
			if bytes.Equal(x[j], y[j]) {
				writeLine(&out, ' ', x[j])
				j++
				continue
			}
			k := j
			for k < end && !bytes.Equal(x[k], y[k]) {
				k++
			}
			for _, line := range x[j:k] {
				writeLine(&out, '-', line)
			}
			for _, line := range y[j:k] {
				writeLine(&out, '+', line)
			}
			j = k
		}
	}
	return out.Bytes()
}

func writeLine(out *bytes.Buffer, sign byte, line []byte) {
	out.WriteByte(sign)
	out.Write(line)
	if !bytes.HasSuffix(line, []byte("\n")) {
		out.WriteString("\n\\ No newline at end of file\n")
	}
}
