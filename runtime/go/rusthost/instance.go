package rusthost

// #include "bridge.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
	"unsafe"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// How long a component may take to stop, where nobody says; and how much longer the host waits
// for one that was told so and does not come back.
var (
	ShutdownTimeout = 30 * time.Second
	ShutdownGrace   = 10 * time.Second
)

// instance is one use of a component in the configuration: a handle of the plugin.
type instance struct {
	of     *registered
	id     component.ID
	logger *zap.Logger
	number uintptr
	handle unsafe.Pointer
	// send passes a batch of the plugin on to the pipeline; nil for what emits nothing.
	send func(ctx context.Context, s signal, otlp []byte) error

	mu    sync.Mutex
	state state
	// consuming are the calls of consume that run; idle is closed when the last ended after stopping.
	consuming int
	idle      chan struct{}
	// host is there from start on.
	host component.Host
	// emitting counts emits that run.
	emitting sync.WaitGroup
	// stopped is cancelled when no more may be emitted.
	stopped context.Context
	stop    context.CancelFunc
}

type state int

const (
	created state = iota
	// starting: nothing goes in yet, but a receiver may emit already.
	starting
	running
	// stopping: shutdown was called; nothing goes in any more, things may still come out.
	stopping
	gone
)

func newInstance(r *registered, id component.ID, telemetry component.TelemetrySettings, in, out signal, cfg component.Config,
	send func(context.Context, signal, []byte) error,
) (*instance, error) {
	config, ok := cfg.(*Config)
	if !ok {
		return nil, fmt.Errorf("its configuration is a %T", cfg)
	}
	text, err := config.text()
	if err != nil {
		return nil, err
	}
	i := &instance{of: r, id: id, logger: loggerOf(telemetry.Logger, r.library.path), send: send, idle: make(chan struct{})}
	i.stopped, i.stop = context.WithCancel(context.Background())
	i.number = instances.add(i)
	cID, cConfig := cText(id.String()), cText(text)
	defer cID.free()
	defer cConfig.free()
	errorText := newBuffer(maxErrorText)
	defer errorText.free()
	settings := C.otc_settings{
		signal:        C.uint32_t(in),
		output_signal: C.uint32_t(out),
		log_level:     lowestLevel(i.logger),
		id_size:       cID.size(),
		config_size:   cConfig.size(),
	}
	handle := new(unsafe.Pointer)
	code := C.ocx_create(r.functions, settings, C.uintptr_t(i.number), cID.pointer(), cConfig.pointer(), handle, errorText.c())
	if code != C.OTC_OK {
		i.stop()
		instances.remove(i.number)
		return nil, errorOfCall(r.library.path, code, errorText.text())
	}
	i.handle = *handle
	r.library.tell(i.logger)
	handles.Add(1)
	return i, nil
}

// Start lets it run.
func (i *instance) Start(_ context.Context, host component.Host) error {
	i.mu.Lock()
	i.host = host
	i.state = starting
	i.mu.Unlock()
	errorText := newBuffer(maxErrorText)
	defer errorText.free()
	code := C.ocx_start(i.of.functions, i.handle, errorText.c())
	i.mu.Lock()
	defer i.mu.Unlock()
	if code == C.OTC_OK {
		i.state = running
		return nil
	}
	i.state = created
	return errorOfCall(i.of.library.path, code, errorText.text())
}

var errNotRunning = errors.New("it is not running")

// begin is called before consume: nothing goes in before start returned or after shutdown was called.
func (i *instance) begin() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.state != running {
		return errNotRunning
	}
	i.consuming++
	return nil
}

func (i *instance) end() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.consuming--
	if i.consuming == 0 && i.state != running {
		close(i.idle)
	}
}

// Shutdown stops it and frees its handle. It is called for what was never started too, and may be
// called again. What does not come back in time is reported, and left alone from then on: its
// handle is not freed, since code of it still runs.
func (i *instance) Shutdown(ctx context.Context) error {
	i.mu.Lock()
	was := i.state
	if was == stopping || was == gone {
		i.mu.Unlock()
		return nil
	}
	i.state = stopping
	if i.consuming == 0 {
		close(i.idle)
	}
	i.mu.Unlock()

	patience := ShutdownTimeout
	if deadline, limited := ctx.Deadline(); limited {
		patience = max(time.Until(deadline), time.Millisecond)
	}
	done := make(chan error, 1)
	go func() {
		var err error
		if was == running {
			err = i.callShutdown(patience)
		}
		<-i.idle
		i.mu.Lock()
		i.state = gone
		i.mu.Unlock()
		i.stop()
		i.emitting.Wait()
		C.ocx_destroy(i.of.functions, i.handle)
		instances.remove(i.number)
		i.logger.Debug("Plugin component is gone", zap.Int64("handles", handles.Add(-1)))
		done <- err
	}()
	limit := time.NewTimer(patience + ShutdownGrace)
	defer limit.Stop()
	select {
	case err := <-done:
		return err
	case <-limit.C:
		err := fmt.Errorf("plugin %s: %s %s did not stop within %s: it is left as it is", i.of.library.path, i.of.kind, i.id, patience+ShutdownGrace)
		i.logger.Error("Plugin component does not stop", zap.Error(err))
		return err
	}
}

func (i *instance) callShutdown(patience time.Duration) error {
	errorText := newBuffer(maxErrorText)
	defer errorText.free()
	code := C.ocx_shutdown(i.of.functions, i.handle, C.uint64_t(patience), errorText.c())
	return errorOfCall(i.of.library.path, code, errorText.text())
}

// report says how it is, to whoever watches the Collector's health.
func (i *instance) report(status uint32, message string) {
	i.mu.Lock()
	host := i.host
	i.mu.Unlock()
	if host == nil {
		return
	}
	err := errors.New(orElse(message, "it does not say why"))
	switch status {
	case C.OTC_STATUS_OK:
		componentstatus.ReportStatus(host, componentstatus.NewEvent(componentstatus.StatusOK))
	case C.OTC_STATUS_RECOVERABLE:
		componentstatus.ReportStatus(host, componentstatus.NewRecoverableErrorEvent(err))
	case C.OTC_STATUS_PERMANENT:
		componentstatus.ReportStatus(host, componentstatus.NewPermanentErrorEvent(err))
	case C.OTC_STATUS_FATAL:
		componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
	}
}

var zapLevels = map[C.uint32_t]zapcore.Level{
	C.OTC_LOG_DEBUG: zapcore.DebugLevel,
	C.OTC_LOG_INFO:  zapcore.InfoLevel,
	C.OTC_LOG_WARN:  zapcore.WarnLevel,
	C.OTC_LOG_ERROR: zapcore.ErrorLevel,
}

func lowestLevel(logger *zap.Logger) C.uint32_t {
	for level := C.uint32_t(C.OTC_LOG_DEBUG); level < C.OTC_LOG_ERROR; level++ {
		if logger.Core().Enabled(zapLevels[level]) {
			return level
		}
	}
	return C.OTC_LOG_ERROR
}
