package rusthost

// #include <string.h>
// #include "bridge.h"
import "C"

import (
	"context"
	"encoding/json"
	"time"
	"unsafe"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"

	"ocx.dev/runtime/internal/clean"
)

//export ocxLog
func ocxLog(library, number C.uintptr_t, level C.uint32_t, message *C.char, messageSize C.size_t, fields *C.char, fieldsSize C.size_t) {
	zapLevel, known := zapLevels[level]
	if !known {
		return
	}
	logger := pluginLogger(uintptr(library), uintptr(number))
	if logger == nil {
		if l := libraryOf(uintptr(library)); l != nil && number == 0 {
			l.note(zapLevel, cleaned(textOf(message, messageSize)))
		}
		return
	}
	entry := logger.Check(zapLevel, cleaned(textOf(message, messageSize)))
	if entry == nil {
		return
	}
	entry.Write(attributes(textOf(fields, fieldsSize))...)
}

// pluginLogger is the component's; where the plugin itself speaks, that of any component it has, since the Collector
// has no logger before it makes components.
func pluginLogger(library, number uintptr) *zap.Logger {
	if number != 0 {
		if i := instances.get(number); i != nil {
			return i.logger
		}
		return nil
	}
	l := libraryOf(library)
	if l == nil {
		return nil
	}
	return instances.loggerOf(l)
}

func (t *table) loggerOf(l *library) *zap.Logger {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, i := range t.all {
		if i.of.library == l {
			return i.logger
		}
	}
	return nil
}

// loggerOf names the plugin in each entry: the component's own attributes don't.
func loggerOf(logger *zap.Logger, path string) *zap.Logger {
	if logger == nil {
		logger = zap.NewNop()
	}
	return logger.With(zap.String("plugin", clean.Text(path)))
}

func attributes(text string) []zap.Field {
	if text == "" {
		return nil
	}
	var values map[string]any
	if json.Unmarshal([]byte(text), &values) != nil {
		return []zap.Field{zap.String("fields", cleaned(text))}
	}
	var fields []zap.Field
	for key, value := range values {
		if text, isText := value.(string); isText {
			value = cleaned(text)
		}
		fields = append(fields, zap.Any(cleaned(key), value))
	}
	return fields
}

//export ocxReportStatus
func ocxReportStatus(number C.uintptr_t, status C.uint32_t, message *C.char, messageSize C.size_t) {
	if i := instances.get(uintptr(number)); i != nil {
		i.report(uint32(status), cleaned(textOf(message, messageSize)))
	}
}

//export ocxEmit
func ocxEmit(number C.uintptr_t, of C.uint32_t, otlp *C.uint8_t, size C.size_t, timeout C.uint64_t, errorText *C.char, capacity C.size_t) C.int32_t {
	refuse := func(code C.int32_t, sentence string) C.int32_t {
		putText(errorText, capacity, sentence)
		return code
	}
	i := instances.get(uintptr(number))
	if i == nil || i.send == nil {
		return refuse(C.OTC_ABI, "no instance that emits")
	}
	i.mu.Lock()
	state := i.state
	if state != created && state != gone {
		i.emitting.Add(1)
		defer i.emitting.Done()
	}
	i.mu.Unlock()
	switch state {
	case created:
		return refuse(C.OTC_ABI, "it is not started")
	case gone:
		return refuse(C.OTC_PERMANENT, "it was shut down")
	}
	ctx := i.stopped
	if timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, time.Duration(min(uint64(timeout), 1<<62)))
		defer cancel()
		ctx = limited
	}
	err := i.send(ctx, signal(of), unsafe.Slice((*byte)(otlp), int(size)))
	switch {
	case err == nil:
		return C.OTC_OK
	case err == errUnknownSignal:
		return refuse(C.OTC_ABI, err.Error())
	case consumererror.IsPermanent(err):
		return refuse(C.OTC_PERMANENT, err.Error())
	}
	return refuse(C.OTC_RETRYABLE, err.Error())
}

func textOf(pointer *C.char, size C.size_t) string {
	if pointer == nil || size == 0 {
		return ""
	}
	return string(unsafe.Slice((*byte)(unsafe.Pointer(pointer)), int(size)))
}

// putText puts a text into memory of the plugin, cut to fit with the NUL that ends it.
func putText(to *C.char, capacity C.size_t, text string) {
	if to == nil || capacity == 0 {
		return
	}
	memory := unsafe.Slice((*byte)(unsafe.Pointer(to)), int(capacity))
	n := copy(memory[:len(memory)-1], text)
	memory[n] = 0
}
