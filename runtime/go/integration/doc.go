// Package integration tests the runtime with a real Collector and real plugins, which it
// builds once with the Go at hand (testdata/collector). go test -short leaves it out.
package integration
