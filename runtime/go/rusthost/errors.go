package rusthost

// #include "bridge.h"
import "C"

import (
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/consumer/consumererror"

	"ocx.dev/runtime/internal/clean"
)

// Panic is one that a plugin caught, or its word that an earlier one broke it.
type Panic struct {
	// Plugin is the file.
	Plugin  string
	Message string
}

// Error names the plugin. The crate's own texts begin with `panicked at src/lib.rs:7:5: `.
func (p *Panic) Error() string {
	if strings.HasPrefix(p.Message, "panicked") {
		return fmt.Sprintf("plugin %s %s", p.Plugin, p.Message)
	}
	return fmt.Sprintf("plugin %s panicked: %s", p.Plugin, p.Message)
}

// errorOf makes an error of a return code; nil for OTC_OK. The text is the plugin's.
func errorOf(code C.int32_t, text string) error {
	text = cleaned(text)
	switch code {
	case C.OTC_OK:
		return nil
	case C.OTC_RETRYABLE, C.OTC_PERMANENT, C.OTC_CONFIG, C.OTC_PANIC:
		if text == "" {
			text = map[C.int32_t]string{
				C.OTC_RETRYABLE: "it failed for now, and does not say why",
				C.OTC_PERMANENT: "it failed, and does not say why",
				C.OTC_CONFIG:    "its configuration is wrong, and it does not say where",
				C.OTC_PANIC:     "it does not say why",
			}[code]
		}
		return errors.New(text)
	case C.OTC_ABI:
		return errors.New(orElse(text, "it does not know what it was asked"))
	}
	return fmt.Errorf("it returned %d, which is no code of the ABI: %s", int(code), orElse(text, "no message"))
}

// errorOfData is errorOf for data that went in: what is permanent is so to the Collector, which
// sends the rest again. A panic is permanent: the same batch would panic again.
func errorOfData(plugin string, code C.int32_t, text string) error {
	err := errorOf(code, text)
	switch {
	case err == nil || code == C.OTC_RETRYABLE:
		return err
	case code == C.OTC_PANIC:
		return consumererror.NewPermanent(&Panic{plugin, err.Error()})
	}
	return consumererror.NewPermanent(err)
}

// errorOfCall is errorOf for the other calls.
func errorOfCall(plugin string, code C.int32_t, text string) error {
	err := errorOf(code, text)
	if code == C.OTC_PANIC {
		return &Panic{plugin, err.Error()}
	}
	return err
}

// cleaned: what a plugin says may reach a terminal, by errors and by the log.
func cleaned(text string) string {
	return clean.Text(strings.TrimSpace(strings.ToValidUTF8(text, "\ufffd")))
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func permanent(err error) error { return consumererror.NewPermanent(err) }

// notOTLP: bytes that a plugin gave for a batch.
func notOTLP(err error) error {
	return permanent(fmt.Errorf("what the plugin gave is not OTLP: %w", err))
}
