package plan

import (
	"slices"
	"strconv"

	"ocx.dev/runtime/verdict"
)

// Best is the order in which most plugins load, as far as one was looked for.
type Best struct {
	Loads int
	// Order has indices of the candidates; nil where no order was found that loads more than the one at hand.
	Order []int
	// Exhaustive: no order loads more than Loads; else the search was cut short.
	Exhaustive bool
	// LeftOut are those that load alone, and not in the best order that was found.
	LeftOut []int
}

// budget is how many nodes of the search tree are looked at before it settles for what it has.
const budget = 20_000

// bestOrder: plugins load together when no two of them conflict, and then in any order, if they come before all others: so the most that can
// load is the largest set without a conflict among those that load alone. Exact (branch and bound) within a budget.
func bestOrder(candidates []*Candidate, steps []Step, host Host) Best {
	best := Best{Loads: loading(steps), LeftOut: []int{}}
	var sound []int
	byOthers := false
	for i, c := range candidates {
		loadsAlone := c.Alone.Verdict == verdict.Loads
		if loadsAlone {
			sound = append(sound, i)
		}
		byOthers = byOthers || steps[i].Judgement.Verdict == verdict.Loads && !loadsAlone
	}
	if best.Loads >= len(sound) {
		best.Exhaustive = !byOthers
		return best
	}
	chosen, exhaustive := largestWithoutConflict(sound, conflictsOf(sound, candidates, &host))
	best.Exhaustive = exhaustive && !byOthers
	order := slices.Clone(chosen)
	for i := range candidates {
		if slices.Contains(chosen, i) {
			continue
		}
		order = append(order, i)
		if slices.Contains(sound, i) {
			best.LeftOut = append(best.LeftOut, i)
		}
	}
	inOrder := make([]*Candidate, len(order))
	for at, i := range order {
		inOrder[at] = candidates[i]
	}
	if loads := loading(simulate(inOrder, host)); loads > best.Loads {
		best.Loads, best.Order = loads, order
	}
	return best
}

// conflicts has, of each plugin, those that can't load in one process with it.
type conflicts map[int]map[int]bool

// claim is on something of which there can be one; the value tells those apart who share it without harm.
type claim struct {
	index int
	value string
}

// conflictsOf: each reason that sameModule, packageClashes and componentClash know, for all pairs at once.
func conflictsOf(indices []int, candidates []*Candidate, host *Host) conflicts {
	found := conflicts{}
	claims := map[string][]claim{}
	add := func(name string, index int, value string) { claims[name] = append(claims[name], claim{index, value}) }
	refuses := host.Opens == WhatLoads
	for _, index := range indices {
		found[index] = map[int]bool{}
		c := candidates[index]
		own := strconv.Itoa(index)
		if refuses {
			for _, component := range c.Components {
				add("component "+component, index, own)
			}
		}
		if c.Evidence == nil {
			continue
		}
		if !verdict.OpensAsGo(c.Evidence) {
			if refuses && c.File != nil {
				add("file "+c.File.Inode, index, own)
			}
			continue
		}
		if !refuses && c.File != nil {
			own = c.File.RealPath
		}
		if path := pluginPath(c); path != "" {
			add("path "+path, index, own)
		}
		if c.File != nil {
			add("file "+c.File.Inode, index, own)
		}
		if c.Evidence.Go == nil {
			continue
		}
		for _, entry := range c.Evidence.Go.LinkHashes {
			if host.HashOf(entry.Package) == "" {
				add("package "+entry.Package, index, entry.Hash)
			}
		}
	}
	for _, claimants := range claims {
		if !slices.ContainsFunc(claimants, func(other claim) bool { return other.value != claimants[0].value }) {
			continue
		}
		for _, a := range claimants {
			for _, b := range claimants {
				if a.value != b.value {
					found[a.index][b.index] = true
				}
			}
		}
	}
	return found
}

// largestWithoutConflict is a maximum independent set, each connected part by itself; of several, the one that keeps the earliest.
func largestWithoutConflict(nodes []int, rivals conflicts) (chosen []int, exhaustive bool) {
	left := budget
	for _, part := range connected(nodes, rivals) {
		var best []int
		var search func(taken, possible []int)
		search = func(taken, possible []int) {
			if left--; left < 0 {
				return
			}
			if len(taken) > len(best) {
				best = taken
			}
			if len(possible) == 0 || len(taken)+len(possible) <= len(best) {
				return
			}
			node, rest := possible[0], possible[1:]
			var compatible []int
			for _, other := range rest {
				if !rivals[node][other] {
					compatible = append(compatible, other)
				}
			}
			search(append(slices.Clone(taken), node), compatible)
			search(taken, rest)
		}
		search(nil, part)
		if len(best) == 0 {
			best = part[:1]
		}
		chosen = append(chosen, best...)
	}
	slices.Sort(chosen)
	return chosen, left > 0
}

// connected: those that conflict, directly or through others.
func connected(nodes []int, rivals conflicts) [][]int {
	var parts [][]int
	seen := map[int]bool{}
	for _, start := range nodes {
		if seen[start] {
			continue
		}
		seen[start] = true
		part := []int{start}
		for at := 0; at < len(part); at++ {
			for other := range rivals[part[at]] {
				if !seen[other] {
					part = append(part, other)
				}
				seen[other] = true
			}
		}
		slices.Sort(part)
		parts = append(parts, part)
	}
	return parts
}
