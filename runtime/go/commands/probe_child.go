package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/report"
)

// childResult is what the child says of itself. One that says nothing did not live to.
type childResult struct {
	Outcome    string
	Message    string
	Components []report.ProbedComponent
	// AsPredicted is false when a plugin that was judged to load does not, for a reason that its
	// bytes tell; nil where what happened is the plugin's own doing, of which they tell nothing.
	AsPredicted *bool
}

var yes, no = true, false

// runChild opens a plugin in a child process of this binary, which says what happened or does not live to.
func runChild(ctx context.Context, attempt loader.Attempt, policy loader.Policy, limit time.Duration) childResult {
	// That no child could be started is not the plugin's doing.
	failed := func(err error) childResult { return childResult{Outcome: outcomeNotProbed, Message: err.Error()} }
	reader, writer, err := os.Pipe()
	if err != nil {
		return failed(err)
	}
	defer reader.Close()
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stderr := &head{}
	args := append([]string{"plugins", "probe", "--inside"}, policy.Flags()...)
	for _, earlier := range attempt.After {
		args = append(args, "--after", earlier)
	}
	for _, path := range append(slices.Clone(attempt.After), attempt.Path) {
		if hash := attempt.Pins[path]; hash != "" {
			args = append(args, "--"+pinFlag, hash+":"+path)
		}
	}
	if attempt.Unknown {
		args = append(args, "--unknown")
	}
	child := exec.CommandContext(limited, catalog.Self, append(args, "--", attempt.Path)...)
	child.Args[0] = os.Args[0]
	child.ExtraFiles = []*os.File{writer}
	child.Stderr = stderr
	// A process group of its own, so that what the plugin starts ends with it.
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	child.Cancel = func() error { return syscall.Kill(-child.Process.Pid, syscall.SIGKILL) }
	child.WaitDelay = time.Second
	err = child.Start()
	_ = writer.Close()
	if err != nil {
		return failed(err)
	}
	// A plugin that hands the pipe on must not keep us waiting for its end.
	_ = reader.SetReadDeadline(time.Now().Add(limit + time.Second))
	var result childResult
	said := json.NewDecoder(io.LimitReader(reader, 1<<20)).Decode(&result) == nil
	err = child.Wait()
	_ = syscall.Kill(-child.Process.Pid, syscall.SIGKILL)
	switch {
	case said:
		return result
	case ctx.Err() != nil:
		return failed(ctx.Err())
	case limited.Err() != nil:
		return childResult{Outcome: outcomeHangs, Message: fmt.Sprintf("it did not come back within %s", limit)}
	}
	return ended(err, stderr.text())
}

var crashLine = regexp.MustCompile(`(?m)^(panic: .*|fatal error: .*|unexpected fault address .*|SIG[A-Z]+: .*|\[signal SIG[A-Z]+.*|runtime: .*)$`)

// ended tells from its end what became of a child that said nothing.
func ended(err error, stderr string) childResult {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return childResult{Outcome: outcomeNotProbed, Message: err.Error()}
	}
	code := 0
	if exit != nil {
		code = exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			message := strings.TrimSpace(fmt.Sprintf("ended by signal %s %s", status.Signal(), firstCrash(stderr)))
			return childResult{Outcome: outcomeCrashes, Message: message, AsPredicted: signalPredicted(status.Signal(), stderr)}
		}
	}
	// The Go runtime ends with code 2 when it dies of a panic or of a signal, and says which.
	if crash := firstCrash(stderr); code == 2 && crash != "" {
		return childResult{Outcome: outcomeCrashes, Message: crash, AsPredicted: crashPredicted(stderr)}
	}
	return childResult{Outcome: outcomeExits, Message: fmt.Sprintf("it ended the process with exit code %d", code)}
}

func firstCrash(stderr string) string {
	lines := crashLine.FindAllString(stderr, 2)
	return strings.Join(lines, " ")
}

// A crash once init functions run is the plugin's own; one before them is of what was checked.
// The traceback of the Go runtime names runtime.doInit (runtime/proc.go) below them.
var ownCode = regexp.MustCompile(`(?m)^(panic: |runtime\.doInit|main\.(CollectorPluginInit|NewFactory)\(|plugin/|ocx\.dev/runtime/rusthost\.)`)

// signalPredicted: one of those that code brings upon itself, or one that somebody sent.
func signalPredicted(signal syscall.Signal, stderr string) *bool {
	switch signal {
	case syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGILL, syscall.SIGFPE, syscall.SIGABRT, syscall.SIGTRAP:
		return crashPredicted(stderr)
	}
	return nil
}

func crashPredicted(stderr string) *bool {
	if ownCode.MatchString(stderr) {
		return nil
	}
	return &no
}

// head keeps the beginning of what a child writes: a panic is said before its goroutines are listed.
type head struct{ buffer bytes.Buffer }

func (t *head) Write(p []byte) (int, error) {
	if room := 64<<10 - t.buffer.Len(); room > 0 {
		t.buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *head) text() string { return t.buffer.String() }
