package commands

import (
	"encoding/json"
	"errors"
	"testing"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/internal/conformance"
	"ocx.dev/runtime/verdict"
)

func TestExitCodesAreThoseOfTheVectors(t *testing.T) {
	var file struct {
		Rows [][2]json.RawMessage `json:"exit_code_of_verdicts"`
	}
	conformance.Read(t, "verdicts.json", &file)
	for _, row := range file.Rows {
		var words []string
		var want int
		if json.Unmarshal(row[0], &words) != nil || json.Unmarshal(row[1], &want) != nil {
			t.Fatalf("malformed row %s", row)
		}
		var records []catalog.Record
		for _, word := range words {
			record := catalog.Record{}
			if word != "ignored" {
				record.Judgement = &verdict.Judgement{Verdict: verdict.Verdict(word)}
			}
			records = append(records, record)
		}
		var code exitCode
		errors.As(exitOf(records), &code)
		if int(code) != want {
			t.Errorf("%v: %d, want %d", words, code, want)
		}
	}
}

func TestEndOfAChildTellsWhatBecameOfIt(t *testing.T) {
	for stderr, want := range map[string]string{
		"noise\npanic: no luck\n\ngoroutine 1 [running]:":                            "panic: no luck",
		"fatal error: unexpected signal\n[signal SIGSEGV: segmentation violation x]": "fatal error: unexpected signal [signal SIGSEGV: segmentation violation x]",
		"nothing of note": "",
	} {
		if got := firstCrash(stderr); got != want {
			t.Errorf("%q: %q, want %q", stderr, got, want)
		}
	}
}

// Both tracebacks are of real processes, cut: a plugin of Go 1.25 in a host of Go 1.26, and one whose init writes to address 16.
func TestCrashBeforeInitRunsIsNotAsPredicted(t *testing.T) {
	beforeInit := "fatal error: runtime: no plugin module data\n\ngoroutine 1 gp=0x604dad3a1e0 m=0 mp=0x7c6a20 [running]:\n" +
		"runtime.throw({0x648d88?, 0x0?})\n\truntime/panic.go:1229 +0x48\nplugin.lastmoduleinit()\n\truntime/plugin.go:23 +0x8d0\n" +
		"plugin.open({0x7ffcb68c29e5, 0x19})\n\tplugin/plugin_dlopen.go:77 +0x3fd\nmain.main()\n"
	inInit := "fatal error: unexpected signal during runtime execution\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x10]\n" +
		"goroutine 1 [syscall]:\nruntime.cgocall(0x7f1)\nplugin/unnamed-1._Cfunc_crash()\nruntime.doInit1(0x7f2)\nruntime.doInit(...)\n" +
		"plugin.open({0xc0001a0000, 0x2a})\n"
	if p := crashPredicted(beforeInit); p == nil || *p {
		t.Errorf("before init: %v", p)
	}
	if p := crashPredicted(inInit); p != nil {
		t.Errorf("in init: %v", *p)
	}
}
