// Command drive starts the service in e2e, once for each program it is given,
// asks each endpoint twice, and prints what it answers. It exits non-zero unless
// the woven program preserves the context of all there is, and the plain one
// does not.
//
//	go run ./drive [-port N] plain-program woven-program
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

func main() {
	port := flag.Int("port", 0, "the port of the service; 0 picks a free one")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: drive [-port N] plain-program woven-program")
		os.Exit(2)
	}
	ok := true
	for i, program := range flag.Args() {
		woven := i == 1
		right, err := drive(program, *port, woven)
		if err != nil {
			fmt.Fprintf(os.Stderr, "drive: %s: %v\n", program, err)
			os.Exit(1)
		}
		ok = ok && right
	}
	if !ok {
		fmt.Println("FAILED")
		os.Exit(1)
	}
	fmt.Println("PASSED: the plain build loses the context, the woven one keeps it")
}

// answer is what drive looks at of a report.
type answer struct {
	Woven        bool   `json:"woven"`
	AllPreserved bool   `json:"all_context_preserved"`
	WorkersClean bool   `json:"workers_clean"`
	Status       string `json:"test_status"`
	Explicit     []struct {
		Preserved bool `json:"trace_preserved"`
	} `json:"explicit_results"`
	Results []struct {
		Preserved bool `json:"trace_preserved"`
		Status    int  `json:"http_status"`
	} `json:"results"`
}

// drive runs one program and reports whether it does what is expected of it.
func drive(program string, port int, woven bool) (right bool, err error) {
	cmd := exec.Command(program, "-addr", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return false, fmt.Errorf("it did not start: %w", err)
	}
	base := strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	right = true
	for _, path := range []string{"/api/test-async-context", "/api/test-thread-context"} {
		for n := 1; n <= 2; n++ { // the second time on workers that are warm
			text, a, err := get(base + path)
			if err != nil {
				return false, err
			}
			if n == 1 {
				fmt.Printf("$ %s &; curl %s%s\n%s", program, base, path, text)
			}
			r := a.expected(woven)
			right = right && r
			fmt.Printf("%s %s, request %d: all_context_preserved %t, workers_clean %t: %s\n\n",
				program, path, n, a.AllPreserved, a.WorkersClean, map[bool]string{true: "as expected", false: "NOT as expected"}[r])
		}
	}
	return right, nil
}

// expected reports whether an answer is as that of a woven or a plain build.
func (a *answer) expected(woven bool) bool {
	for _, r := range a.Results {
		if r.Status != http.StatusOK || r.Preserved != woven {
			return false
		}
	}
	for _, r := range a.Explicit {
		if !r.Preserved {
			return false
		}
	}
	return a.Woven == woven && len(a.Results) > 0 && a.AllPreserved == woven && a.WorkersClean && a.Status == map[bool]string{true: "passed", false: "failed"}[woven]
}

func get(url string) (text []byte, a *answer, err error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if text, err = io.ReadAll(resp.Body); err != nil {
		return nil, nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("%s: %s", url, resp.Status)
	}
	a = new(answer)
	return text, a, json.Unmarshal(text, a)
}
