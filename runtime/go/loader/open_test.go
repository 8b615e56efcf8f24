package loader

import "testing"

// ocx foretells these words (verdict.wrongType, source/verdict/rules/entrySymbol.ts): OCX0505.
func TestAnEntrySymbolOfAnotherTypeIsRefusedInTheWordsOCXForetells(t *testing.T) {
	err := call("CollectorPluginInit", func() string { return "" }, nil)
	const words = "symbol CollectorPluginInit is a func() string, not a func(pluginapi.Registry) error of this Collector's ocx.dev/runtime/pluginapi"
	if err == nil || err.Error() != words {
		t.Error(err)
	}
}
