package rusthost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
)

func spans(names ...string) ptrace.Traces {
	data := ptrace.NewTraces()
	list := data.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for _, name := range names {
		list.AppendEmpty().SetName(name)
	}
	return data
}

// sink keeps what arrives.
type sink struct {
	mu   sync.Mutex
	got  []ptrace.Traces
	with error
}

func (s *sink) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (s *sink) ConsumeTraces(_ context.Context, data ptrace.Traces) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, data)
	return s.with
}

func shutDown(t *testing.T, c component.Component) {
	t.Helper()
	if err := c.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	nothingHeld(t)
}

func TestABatchGoesThroughThePluginAndOn(t *testing.T) {
	for what, want := range map[string]int{"copy": 1, "unchanged": 1, "drop": 0, "emit": 2} {
		to := &sink{}
		p := processorOf(t, what, to)
		data := spans("first", strings.Repeat("long", 100_000))
		if err := p.ConsumeTraces(context.Background(), data); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if len(to.got) != want {
			t.Errorf("%s: %d batches came out, want %d", what, len(to.got), want)
		}
		sent, _ := traceBytes.MarshalTraces(data)
		for _, out := range to.got {
			if received, _ := traceBytes.MarshalTraces(out); !bytes.Equal(received, sent) {
				t.Errorf("%s: what came out is not what went in", what)
			}
		}
		shutDown(t, p)
	}
}

func TestAnEmptyBatchIsOne(t *testing.T) {
	to := &sink{}
	p := processorOf(t, "unchanged", to)
	if err := p.ConsumeTraces(context.Background(), ptrace.NewTraces()); err != nil || len(to.got) != 1 {
		t.Errorf("%d batches, %v", len(to.got), err)
	}
	shutDown(t, p)
}

func TestReturnCodesAreErrorsOfTheCollector(t *testing.T) {
	for what, want := range map[string]struct {
		permanent bool
		text      string
	}{
		"retryable": {false, "busy"},
		"permanent": {true, `bad \x1b[31mdata` + "\ufffd"},
		"panic":     {true, "plugin.so panicked: index out of bounds"},
		"silent":    {true, "does not say why"},
		"strange":   {true, "99, which is no code"},
		"no otlp":   {true, "not OTLP"},
	} {
		to := &sink{}
		p := processorOf(t, what, to)
		err := p.ConsumeTraces(context.Background(), spans("a"))
		if err == nil || !strings.Contains(err.Error(), want.text) || consumererror.IsPermanent(err) != want.permanent {
			t.Errorf("%s: %v, permanent %v", what, err, consumererror.IsPermanent(err))
		}
		if len(to.got) != 0 {
			t.Errorf("%s: a batch went on", what)
		}
		shutDown(t, p)
	}
}

func TestAPanicIsAnErrorThatNamesThePlugin(t *testing.T) {
	p := processorOf(t, "panic", &sink{})
	var panicked *Panic
	if err := p.ConsumeTraces(context.Background(), spans("a")); !errors.As(err, &panicked) || !strings.HasSuffix(panicked.Plugin, "plugin.so") {
		t.Errorf("%v", err)
	}
	shutDown(t, p)
}

func TestWhatComesNextMayRefuse(t *testing.T) {
	p := processorOf(t, "emit", &sink{with: consumererror.NewPermanent(errors.New("no"))})
	if err := p.ConsumeTraces(context.Background(), spans("a")); !consumererror.IsPermanent(err) {
		t.Errorf("%v", err)
	}
	shutDown(t, p)
}

func TestABatchOfAnotherSignalIsNotEmitted(t *testing.T) {
	p := processorOf(t, "wrong signal", &sink{})
	if err := p.ConsumeTraces(context.Background(), spans("a")); err != nil {
		t.Error(err)
	}
	shutDown(t, p)
}

func TestAnErrorTextHasALimit(t *testing.T) {
	p := processorOf(t, "too much", &sink{})
	err := p.ConsumeTraces(context.Background(), spans("a"))
	// Each NUL is four characters, made visible.
	if err == nil || len(err.Error()) > 4*maxErrorText+100 {
		t.Errorf("an error of %d bytes", len(fmt.Sprint(err)))
	}
	shutDown(t, p)
}

func TestADeadlineIsToldToThePlugin(t *testing.T) {
	p := processorOf(t, "copy", &sink{})
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	if err := p.ConsumeTraces(ctx, spans("a")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	shutDown(t, p)
}

// counting notes what arrives, by its name.
type counting struct {
	sink
	seen sync.Map
}

func (c *counting) ConsumeTraces(_ context.Context, data ptrace.Traces) error {
	name := data.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Name()
	times, _ := c.seen.LoadOrStore(name, new(atomic.Int32))
	times.(*atomic.Int32).Add(1)
	return nil
}

func TestOf10000BatchesFrom8ClientsNoneIsLostOrDoubled(t *testing.T) {
	const clients, each = 8, 1250
	to := &counting{}
	p := processorOf(t, "copy", to)
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := range each {
				if err := p.ConsumeTraces(context.Background(), spans(fmt.Sprintf("%d/%d", client, i), strings.Repeat("x", i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for client := range clients {
		for i := range each {
			times, there := to.seen.Load(fmt.Sprintf("%d/%d", client, i))
			if !there || times.(*atomic.Int32).Load() != 1 {
				t.Fatalf("batch %d of client %d did not arrive once", i, client)
			}
		}
	}
	shutDown(t, p)
}

func TestMetricsAndLogsGoTheSameWay(t *testing.T) {
	telemetry, _ := settings()
	set := processor.Settings{ID: id, TelemetrySettings: telemetry}
	ctx := context.Background()
	var gotMetrics, gotLogs int
	toMetrics, _ := consumer.NewMetrics(func(_ context.Context, data pmetric.Metrics) error {
		gotMetrics += data.MetricCount()
		return nil
	})
	toLogs, _ := consumer.NewLogs(func(_ context.Context, data plog.Logs) error {
		gotLogs += data.LogRecordCount()
		return nil
	})
	m, err := plugin.processor.CreateMetrics(ctx, set, told(plugin.processor, "copy"), toMetrics)
	if err != nil {
		t.Fatal(err)
	}
	l, err := plugin.processor.CreateLogs(ctx, set, told(plugin.processor, "copy"), toLogs)
	if err != nil {
		t.Fatal(err)
	}
	metricData, logData := pmetric.NewMetrics(), plog.NewLogs()
	metricData.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetName("a")
	logData.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("b")
	for _, err := range []error{m.Start(ctx, host{}), l.Start(ctx, host{}), m.ConsumeMetrics(ctx, metricData), l.ConsumeLogs(ctx, logData)} {
		if err != nil {
			t.Error(err)
		}
	}
	if gotMetrics != 1 || gotLogs != 1 {
		t.Errorf("%d metrics, %d log records", gotMetrics, gotLogs)
	}
	if err := m.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	shutDown(t, l)
}

func TestAnExporterTakesBatches(t *testing.T) {
	telemetry, _ := settings()
	e, err := plugin.exporter.CreateTraces(context.Background(), exporter.Settings{ID: id, TelemetrySettings: telemetry}, told(plugin.exporter, "copy"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.Start(context.Background(), host{}), e.ConsumeTraces(context.Background(), spans("a"))); err != nil {
		t.Error(err)
	}
	shutDown(t, e)
}

func TestAConnectorTurnsOneSignalIntoAnother(t *testing.T) {
	telemetry, _ := settings()
	var got int
	to, _ := consumer.NewMetrics(func(_ context.Context, data pmetric.Metrics) error {
		got += data.MetricCount()
		return nil
	})
	set := connector.Settings{ID: id, TelemetrySettings: telemetry}
	c, err := plugin.connector.CreateTracesToMetrics(context.Background(), set, told(plugin.connector, "copy"), to)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Start(context.Background(), host{}), c.ConsumeTraces(context.Background(), spans("a", "b"))); err != nil {
		t.Error(err)
	}
	if got != 1 {
		t.Errorf("%d metrics came out, want 1", got)
	}
	shutDown(t, c)
	if _, err := plugin.connector.CreateTracesToTraces(context.Background(), set, told(plugin.connector, "copy"), &sink{}); err == nil {
		t.Error("a connection that the plugin does not have was made")
	}
}
