package testscripts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// corpus are the folders of Go's own language tests. Of those that are all,
// each program is taken; of the others those with a go statement.
var corpus = []struct {
	dir string
	all bool
}{{".", true}, {"chan", true}, {"ken", true}, {"interface", true}, {"typeparam", false}, {"fixedbugs", false}}

// spawnSite finds what is most probably a go statement.
var spawnSite = regexp.MustCompile(`(?m)^[^/"]*\bgo [^"]*\(`)

// TestGoCorpus builds Go's own language tests plain and woven, everything in
// scope, and compares what the programs do.
func TestGoCorpus(t *testing.T) {
	if !*long {
		t.Skip("long")
	}
	root := filepath.Join(goroot(t), "test")
	if _, err := os.Stat(root); err != nil {
		t.Skip("this Go comes without its tests")
	}
	module := t.TempDir()
	write(t, filepath.Join(module, "go.mod"), []byte("module corpus\n\ngo "+language()+"\n"))
	origin := map[string]string{} // program's name to the folder that its source is in
	for _, c := range corpus {
		files, err := filepath.Glob(filepath.Join(root, c.dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(text, []byte("// run\n")) || !c.all && !spawnSite.Match(text) {
				continue
			}
			name := strings.Trim(c.dir, ".") + "-" + strings.TrimSuffix(filepath.Base(file), ".go")
			name = strings.TrimPrefix(name, "-")
			origin[name] = filepath.Dir(file)
			write(t, filepath.Join(module, name, filepath.Base(file)), text)
		}
	}
	plain := buildAll(t, module, "plain")
	woven := buildAll(t, module, "woven", "-toolexec="+filepath.Join(tool, "drift-toolexec")+" -scope=...")

	names := make(chan string)
	var wg sync.WaitGroup
	var mu sync.Mutex
	same, refused, unstable := 0, 0, 0
	for range runtime.NumCPU() {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for name := range names {
				verdict := compare(t, origin[name], filepath.Join(plain, name), filepath.Join(woven, name))
				mu.Lock()
				switch verdict {
				case "":
					same++
				case "refused":
					refused++
				case "unstable":
					unstable++
				default:
					t.Errorf("%s: %s", name, verdict)
				}
				mu.Unlock()
			}
		}()
	}
	for name := range origin {
		names <- name
	}
	close(names)
	wg.Wait()
	t.Logf("%d programs do the same, %d do not build here in either way, %d are never the same twice", same, refused, unstable)
	if same < 200 {
		t.Errorf("compared %d programs only", same)
	}
}

// compare returns how a woven program differs from the plain one.
func compare(t *testing.T, dir, plain, woven string) string {
	_, err1 := os.Stat(plain)
	_, err2 := os.Stat(woven)
	switch {
	case err1 != nil && err2 != nil:
		return "refused"
	case err1 != nil:
		return "builds woven but not plain"
	case err2 != nil:
		return "builds plain but not woven"
	}
	want, got := outcome(t, dir, plain), outcome(t, dir, woven)
	if want == got {
		return ""
	}
	for range 3 { // a program may depend on chance
		again := outcome(t, dir, plain)
		if again == got {
			return ""
		}
		if again != want {
			return "unstable"
		}
	}
	return fmt.Sprintf("plain:\n%s\nwoven:\n%s", want, got)
}

// outcome returns what a program exits with and prints.
func outcome(t *testing.T, dir, program string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
	return fmt.Sprintf("%s%v", out, err)
}

// buildAll builds every program of a module, as far as they build.
func buildAll(t *testing.T, module, out string, flags ...string) string {
	dir := filepath.Join(t.TempDir(), out)
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"build", "-ldflags=-w", "-o", dir + string(filepath.Separator)}, flags...)
	cmd := exec.Command("go", append(args, "./...")...)
	cmd.Dir = module
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Logf("%s: %v\n%s", out, err, text)
	}
	return dir
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o666); err != nil {
		t.Fatal(err)
	}
}

func goroot(t *testing.T) string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// language is the language version of the go command in use.
func language() string {
	m := regexp.MustCompile(`1\.\d+`).FindString(runtime.Version())
	if m == "" {
		return "1.25"
	}
	return m
}
