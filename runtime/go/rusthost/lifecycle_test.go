package rusthost

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/receiver"
)

func TestPanicsInCreateAndShutdownAreErrors(t *testing.T) {
	telemetry, _ := settings()
	set := processor.Settings{ID: id, TelemetrySettings: telemetry}
	var panicked *Panic
	_, err := plugin.processor.CreateTraces(context.Background(), set, told(plugin.processor, "panic in create"), &sink{})
	if !errors.As(err, &panicked) || panicked.Message != "create panicked" {
		t.Errorf("create: %v", err)
	}
	nothingHeld(t)
	p := processorOf(t, "panic in shutdown", &sink{})
	if err := p.Shutdown(context.Background()); !errors.As(err, &panicked) || panicked.Message != "shutdown panicked" {
		t.Errorf("shutdown: %v", err)
	}
	nothingHeld(t)
}

func TestNothingGoesInBeforeStartOrAfterShutdown(t *testing.T) {
	telemetry, _ := settings()
	set := processor.Settings{ID: id, TelemetrySettings: telemetry}
	p, err := plugin.processor.CreateTraces(context.Background(), set, told(plugin.processor, "copy"), &sink{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.ConsumeTraces(context.Background(), spans("a")); !errors.Is(err, errNotRunning) {
		t.Errorf("before start: %v", err)
	}
	if err := p.Start(context.Background(), host{}); err != nil {
		t.Fatal(err)
	}
	shutDown(t, p)
	if err := p.ConsumeTraces(context.Background(), spans("a")); !errors.Is(err, errNotRunning) {
		t.Errorf("after shutdown: %v", err)
	}
	if err := p.Shutdown(context.Background()); err != nil {
		t.Errorf("a second shutdown: %v", err)
	}
}

func TestWhatFailedToStartOrNeverDidIsFreed(t *testing.T) {
	telemetry, _ := settings()
	set := processor.Settings{ID: id, TelemetrySettings: telemetry}
	for _, start := range []bool{true, false} {
		p, err := plugin.processor.CreateTraces(context.Background(), set, told(plugin.processor, "fail in start"), &sink{})
		if err != nil {
			t.Fatal(err)
		}
		if start {
			if err := p.Start(context.Background(), host{}); err == nil || err.Error() != "the port is taken" {
				t.Errorf("start: %v", err)
			}
		}
		shutDown(t, p)
	}
}

func TestShutdownWhileConsumeRuns(t *testing.T) {
	p := processorOf(t, "slow", &sink{})
	var all sync.WaitGroup
	var begun, stopped atomic.Int32
	for range 8 {
		all.Go(func() {
			begun.Add(1)
			if err := p.ConsumeTraces(context.Background(), spans("a")); err != nil && strings.Contains(err.Error(), "stopped in the middle") {
				stopped.Add(1)
			}
		})
	}
	for begun.Load() < 8 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	shutDown(t, p)
	all.Wait()
	if stopped.Load() == 0 {
		t.Error("no call was in the middle of it: the test shows nothing")
	}
}

func TestWhatNeverStopsIsReportedAndLeft(t *testing.T) {
	grace := ShutdownGrace
	ShutdownGrace = 10 * time.Millisecond
	defer func() { ShutdownGrace = grace }()
	p := processorOf(t, "never stops", &sink{})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := p.Shutdown(ctx)
	if err == nil || !strings.Contains(err.Error(), "processor c/test did not stop within") {
		t.Errorf("%v", err)
	}
	if Held().Handles != 1 {
		t.Errorf("%+v", Held())
	}
	// It comes back after all, and then it is freed.
	for range 400 {
		if Held().Handles == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	nothingHeld(t)
}

func receiverOf(t *testing.T, what string, next consumer.Traces) (receiver.Traces, func() string) {
	t.Helper()
	telemetry, written := settings()
	r, err := plugin.receiver.CreateTraces(context.Background(), receiver.Settings{ID: id, TelemetrySettings: telemetry}, told(plugin.receiver, what), next)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(context.Background(), host{}); err != nil {
		t.Fatal(err)
	}
	return r, func() string {
		var lines []string
		for _, entry := range written.All() {
			lines = append(lines, entry.Level.String()+" "+entry.Message)
		}
		return strings.Join(lines, "\n")
	}
}

func TestAReceiverWaitsForThePipeline(t *testing.T) {
	var running, most, all atomic.Int32
	to, _ := consumer.NewTraces(func(_ context.Context, data ptrace.Traces) error {
		most.Store(max(most.Load(), running.Add(1)))
		defer running.Add(-1)
		if all.Add(int32(data.ResourceSpans().Len())) < 50 {
			time.Sleep(time.Millisecond)
		}
		return nil
	})
	r, log := receiverOf(t, "receive", to)
	for all.Load() < 1000 {
		time.Sleep(time.Millisecond)
	}
	shutDown(t, r)
	if most.Load() != 1 || all.Load() != 1000 {
		t.Errorf("%d batches, %d of one thread at a time", all.Load(), most.Load())
	}
	if !strings.Contains(log(), "info emitted 1000") {
		t.Errorf("log: %s", log())
	}
}

func TestWhatThePipelineRefusesIsToldToTheReceiver(t *testing.T) {
	var refusals atomic.Int32
	to, _ := consumer.NewTraces(func(context.Context, ptrace.Traces) error {
		if refusals.Add(1) <= 3 {
			return errors.New("the queue is full, and this sentence is longer than the memory for it")
		}
		return nil
	})
	r, log := receiverOf(t, "receive", to)
	for refusals.Load() < 1003 {
		time.Sleep(time.Millisecond)
	}
	shutDown(t, r)
	if got := strings.Count(log(), "warn refused with 1: the queue is full, and this sentence is longer\n"); got != 3 {
		t.Errorf("%d refusals in the log:\n%s", got, log())
	}
}

func TestAReceiverStopsWhileItEmits(t *testing.T) {
	to, _ := consumer.NewTraces(func(context.Context, ptrace.Traces) error { return errors.New("never") })
	r, _ := receiverOf(t, "receive", to)
	time.Sleep(20 * time.Millisecond)
	shutDown(t, r)
}

func TestLastWordsAreSentDuringShutdown(t *testing.T) {
	to := &sink{}
	p := processorOf(t, "last words", to)
	shutDown(t, p)
	if len(to.got) != 1 {
		t.Errorf("%d batches", len(to.got))
	}
}

type watchedHost struct {
	host
	events chan *componentstatus.Event
}

func (h watchedHost) Report(event *componentstatus.Event) { h.events <- event }

func TestAnInstanceSaysHowItIs(t *testing.T) {
	telemetry, written := settings()
	e, err := plugin.extension.Create(context.Background(), extension.Settings{ID: id, TelemetrySettings: telemetry}, told(plugin.extension, "unwell"))
	if err != nil {
		t.Fatal(err)
	}
	watched := watchedHost{events: make(chan *componentstatus.Event, 1)}
	if err := e.Start(context.Background(), watched); err != nil {
		t.Fatal(err)
	}
	event := <-watched.events
	if event.Status() != componentstatus.StatusRecoverableError || event.Err().Error() != "the server is away" {
		t.Errorf("%s %v", event.Status(), event.Err())
	}
	shutDown(t, e)
	for _, entry := range written.All() {
		if plugin, _ := entry.ContextMap()["plugin"].(string); !strings.HasSuffix(plugin, "plugin.so") {
			t.Errorf("%s does not name the plugin: %v", entry.Message, entry.ContextMap())
		}
	}
}

var _ component.Host = watchedHost{}
