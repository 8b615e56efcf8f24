// Package loader finds, verifies, opens and registers the plugins of a Collector.
//
// A plugin is judged by its bytes before it is opened (package verdict), so nothing of a refused
// plugin ever runs, and the dynamic linker never has it in its scope, where it could break others.
package loader

import (
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/otelcol"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/verdict"
)

// Plugin is one that the loader looked at.
type Plugin struct {
	catalog.Record
	// Err is why it is not loaded; nil when it is. A *Refusal when it was not opened.
	Err error
	// Components that it registered.
	Components []Component
}

// Refusal says why a plugin was not opened: nothing of it ran.
type Refusal struct {
	Path     string
	Verdict  verdict.Verdict
	Findings []verdict.Finding
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s: %s: %s", r.Path, r.Verdict, r.Verdict.Reason(r.Findings))
}

// Result is what became of the plugins of a place, in load order.
type Result struct {
	Plugins []Plugin
	// Bare is what of the place has no plugins.
	Bare []catalog.Bare
}

// Failed are the plugins that are not loaded.
func (r *Result) Failed() []Plugin {
	return slices.DeleteFunc(slices.Clone(r.Plugins), func(p Plugin) bool { return p.Err == nil })
}

// Components of all plugins.
func (r *Result) Components() []Component {
	var components []Component
	for _, p := range r.Plugins {
		components = append(components, p.Components...)
	}
	return components
}

// Merge adds the plugins' components to built-in ones.
func (r *Result) Merge(factories otelcol.Factories) (otelcol.Factories, error) {
	return merge(factories, r.Components())
}

// How a Collector loads plugins.
type How struct {
	// Policy is what it asks of them.
	Policy Policy
	// Collector is the name and version of this one: otelcol/0.165.0.
	Collector string
	Probing   Probing
	// Prober tries one in a child process; unused with ProbeOff.
	Prober Prober
}

// Load loads the plugins of a place into this process, in order. A plugin that can't be loaded
// is in the result with its error, and the next is tried: every reason of every plugin is
// found in one start. The error is of the place itself.
//
// Once a plugin was opened it stays in the process, so Load is called once.
func Load(place catalog.Place, builtIns otelcol.Factories, how How) (*Result, error) {
	host, err := catalog.OpenSelf()
	if err != nil {
		return nil, err
	}
	defer host.Close()
	how.Policy.set(host)
	listing, err := catalog.ListPlace(place)
	if err != nil {
		return nil, err
	}
	vault, err := OpenVault(how.Policy.Trusted, listing.Plugins...)
	if err != nil {
		return nil, err
	}
	defer vault.Close()
	how.Prober = pinning(how.Prober, listing.Plugins)
	session := &session{host: host, taken: builtIn(builtIns), plan: plan.NewSimulation(host.Plan()), how: how}
	var records []catalog.Record
	var candidates []*plan.Candidate
	for _, listed := range listing.Plugins {
		record := vault.Judge(listed, host)
		records, candidates = append(records, record), append(candidates, record.Candidate())
	}
	waits := tryAlone(plan.Sequence(candidates, host.Plan()), how)
	result := &Result{Bare: listing.Bare(place)}
	for i, record := range records {
		result.Plugins = append(result.Plugins, session.load(record, waits[i]))
	}
	return result, nil
}
