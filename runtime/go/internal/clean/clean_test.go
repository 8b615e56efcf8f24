package clean

import (
	"encoding/json"
	"testing"
)

func TestNothingThatATerminalActsOnGetsThrough(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                     "plain",
		"\x1b[31mred\x1b]8;;x\x07":  `\x1b[31mred\x1b]8;;x\x07`,
		"a\nb\tc\r":                 `a\nb\tc\r`,
		"\u202egnp.so":              `\u202egnp.so`,
		"\u009b31m":                 `\u009b31m`,
		"zero\u200bwidth":           `zero\u200bwidth`,
		"no\u00a0break":             `no\u00a0break`,
		"\U000e0041":                `\u{e0041}`,
		"größe 大きさ שלום":            "größe 大きさ שלום",
		"e\u0301":                   "e\u0301",
		"\u0301e":                   `\u0301e`,
		"a\u0301\u0301\u0301\u0301": "a\u0301\u0301\u0301\\u0301",
	} {
		got := Text(in)
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if Text(got) != got {
			t.Errorf("%q is not clean when cleaned", got)
		}
	}
}

func TestJSONParsesBackToTheSameText(t *testing.T) {
	const text = "\u202e\x1b\u009b\U000e0041 größe"
	printed, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	var back string
	if err := json.Unmarshal([]byte(JSON(string(printed))), &back); err != nil || back != text {
		t.Errorf("%q, %v", back, err)
	}
}
