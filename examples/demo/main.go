// Command demo shows what drift-toolexec does to a service's traces.
//
// It builds examples/shop twice, once plain and once with the tool, sends both
// the same requests, and prints the two forests of spans next to each other.
// It fails unless the plain build loses spans and the woven one has the same
// spans, none lost, each under the parent that want.txt gives it.
//
//	go run ./examples/demo              builds the tool too
//	go run ./examples/demo -tool PATH   uses this one
//	go run ./examples/demo -plain-only  needs no tool
//	go run ./examples/demo -woven 'docker run --rm --network=host shop'
//	                                    runs a woven shop that is built already
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	tool := flag.String("tool", "", "use this drift-toolexec instead of building one")
	plainOnly := flag.Bool("plain-only", false, "build and run the plain service alone")
	woven := flag.String("woven", "", "run the woven service with this `command`, with flags of the service's after it, instead of building it")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	problems, err := demo(ctx, *tool, *plainOnly, strings.Fields(*woven))
	stop()
	if err != nil {
		problems = append(problems, err.Error())
	}
	for _, p := range problems {
		fmt.Fprintln(os.Stderr, "demo:", p)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

// demo returns what is wrong with the forests, or an error if it did not get
// as far as having them.
func demo(ctx context.Context, tool string, plainOnly bool, wovenCommand []string) (problems []string, err error) {
	if flag.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: the flags are -tool PATH, -plain-only and -woven COMMAND", flag.Arg(0))
	}
	b, err := newBuilder(ctx, tool)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.clean()) }()

	build := !plainOnly && len(wovenCommand) == 0
	if build {
		if tool, err = b.tool(); err != nil {
			return nil, err
		}
	}
	plainBin, err := b.shop("shop-plain", "")
	if err != nil {
		return nil, err
	}
	if build {
		wovenBin, err := b.shop("shop-woven", tool)
		if err != nil {
			return nil, err
		}
		wovenCommand = []string{wovenBin}
	}

	plain, err := drive(ctx, plainBin)
	if err != nil {
		return nil, err
	}
	problems = checkPlain(len(requests), plain)
	cols := []column{newColumn("plain: go build", plain)}
	title := "woven: go build -toolexec=drift-toolexec"
	if !build {
		title = "woven: " + strings.Join(wovenCommand, " ")
	}
	var woven *forest
	if !plainOnly {
		if woven, err = drive(ctx, wovenCommand...); err != nil {
			return nil, err
		}
		problems = append(problems, checkWoven(want, plain, woven)...)
		cols = append(cols, newColumn(title, woven))
	}
	fmt.Printf("\n%s\n%s\n", render(cols, terminalWidth(), useColour()), summary(len(requests), plain, woven))
	return problems, nil
}

// terminalWidth trusts COLUMNS, which make and shells can set, and else takes
// the narrowest terminal that holds two columns.
func terminalWidth() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return minSideBySide
}

// useColour follows https://no-color.org.
func useColour() bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := os.Stdout.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
