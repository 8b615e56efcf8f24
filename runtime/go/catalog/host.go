package catalog

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/manifest"
	"ocx.dev/runtime/trust"
	"ocx.dev/runtime/verdict"
)

// Host is the Collector that plugins are judged against, and its line for a header.
type Host struct {
	*verdict.Host
	Path string
	// Title is "otelcol-custom v0.165.0": of its manifest, its build info, or its file name.
	Title string
	// Toolchain is go1.26.8, Platform linux/amd64; empty when nothing tells.
	Toolchain, Platform string
	Flags               []string
	// Trusted keys, of which one must vouch for each plugin; none: nobody need to.
	Trusted []trust.Key
	// CannotLoad is why this host loads no Go plugin at all; empty when it can.
	CannotLoad string

	file io.Closer
}

// Self is the path of the program that runs.
const Self = "/proc/self/exe"

// OpenHost reads a Collector binary. Its file stays open until Close. The error is a *PlaceError: a plugin is no Collector either.
func OpenHost(path string) (*Host, error) {
	e, file, err := evidence.Gather(path)
	if err != nil {
		return nil, hostError(path, err)
	}
	if because := e.WhyNoProgram(); because != "" {
		_ = file.Close()
		return nil, &PlaceError{fmt.Sprintf("host %s is not a Collector: %s; name the program that opens it", path, because)}
	}
	return newHost(path, e, file), nil
}

// OpenSelf reads the program that runs: the bytes it was started from, even if its file was replaced meanwhile.
func OpenSelf() (*Host, error) {
	e, file, err := evidence.Gather(Self)
	if err != nil {
		return nil, hostError(Self, err)
	}
	return newHost(selfPath(), e, file), nil
}

func hostError(path string, err error) error {
	if broken, ok := err.(*evidence.NotAnObject); ok {
		return &PlaceError{fmt.Sprintf("host %s is not a Collector: %s %s", path, broken.Problem.Field, broken.Problem.Text)}
	}
	return &PlaceError{fmt.Sprintf("host %s: %s", path, Reason(err))}
}

// Close ends the look-ups in the host.
func (h *Host) Close() {
	if h != nil {
		_ = h.file.Close()
	}
}

var startsWithDigit = regexp.MustCompile(`^\d`)

func newHost(path string, e *evidence.Evidence, file io.Closer) *Host {
	h := &Host{Host: verdict.HostOf(e), Path: path, file: file, Title: filepath.Base(path), Platform: e.Object.GoPlatform}
	claimed := h.ValidManifest()
	facts := verdict.FactsOfBytes(e)
	if facts == nil && claimed != nil {
		claim := verdict.FactsOfManifest(claimed)
		facts = &claim
	}
	version := ""
	if e.Go != nil && e.Go.BuildInfo != nil && e.Go.BuildInfo.Main.Version != "(devel)" {
		version = e.Go.BuildInfo.Main.Version
	}
	if claimed != nil {
		if claimed.Name != "" {
			h.Title = claimed.Name
		}
		if claimed.Version != "" {
			version = claimed.Version
		}
	}
	if version != "" {
		if startsWithDigit.MatchString(version) {
			version = "v" + version
		}
		h.Title += " " + version
	}
	if facts != nil {
		if facts.Toolchain != "" {
			h.Toolchain = manifest.GoToolchain(facts.Toolchain)
		}
		if h.Platform == "" && facts.Target != "" {
			h.Platform = manifest.GoPlatform(facts.Target)
		}
		h.Flags = facts.Flags.List()
	}
	cgo, _ := e.Go.Setting("CGO_ENABLED")
	switch {
	case cgo == "0":
		h.CannotLoad = "built with CGO_ENABLED=0"
	case e.Go == nil || !e.Go.ProvidesHashes:
		h.CannotLoad = "it exports no link hashes"
	}
	return h
}
