package rusthost

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestTheHeaderIsTheSpecs(t *testing.T) {
	spec, err := os.ReadFile("../../../spec/otelcol_plugin.h")
	if err != nil {
		t.Fatal(err)
	}
	mine, err := os.ReadFile("otelcol_plugin.h")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(spec, mine) {
		t.Error("otelcol_plugin.h is old: go generate ./rusthost")
	}
}

func TestFaultsOfAPluginAreSaidWhenItRegisters(t *testing.T) {
	for fault, want := range map[string]string{
		"return OTC_ABI": "it does not speak ABI version 1",
		`host->log(host, NULL, OTC_LOG_ERROR, TEXT("boom at lib.rs:7"), NULL, 0); return OTC_PANIC`: "panicked: boom at lib.rs:7",
		"c.struct_size = 8":                                     "it does not speak ABI version 1",
		"c.create = NULL":                                       `receiver "c": create or destroy is missing`,
		`c.type = "1st", c.type_size = 3`:                       `receiver "1st": `,
		`c.descriptor = "{", c.descriptor_size = 1`:             `receiver "c": its descriptor: `,
		"c.kind = 9; return host->register_component(host, &c)": "kind 9",
		"c.kind = OTC_KIND_RECEIVER; c.signals = all; host->register_component(host, &c)":        "there is one already",
		"c.kind = OTC_KIND_EXPORTER; c.signals = all; return host->register_component(host, &c)": `exporter "c": consume is for`,
		"c.kind = OTC_KIND_RECEIVER; c.signals = 1; return host->register_component(host, &c)":   "signals are 0x1: none, or some that are not known",
	} {
		file, err := compile(t.TempDir(), "faulty", "-DFAULT="+fault)
		if err != nil {
			t.Fatal(err)
		}
		err = Open(file, file, Symbol, "otelcol-test/0.1.0", &factories{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", fault, err, want)
		}
	}
	nothingHeld(t)
}

func TestAPanicIsSaidOnce(t *testing.T) {
	for message, want := range map[string]string{
		"panicked at src/lib.rs:7:5: boom": "plugin p.so panicked at src/lib.rs:7:5: boom",
		"panicked":                         "plugin p.so panicked",
		"division by zero":                 "plugin p.so panicked: division by zero",
	} {
		if got := (&Panic{"p.so", message}).Error(); got != want {
			t.Errorf("%s: %s", message, got)
		}
	}
}

func TestWhatCantBeOpenedIsSaidInTheLinkersWords(t *testing.T) {
	if err := Open("plugin.so", "/nowhere/plugin.so", Symbol, "otelcol-test/0.1.0", &factories{}); err == nil || !strings.Contains(err.Error(), "cannot open shared object file") {
		t.Errorf("%v", err)
	}
	file, err := compile(t.TempDir(), "other")
	if err != nil {
		t.Fatal(err)
	}
	if err := Open(file, file, "register_something_else", "otelcol-test/0.1.0", &factories{}); err == nil || !strings.Contains(err.Error(), "register_something_else") {
		t.Errorf("%v", err)
	}
}
