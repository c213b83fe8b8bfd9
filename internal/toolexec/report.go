package toolexec

import (
	"encoding/json"
	"os"

	"github.com/drift-go/drift-toolexec/weave"
)

// ReportLine is one line of a report file: the sites of one package.
type ReportLine struct {
	Package string       `json:"package"`
	Sites   []ReportSite `json:"sites"`
}

// ReportSite is one woven place, or one left alone and why.
type ReportSite struct {
	Kind   string `json:"kind"`
	Pos    string `json:"pos"`
	Func   string `json:"func,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// appendReport adds a package to the report file. Tool calls run side by side:
// a line is one write to a file opened for appending.
func appendReport(name, pkg string, sites []weave.Site) error {
	line := ReportLine{Package: pkg}
	for _, s := range sites {
		line.Sites = append(line.Sites, ReportSite{Kind: s.Kind, Pos: s.Pos.String(), Func: s.Func, Reason: s.Reason})
	}
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
