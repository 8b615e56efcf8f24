package rusthost

// #include "bridge.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

var (
	traceBytes   ptrace.ProtoMarshaler
	traceReader  ptrace.ProtoUnmarshaler
	metricBytes  pmetric.ProtoMarshaler
	metricReader pmetric.ProtoUnmarshaler
	logBytes     plog.ProtoMarshaler
	logReader    plog.ProtoUnmarshaler
)

// capabilities: a batch goes to a plugin as bytes, and what comes back is new.
var capabilities = consumer.Capabilities{MutatesData: false}

// component of a plugin in a pipeline. What comes in is consumed; what comes out goes to next,
// by the same way whether it is the answer of consume or emitted.
type pipelined struct {
	*instance
	next next
}

// next is where a component sends its batches: one of the three, or none of them.
type next struct {
	traces  consumer.Traces
	metrics consumer.Metrics
	logs    consumer.Logs
}

// signal that goes out; 0 for an exporter.
func (n next) signal() signal {
	switch {
	case n.traces != nil:
		return traces
	case n.metrics != nil:
		return metrics
	case n.logs != nil:
		return logs
	}
	return 0
}

var errUnknownSignal = errors.New("the batch is of another signal than this instance emits")

// send reads a batch and passes it on. The bytes are the plugin's: everything is copied out of them.
func (n next) send(ctx context.Context, of signal, otlp []byte) error {
	if of == 0 || of != n.signal() {
		return errUnknownSignal
	}
	switch of {
	case traces:
		data, err := traceReader.UnmarshalTraces(otlp)
		if err != nil {
			return notOTLP(err)
		}
		return n.traces.ConsumeTraces(ctx, data)
	case metrics:
		data, err := metricReader.UnmarshalMetrics(otlp)
		if err != nil {
			return notOTLP(err)
		}
		return n.metrics.ConsumeMetrics(ctx, data)
	}
	data, err := logReader.UnmarshalLogs(otlp)
	if err != nil {
		return notOTLP(err)
	}
	return n.logs.ConsumeLogs(ctx, data)
}

// Capabilities are those of a consumer.
func (p *pipelined) Capabilities() consumer.Capabilities { return capabilities }

// ConsumeTraces lets the plugin have a batch, and passes on what it gives.
func (p *pipelined) ConsumeTraces(ctx context.Context, data ptrace.Traces) error {
	otlp, err := traceBytes.MarshalTraces(data)
	if err != nil {
		return permanent(err)
	}
	return p.consume(ctx, traces, otlp, func() error { return p.next.traces.ConsumeTraces(ctx, data) })
}

// ConsumeMetrics is ConsumeTraces for metrics.
func (p *pipelined) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	otlp, err := metricBytes.MarshalMetrics(data)
	if err != nil {
		return permanent(err)
	}
	return p.consume(ctx, metrics, otlp, func() error { return p.next.metrics.ConsumeMetrics(ctx, data) })
}

// ConsumeLogs is ConsumeTraces for logs.
func (p *pipelined) ConsumeLogs(ctx context.Context, data plog.Logs) error {
	otlp, err := logBytes.MarshalLogs(data)
	if err != nil {
		return permanent(err)
	}
	return p.consume(ctx, logs, otlp, func() error { return p.next.logs.ConsumeLogs(ctx, data) })
}

// consume is one crossing: bytes in, bytes out, in memory of C that the plugin appends to.
func (p *pipelined) consume(ctx context.Context, of signal, otlp []byte, unchanged func() error) error {
	output := newBuffer(maxOutput)
	defer output.free()
	code, err := p.call(ctx, of, otlp, output)
	if err != nil {
		return err
	}
	if code == C.OTC_UNCHANGED {
		return unchanged()
	}
	out := output.bytes()
	if p.next.signal() == 0 || len(out) == 0 {
		return nil
	}
	return p.next.send(ctx, p.next.signal(), out)
}

func (p *pipelined) call(ctx context.Context, of signal, otlp []byte, output *buffer) (C.int32_t, error) {
	if err := p.begin(); err != nil {
		return 0, fmt.Errorf("%s %s: %w", p.of.kind, p.id, err)
	}
	defer p.end()
	var patience C.uint64_t
	if deadline, limited := ctx.Deadline(); limited {
		left := time.Until(deadline)
		if left <= 0 {
			return 0, context.DeadlineExceeded
		}
		patience = C.uint64_t(left)
	}
	errorText := newBuffer(maxErrorText)
	defer errorText.free()
	into := output.c()
	if p.next.signal() == 0 {
		into = nil
	}
	code := C.ocx_consume(p.of.functions, p.handle, C.uint32_t(of), (*C.uint8_t)(unsafe.SliceData(otlp)), C.size_t(len(otlp)),
		patience, into, errorText.c())
	if code == C.OTC_UNCHANGED {
		if p.of.kind != "processor" {
			return 0, permanent(fmt.Errorf("a %s answered that the batch goes on unchanged, which only a processor may", p.of.kind))
		}
		return code, nil
	}
	return code, errorOfData(p.of.library.path, code, errorText.text())
}
