package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// driveTimeout is for one service from its start to its end. It takes well
// under a second; a hang should not hold up CI.
const driveTimeout = time.Minute

type request struct {
	method, path, body string
	want               int
}

// requests are sent one after the other on one kept-alive connection, so that
// the server's goroutine for it sees several traces come and go. The reindex
// comes last: it ends at a time of its own, and what it caches would change
// the spans of the requests after it.
var requests = []request{
	{"GET", "/products/tea", "", http.StatusOK},
	{"GET", "/products/tea", "", http.StatusOK}, // from the cache now
	{"GET", "/quote?sku=tea&sku=cup", "", http.StatusOK},
	{"POST", "/orders", `{"email":"kim@example.com","skus":["tea","cup"]}`, http.StatusCreated},
	{"GET", "/orders/1001", "", http.StatusOK},
	{"POST", "/catalog/reindex", "", http.StatusAccepted},
}

// drive starts the service, sends it the requests, ends it, and returns the
// forest of what it traced: the spans that it wrote to its standard output.
func drive(ctx context.Context, command ...string) (*forest, error) {
	ctx, cancel := context.WithTimeout(ctx, driveTimeout)
	defer cancel()

	name := filepath.Base(command[0])
	var out bytes.Buffer
	if err := serve(ctx, command, &out); err != nil {
		return nil, fmt.Errorf("%s: %w: start it by hand and repeat the request (go build in examples/shop)", name, err)
	}
	spans, err := parseSpans(&out)
	if err != nil {
		return nil, fmt.Errorf("reading the spans of %s: %w: see whether stdouttrace's format has changed", name, err)
	}
	forest := buildForest(spans)
	return &forest, nil
}

// serve runs the service for as long as the requests take.
func serve(ctx context.Context, command []string, out io.Writer) (err error) {
	cmd := exec.CommandContext(ctx, command[0], append(command[1:], "-addr=127.0.0.1:0")...)
	cmd.Stdout = out
	cmd.Env = withoutOTel(os.Environ())
	makeStoppable(cmd)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	log := bufio.NewReader(stderr)
	url, err := listeningOn(log)
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		_, _ = io.Copy(os.Stderr, log)
	}()
	if err == nil {
		err = sendAll(ctx, url)
	}
	if err == nil {
		err = stop(cmd)
	}
	if err != nil {
		_ = cmd.Process.Kill() // err says more than its failure could
	}
	<-copied // Wait closes the pipe
	if waitErr := cmd.Wait(); err == nil && waitErr != nil {
		err = fmt.Errorf("after its stop signal: %w", waitErr)
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return err
}

// withoutOTel drops settings that would send the spans elsewhere, or sample them.
func withoutOTel(env []string) []string {
	var kept []string
	for _, kv := range env {
		if !strings.HasPrefix(kv, "OTEL_") {
			kept = append(kept, kv)
		}
	}
	return kept
}

func listeningOn(log *bufio.Reader) (string, error) {
	first, err := log.ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(first), "listening on ")
	switch {
	case ok:
		return url, nil
	case err != nil && first == "":
		return "", errors.New("ended before it said where it listens")
	default:
		return "", fmt.Errorf("first line is %q, not where it listens", strings.TrimSpace(first))
	}
}

func sendAll(ctx context.Context, url string) error {
	// A transport of its own: its idle connection must not outlive the service.
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	for _, r := range requests {
		if err := send(ctx, client, url, r); err != nil {
			return fmt.Errorf("%s %s: %w", r.method, r.path, err)
		}
	}
	return nil
}

func send(ctx context.Context, client *http.Client, url string, r request) error {
	req, err := http.NewRequestWithContext(ctx, r.method, url+r.path, strings.NewReader(r.body))
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	// The connection is used again only once the body has been read.
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != r.want {
		return fmt.Errorf("status %s, not %d: %s", resp.Status, r.want, strings.TrimSpace(string(body)))
	}
	return nil
}
