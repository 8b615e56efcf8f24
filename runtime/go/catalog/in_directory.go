package catalog

import (
	"path/filepath"

	"ocx.dev/runtime/plan"
)

// InDirectory is how a file that was named alone fares in the directory it lies in.
type InDirectory struct {
	// Directory is absolute.
	Directory string
	// Record has the judgement, the order and the step of its place.
	Record Record
	// BrokenBy are those that come before it and are why it does not load.
	BrokenBy []Record
}

// InDirectory judges a file where it lies: after the plugins of its directory that a host opens before it, as a list does. Those after
// it can't matter, and are not read. Nil without a host, and for what is not loaded from a directory: it does not end in .so.
func (r Record) InDirectory(host *Host) (*InDirectory, error) {
	if host == nil || r.Judgement == nil {
		return nil, nil
	}
	path, err := filepath.Abs(r.Path)
	if err != nil {
		return nil, err
	}
	place := &InDirectory{Directory: filepath.Dir(path)}
	listing, err := ListPlace(Place{Directories: []string{place.Directory}})
	if err != nil {
		return nil, err
	}
	var earlier []Record
	var candidates []*plan.Candidate
	for _, listed := range listing.Plugins {
		if listed.Path == path {
			r.Order = listed.Order
			steps := plan.Sequence(append(candidates, r.Candidate()), host.Plan())
			place.Record = r.At(steps[len(steps)-1])
			for _, order := range place.Record.Step.BrokenBy {
				place.BrokenBy = append(place.BrokenBy, earlier[order-1])
			}
			return place, nil
		}
		other := listed.Judge(host)
		earlier, candidates = append(earlier, other), append(candidates, other.Candidate())
	}
	return nil, nil
}
