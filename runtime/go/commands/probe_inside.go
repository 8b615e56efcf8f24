package commands

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
func (v *view) probeInside(path string) error {
	results := os.NewFile(resultFile, "result")
	if results == nil {
		return &catalog.PlaceError{Sentence: "plugins probe --inside is for plugins probe"}
	}
	// What the plugin starts must not inherit the way to answer.
	syscall.CloseOnExec(resultFile)
	go endWithParent(os.Getppid())
	return json.NewEncoder(results).Encode(v.tryPlugin(path))
}

// endWithParent: a parent that was killed can't keep the time limit of a plugin that hangs.
func endWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(time.Second)
	}
	os.Exit(exitBad)
}

func (v *view) tryPlugin(path string) childResult {
	// The parent judged it to load: a child that finds otherwise, or can't look, contradicts that.
	failed := func(err error) childResult {
		return childResult{Outcome: outcomeFails, Message: err.Error(), AsPredicted: &no}
	}
	listed, err := catalog.ListFile(path)
	if err != nil {
		return failed(err)
	}
	host, err := v.host()
	if err != nil {
		return failed(err)
	}
	defer host.Close()
	// What would not be loaded is not opened here either: nothing of a refused plugin ever runs.
	record := listed.Judge(host)
	if record.Judgement.Verdict != verdict.Loads {
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
