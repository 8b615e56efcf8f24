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
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/report"
)

// What a probe can show. Only loads is good.
const (
	outcomeLoads   = "loads"
	outcomeFails   = "fails"
	outcomePanics  = "panics"
	outcomeExits   = "exits"
	outcomeCrashes = "crashes"
	outcomeHangs   = "hangs"
)

// resultFile is where the child writes: standard output and error are the plugin's to write to.
const resultFile = 3

func probeCommand(v *view) *cobra.Command {
	inside := false
	command := &cobra.Command{
		Use:    "probe FILE",
		Short:  "Opens one plugin in a child process and says what happened, as JSON",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if inside {
				return probeInside(args[0])
			}
			result := probe(cmd.Context(), args[0], v.timeout)
			if err := report.WriteData(cmd.OutOrStdout(), probeReport{report.FormatVersion, args[0], result}, "json"); err != nil {
				return err
			}
			if result.Outcome != outcomeLoads {
				return exitCode(exitBad)
			}
			return nil
		},
	}
	command.Flags().DurationVar(&v.timeout, "timeout", probeTime, "how long the plugin may take")
	command.Flags().BoolVar(&inside, "inside", false, "this is the child process")
	return command
}

// probeReport is what plugins probe prints.
type probeReport struct {
	FormatVersion int    `json:"format_version"`
	Path          string `json:"path"`
	*report.Probe
}

// childResult is what the child says of itself. One that says nothing did not live to.
type childResult struct {
	Outcome    string
	Message    string
	Components []report.ProbedComponent
}

// probe opens a plugin in a child process of this binary. Whatever the plugin does, the answer
// comes within the time limit.
func probe(ctx context.Context, path string, limit time.Duration) *report.Probe {
	started := time.Now()
	result := runChild(ctx, path, limit)
	return &report.Probe{
		Outcome:      result.Outcome,
		Message:      orNull(result.Message),
		Components:   append([]report.ProbedComponent{}, result.Components...),
		Milliseconds: time.Since(started).Milliseconds(),
	}
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func runChild(ctx context.Context, path string, limit time.Duration) childResult {
	failed := func(err error) childResult { return childResult{Outcome: outcomeFails, Message: err.Error()} }
	reader, writer, err := os.Pipe()
	if err != nil {
		return failed(err)
	}
	defer reader.Close()
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stderr := &head{}
	child := exec.CommandContext(limited, catalog.Self, "plugins", "probe", "--inside", "--", path)
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
		return childResult{Outcome: outcomeFails, Message: err.Error()}
	}
	code := 0
	if exit != nil {
		code = exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return childResult{Outcome: outcomeCrashes, Message: strings.TrimSpace(fmt.Sprintf("ended by signal %s %s", status.Signal(), firstCrash(stderr)))}
		}
	}
	// The Go runtime ends with code 2 when it dies of a panic or of a signal, and says which.
	if crash := firstCrash(stderr); code == 2 && crash != "" {
		return childResult{Outcome: outcomeCrashes, Message: crash}
	}
	return childResult{Outcome: outcomeExits, Message: fmt.Sprintf("it ended the process with exit code %d", code)}
}

func firstCrash(stderr string) string {
	lines := crashLine.FindAllString(stderr, 2)
	return strings.Join(lines, " ")
}

func probeText(p *report.Probe) string {
	text := fmt.Sprintf("tried in a child process: %s (%d ms)", p.Outcome, p.Milliseconds)
	if p.Message != nil {
		text += ": " + *p.Message
	}
	var list []string
	for _, c := range p.Components {
		list = append(list, c.Kind+" "+c.Type)
	}
	if list != nil {
		text += ": " + strings.Join(list, ", ")
	}
	return text
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
