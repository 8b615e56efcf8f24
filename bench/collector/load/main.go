// load sends OTLP over HTTP to one Collector on this machine: as many requests as it is told, and then it ends.
// It prints one line of JSON: {"spans": ..., "seconds": ..., "p50_ms": ..., "p99_ms": ...}.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

func main() {
	port := flag.Int("port", 4318, "where the Collector listens, at 127.0.0.1")
	requests := flag.Int("requests", 1000, "how many")
	spans := flag.Int("spans", 100, "spans of a request")
	clients := flag.Int("clients", 4, "requests under way at a time")
	flag.Parse()
	if err := run(*port, *requests, *spans, *clients); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(port, requests, spans, clients int) error {
	body, err := ptraceotlp.NewExportRequestFromTraces(traces(spans)).MarshalProto()
	if err != nil {
		return err
	}
	url := fmt.Sprintf("http://127.0.0.1:%d/v1/traces", port)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 10 * time.Second}
	took := make([]time.Duration, requests)
	errs := make([]error, clients)
	var wait sync.WaitGroup
	started := time.Now()
	for worker := range clients {
		wait.Go(func() {
			for i := worker; i < requests && errs[worker] == nil; i += clients {
				began := time.Now()
				errs[worker] = post(client, url, body)
				took[i] = time.Since(began)
			}
		})
	}
	wait.Wait()
	seconds := time.Since(started).Seconds()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	slices.Sort(took)
	at := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() * 1000 }
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"spans": requests * spans, "seconds": seconds, "p50_ms": at(0.5), "p99_ms": at(0.99), "bytes": len(body),
	})
}

func post(client *http.Client, url string, body []byte) error {
	response, err := client.Post(url, "application/x-protobuf", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, text)
	}
	return err
}

// traces is one resource with spans as a web server makes them.
func traces(spans int) ptrace.Traces {
	data := ptrace.NewTraces()
	resource := data.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "shop")
	resource.Resource().Attributes().PutStr("host.name", "web-1")
	scope := resource.ScopeSpans().AppendEmpty()
	now := pcommon.Timestamp(1_700_000_000_000_000_000)
	for i := range spans {
		span := scope.Spans().AppendEmpty()
		span.SetTraceID([16]byte{1, byte(i), byte(i >> 8)})
		span.SetSpanID([8]byte{2, byte(i), byte(i >> 8)})
		span.SetName("GET /orders")
		span.SetKind(ptrace.SpanKindServer)
		span.SetStartTimestamp(now)
		span.SetEndTimestamp(now + 250_000_000)
		span.Attributes().PutStr("http.request.method", "GET")
		span.Attributes().PutStr("url.path", fmt.Sprint("/orders/", i))
		span.Attributes().PutInt("http.response.status_code", 200)
		span.Attributes().PutStr("card", "4111111111111")
	}
	return data
}
