package rusthost

// #include "bridge.h"
import "C"

import (
	"sync"
	"sync/atomic"
)

// handles counts those that plugins gave and that are not destroyed.
var handles atomic.Int64

// Counts are what this process holds of plugins. After the Collector has shut down all but Libraries are 0.
type Counts struct {
	// Libraries that were opened; they stay.
	Libraries int
	// Handles of plugins that were not destroyed.
	Handles int
	// Instances that plugins can name.
	Instances int
	// Buffers with memory, each in use by a call.
	Buffers int
}

// Held counts now.
func Held() Counts {
	libraries.Lock()
	opened := len(libraries.list)
	libraries.Unlock()
	return Counts{
		Libraries: opened,
		Handles:   int(handles.Load()),
		Instances: instances.count(),
		Buffers:   int(C.ocx_buffers()),
	}
}

// table has the instances that plugins know by number: C keeps no Go pointers, and one that
// outlives its instance names nothing.
type table struct {
	mu   sync.RWMutex
	last uintptr
	all  map[uintptr]*instance
}

var instances = table{all: map[uintptr]*instance{}}

func (t *table) add(i *instance) uintptr {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	t.all[t.last] = i
	return t.last
}

// get gives nil for a number that names none.
func (t *table) get(number uintptr) *instance {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.all[number]
}

func (t *table) remove(number uintptr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.all, number)
}

func (t *table) count() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.all)
}
