package plan

import (
	"math/bits"
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

const (
	// Nodes of the search tree that are looked at before it settles for what it has, and pairs of plugins.
	mostNodes = 20_000
	mostLooks = 20_000_000
	// Of more that load alone no best order is looked for: pairs grow with the square.
	mostSound = 16_384
)

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
	if len(sound) > mostSound {
		return best
	}
	together := make([]*Candidate, len(sound))
	for place, i := range sound {
		together[place] = candidates[i]
	}
	places, exhaustive := largestWithoutConflict(conflictsOf(together, &host))
	best.Exhaustive = exhaustive && !byOthers
	kept := map[int]bool{}
	var order []int
	for _, place := range places {
		kept[sound[place]] = true
		order = append(order, sound[place])
	}
	for i, c := range candidates {
		if kept[i] {
			continue
		}
		order = append(order, i)
		if c.Alone.Verdict == verdict.Loads {
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

// conflicts has a bit for each pair of plugins that can't load in one process, whichever comes first. Plugins are meant by their places
// in the list that was asked about.
type conflicts struct {
	count, words int
	rows         []uint64
}

// claim is on something of which there can be one; the value tells those apart who share it without harm.
type claim struct {
	place int
	value string
}

// conflictsOf: each reason that sameModule, packageClashes and componentClash know, for all pairs at once.
func conflictsOf(candidates []*Candidate, host *Host) *conflicts {
	claims := map[string][]claim{}
	add := func(name string, place int, value string) { claims[name] = append(claims[name], claim{place, value}) }
	refuses := host.Opens == WhatLoads
	for place, c := range candidates {
		own := strconv.Itoa(place)
		if refuses {
			for _, component := range c.Components {
				add("component "+component, place, own)
			}
		}
		if c.Evidence == nil {
			continue
		}
		if !verdict.OpensAsGo(c.Evidence) {
			if refuses && c.File != nil {
				add("file "+c.File.Inode, place, own)
			}
			continue
		}
		if !refuses && c.File != nil {
			own = c.File.RealPath
		}
		if path := pluginPath(c); path != "" {
			add("path "+path, place, own)
		}
		if c.File != nil {
			add("file "+c.File.Inode, place, own)
		}
		if c.Evidence.Go == nil {
			continue
		}
		for _, entry := range c.Evidence.Go.LinkHashes {
			if host.HashOf(entry.Package) == "" {
				add("package "+entry.Package, place, entry.Hash)
			}
		}
	}
	words := (len(candidates) + 63) / 64
	found := &conflicts{len(candidates), words, make([]uint64, len(candidates)*words)}
	for _, claimants := range claims {
		found.addRivals(claimants)
	}
	return found
}

// addRivals: each of them conflicts with those that have another value.
func (c *conflicts) addRivals(claimants []claim) {
	byValue := map[string][]int{}
	all := make([]uint64, c.words)
	for _, claimant := range claimants {
		byValue[claimant.value] = append(byValue[claimant.value], claimant.place)
		setBit(all, claimant.place)
	}
	if len(byValue) < 2 {
		return
	}
	for _, places := range byValue {
		own := make([]uint64, c.words)
		for _, place := range places {
			setBit(own, place)
		}
		for _, place := range places {
			row := c.row(place)
			for word := range row {
				row[word] |= all[word] &^ own[word]
			}
			// A crafted table has a package twice: nobody is a rival of itself.
			row[place/64] &^= 1 << (place % 64)
		}
	}
}

func setBit(bits []uint64, place int) { bits[place/64] |= 1 << (place % 64) }

func (c *conflicts) row(place int) []uint64 { return c.rows[place*c.words : (place+1)*c.words] }

func (c *conflicts) between(a, b int) bool { return c.rows[a*c.words+b/64]>>(b%64)&1 == 1 }

// of gives the rivals of one, in order.
func (c *conflicts) of(place int) []int {
	var rivals []int
	for word, set := range c.row(place) {
		for ; set != 0; set &= set - 1 {
			rivals = append(rivals, word*64+bits.TrailingZeros64(set))
		}
	}
	return rivals
}

// search is what may still be looked at.
type search struct{ nodes, looks int }

// largestWithoutConflict is a maximum independent set, each connected part by itself; of several, the one that keeps the earliest.
func largestWithoutConflict(rivals *conflicts) (places []int, exhaustive bool) {
	left := &search{mostNodes, mostLooks}
	for _, part := range connected(rivals) {
		places = append(places, left.largestOf(part, rivals)...)
	}
	slices.Sort(places)
	return places, left.nodes > 0 && left.looks > 0
}

// largestOf one part.
func (s *search) largestOf(part []int, rivals *conflicts) []int {
	best := part[:1]
	type node struct{ taken, possible []int }
	waiting := []node{{nil, part}}
	for len(waiting) > 0 {
		next := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		if s.nodes--; s.nodes < 0 || s.looks <= 0 {
			break
		}
		if len(next.taken) > len(best) {
			best = next.taken
		}
		if len(next.possible) == 0 || len(next.taken)+len(next.possible) <= len(best) {
			continue
		}
		first, rest := next.possible[0], next.possible[1:]
		s.looks -= len(rest)
		var compatible []int
		for _, other := range rest {
			if !rivals.between(first, other) {
				compatible = append(compatible, other)
			}
		}
		// Without a rival among the rest nothing is gained by leaving it out.
		if len(compatible) < len(rest) {
			waiting = append(waiting, node{next.taken, rest})
		}
		waiting = append(waiting, node{append(slices.Clone(next.taken), first), compatible})
	}
	return best
}

// connected: those that conflict, directly or through others.
func connected(rivals *conflicts) [][]int {
	var parts [][]int
	seen := make([]bool, rivals.count)
	for start := range rivals.count {
		if seen[start] {
			continue
		}
		seen[start] = true
		part := []int{start}
		for at := 0; at < len(part); at++ {
			for _, other := range rivals.of(part[at]) {
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
