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
