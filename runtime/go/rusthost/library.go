// Package rusthost loads plugins that speak the C ABI of spec/otelcol_plugin.h, Rust ones above all,
// and makes factories of what they register: to the Collector their components are like any other.
//
// A plugin is verified before it comes here (package loader): Open runs its code.
package rusthost

// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unsafe"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"ocx.dev/runtime/pluginapi"
)

//go:generate cp ../../../spec/otelcol_plugin.h otelcol_plugin.h

// ABIVersion is what this host speaks (OTC_ABI_VERSION): a plugin's manifest must say the same.
const ABIVersion = C.OTC_ABI_VERSION

// Symbol is what is looked up in a plugin and called once.
const Symbol = "register_collector_plugin"

// library is one that was opened. It is never unloaded: code of it may still run in threads that
// a plugin failed to join, and Go can't tell.
type library struct {
	path     string
	registry pluginapi.Registry
	// faults are what was wrong with the components that it registered.
	faults []error
	// registering: register_component is only for the time of that call.
	registering bool
	// said is what the plugin logged before there was a logger: an instance's writes it down.
	said []saying
}

type saying struct {
	level   zapcore.Level
	message string
}

func (l *library) note(level zapcore.Level, message string) {
	libraries.Lock()
	defer libraries.Unlock()
	if len(l.said) < maxSayings {
		l.said = append(l.said, saying{level, message})
	}
}

// tell writes down what was said before.
func (l *library) tell(logger *zap.Logger) {
	libraries.Lock()
	said := l.said
	l.said = nil
	libraries.Unlock()
	for _, s := range said {
		logger.Log(s.level, s.message)
	}
}

const maxSayings = 100

// complaints are what it said as errors, for what failed before there was a log.
func (l *library) complaints() string {
	libraries.Lock()
	defer libraries.Unlock()
	var texts []string
	for _, s := range l.said {
		if s.level >= zapcore.ErrorLevel {
			texts = append(texts, s.message)
		}
	}
	return strings.Join(texts, "; ")
}

// libraries are known to C by number, from 1: C keeps no Go pointers.
var libraries struct {
	sync.Mutex
	list []*library
}

func libraryOf(number uintptr) *library {
	libraries.Lock()
	defer libraries.Unlock()
	if number == 0 || number > uintptr(len(libraries.list)) {
		return nil
	}
	return libraries.list[number-1]
}

// Open opens a plugin, and lets it register its components: factories of them go to the registry.
//
// path is what the plugin is called; its bytes are those of file, an absolute path, which may be a copy of it.
// symbol is the entry symbol, as the manifest has it; collector the name and version of this
// Collector, for user agents. The error says what the dynamic linker says, or what
// register_collector_plugin returned, or which component could not be registered and why.
func Open(path, file, symbol, collector string, registry pluginapi.Registry) error {
	cPath := C.CString(file)
	defer C.free(unsafe.Pointer(cPath))
	var message *C.char
	handle := C.ocx_open(cPath, &message)
	if handle == nil {
		return &LinkError{taken(message)}
	}
	cSymbol := C.CString(symbol)
	defer C.free(unsafe.Pointer(cSymbol))
	function := C.ocx_symbol(handle, cSymbol, &message)
	if function == nil {
		return &LinkError{"no entry symbol: " + taken(message)}
	}
	l := &library{path: path, registry: registry, registering: true}
	libraries.Lock()
	libraries.list = append(libraries.list, l)
	number := len(libraries.list)
	libraries.Unlock()
	// Never freed: the table is valid for the rest of the process.
	host := C.ocx_host_new(C.uintptr_t(number), C.CString(collector), C.size_t(len(collector)))
	result := C.ocx_register(function, host)
	libraries.Lock()
	l.registering = false
	libraries.Unlock()
	if len(l.faults) > 0 {
		return errors.Join(l.faults...)
	}
	if result == C.OTC_ABI {
		return fmt.Errorf("it does not speak ABI version %d, which this Collector has", ABIVersion)
	}
	if err := errorOfCall(path, result, l.complaints()); err != nil {
		return fmt.Errorf("%s: %w", symbol, err)
	}
	return nil
}

// LinkError is the dynamic linker's: nothing of the plugin ran but its constructors. Any other error of Open is the
// plugin's own word.
type LinkError struct{ Message string }

func (e *LinkError) Error() string { return e.Message }

// taken makes a Go text of a malloc'd one.
func taken(text *C.char) string {
	defer C.free(unsafe.Pointer(text))
	return C.GoString(text)
}

//export ocxRegisterComponent
func ocxRegisterComponent(number C.uintptr_t, c *C.otc_component) C.int32_t {
	l := libraryOf(uintptr(number))
	if l == nil || !l.registering {
		return C.OTC_ABI
	}
	made, code, err := newComponent(l, c)
	if err == nil {
		if err = pluginapi.Register(l.registry, made.factory()); err == nil {
			return C.OTC_OK
		}
		code = C.OTC_PERMANENT
	}
	l.faults = append(l.faults, err)
	return code
}
