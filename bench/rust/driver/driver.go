// Package driver is a receiver that sends batches through its pipeline as fast as they are taken, and prints how long
// each took: one JSON line for each size of batch.
package driver

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver"
)

// Config of the receiver.
type Config struct {
	// Sizes of the batches, in spans.
	Sizes []int `mapstructure:"sizes"`
	// Time that each size is sent for; a tenth of it before, unmeasured.
	Time time.Duration `mapstructure:"time"`
}

// NewFactory is what a build file asks for.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(component.MustNewType("driver"),
		func() component.Config { return &Config{} },
		receiver.WithTraces(create, component.StabilityLevelDevelopment))
}

func create(_ context.Context, _ receiver.Settings, cfg component.Config, next consumer.Traces) (receiver.Traces, error) {
	return &driver{config: cfg.(*Config), next: next}, nil
}

type driver struct {
	component.ShutdownFunc
	config *Config
	next   consumer.Traces
}

func (d *driver) Start(context.Context, component.Host) error {
	go func() {
		for _, size := range d.config.Sizes {
			template := batch(size)
			d.run(template, d.config.Time/10)
			took := d.run(template, d.config.Time)
			slices.Sort(took)
			var all time.Duration
			for _, t := range took {
				all += t
			}
			line, _ := json.Marshal(map[string]any{
				"spans": size, "batches": len(took), "total_ns": all,
				"median_ns": took[len(took)/2], "p99_ns": took[len(took)*99/100],
			})
			fmt.Fprintf(os.Stdout, "measured %s\n", line)
		}
		fmt.Fprintln(os.Stdout, "measured all")
	}()
	return nil
}

// run sends copies for a while. Copying is not part of the time: who mutates a batch needs one of its own.
func (d *driver) run(template ptrace.Traces, limit time.Duration) []time.Duration {
	var took []time.Duration
	for started := time.Now(); time.Since(started) < limit; {
		data := ptrace.NewTraces()
		template.CopyTo(data)
		before := time.Now()
		if err := d.next.ConsumeTraces(context.Background(), data); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		took = append(took, time.Since(before))
	}
	return took
}

// batch of spans as a web service makes them: a name, ids, times and six attributes.
func batch(size int) ptrace.Traces {
	data := ptrace.NewTraces()
	if size == 0 {
		return data
	}
	resource := data.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "checkout")
	resource.Resource().Attributes().PutStr("host.name", "web-17.example.com")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	spans.EnsureCapacity(size)
	for i := range size {
		span := spans.AppendEmpty()
		span.SetName("GET /api/v1/orders/{id}")
		span.SetTraceID([16]byte{1, 2, 3, byte(i >> 8), byte(i)})
		span.SetSpanID([8]byte{4, 5, byte(i >> 8), byte(i)})
		span.SetKind(ptrace.SpanKindServer)
		span.SetStartTimestamp(1_700_000_000_000_000_000)
		span.SetEndTimestamp(1_700_000_000_050_000_000)
		attributes := span.Attributes()
		attributes.PutStr("http.request.method", "GET")
		attributes.PutStr("url.path", fmt.Sprintf("/api/v1/orders/%d", i))
		attributes.PutStr("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64)")
		attributes.PutInt("http.response.status_code", 200)
		attributes.PutBool("cache.hit", i%2 == 0)
		attributes.PutDouble("app.score", 0.5)
	}
	return data
}
