package commands

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/describe"
	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/rusthost"
	"ocx.dev/runtime/verdict"
)

// probeInside is the child: it judges, opens and registers, and says how that went.
func (v *view) probeInside(path string, options insideOptions) error {
	results := os.NewFile(resultFile, "result")
	if results == nil {
		return &catalog.PlaceError{Sentence: "plugins probe --inside is for plugins probe"}
	}
	// What the plugin starts must not inherit the way to answer.
	syscall.CloseOnExec(resultFile)
	go endWithParent(os.Getppid())
	return json.NewEncoder(results).Encode(v.tryPlugin(path, options))
}

// endWithParent: a parent that was killed can't keep the time limit of a plugin that hangs.
func endWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(time.Second)
	}
	os.Exit(exitBad)
}

// readPins reads HASH:PATH of each plugin that is pinned.
func readPins(texts []string) (map[string]string, []catalog.Listed, error) {
	pins := map[string]string{}
	var pinned []catalog.Listed
	for _, text := range texts {
		hash, path, ok := strings.Cut(text, ":")
		if !ok || len(hash) != 64 {
			return nil, nil, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s is %q, must be a SHA-256, a colon and a path", pinFlag, text)}
		}
		pins[path] = hash
		pinned = append(pinned, catalog.Listed{SHA256: hash})
	}
	return pins, pinned, nil
}

func (v *view) tryPlugin(path string, options insideOptions) childResult {
	// The parent judged it to load: a child that finds otherwise, or can't look, contradicts that.
	failed := func(err error) childResult {
		return childResult{Outcome: outcomeFails, Message: err.Error(), AsPredicted: &no}
	}
	host, err := v.host()
	if err != nil {
		return failed(err)
	}
	defer host.Close()
	pins, pinned, err := readPins(options.pins)
	if err != nil {
		return failed(err)
	}
	vault, err := loader.OpenVault(host.Trusted, pinned...)
	if err != nil {
		return failed(err)
	}
	defer vault.Close()
	// What the policy refuses is not opened, whatever it is opened after: its file may have been exchanged since the parent looked.
	judge := func(path string) (catalog.Record, error) {
		listed, err := catalog.ListFile(path)
		if err != nil {
			return catalog.Record{}, err
		}
		listed.SHA256 = pins[path]
		record := vault.Judge(listed, host)
		if record.Judgement.Policy == verdict.PolicyRefused {
			err = fmt.Errorf("not opened: %s: %s", record.Judgement.Verdict, record.Cause)
		}
		return record, err
	}
	// They are open in the parent. One that can't be opened here says nothing of the plugin that is tried.
	for _, earlier := range options.after {
		record, err := judge(earlier)
		if err == nil {
			_, err = loader.Try(record, v.name)
		}
		if err != nil {
			return childResult{Outcome: outcomeNotProbed, Message: fmt.Sprintf("%s, which comes before it, could not be opened again: %v", earlier, err)}
		}
	}
	record, err := judge(path)
	if err != nil {
		return failed(err)
	}
	// What would not be loaded is not opened here either: nothing of a refused plugin ever runs.
	opens := record.Judgement.Verdict == verdict.Loads || options.unknown && record.Judgement.Verdict == verdict.Unknown || len(options.after) > 0
	if !opens || record.Evidence == nil {
		return failed(fmt.Errorf("not opened: %s: %s", record.Judgement.Verdict, record.Cause))
	}
	components, err := loader.Try(record, v.name)
	var panicked *loader.Panic
	var caught *rusthost.Panic
	var own *loader.OwnError
	switch {
	case errors.As(err, &panicked), errors.As(err, &caught):
		return childResult{Outcome: outcomePanics, Message: err.Error()}
	case errors.As(err, &own):
		return childResult{Outcome: outcomeFails, Message: err.Error()}
	case err != nil:
		return failed(err)
	}
	result := childResult{Outcome: outcomeLoads, AsPredicted: &yes}
	for _, c := range components {
		result.Components = append(result.Components, report.ProbedComponent{Kind: c.Kind, Type: c.Type.String(), Stability: describe.Stability(c.Factory)})
	}
	return result
}
