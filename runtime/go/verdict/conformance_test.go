package verdict

import (
	"encoding/json"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"ocx.dev/runtime/evidence"
	"ocx.dev/runtime/internal/conformance"
)

func TestPolicyIsThatOfTheVectors(t *testing.T) {
	var file struct {
		Base    map[string]any
		Vectors []struct {
			Name         string
			Plugin, Host json.RawMessage
			BuildInfo    string `json:"build_info"`
			Policy       PolicyName
			Findings     []struct {
				Code, Subject, Message, Fix string
				Severity                    Severity
			}
		}
	}
	conformance.Read(t, "policy.json", &file)
	for _, vector := range file.Vectors {
		t.Run(vector.Name, func(t *testing.T) {
			plugin := bareELF(t, file.Base, vector.Plugin)
			if vector.BuildInfo != "" {
				info, err := debug.ParseBuildInfo(vector.BuildInfo)
				if err != nil {
					t.Fatal(err)
				}
				info.GoVersion = "go1.26.8"
				plugin.Go = &evidence.Go{BuildInfo: info}
			}
			host := HostOf(bareELF(t, file.Base, vector.Host))
			host.Policy = vector.Policy
			var got []Finding
			for _, f := range Judge(plugin, host, NoLibraries{}).Findings {
				if strings.HasPrefix(f.Code, "OCX06") || strings.HasPrefix(f.Code, "OCX07") || strings.HasPrefix(f.Code, "OCX08") {
					got = append(got, f)
				}
			}
			if len(got) != len(vector.Findings) {
				t.Fatalf("findings %+v, want %+v", got, vector.Findings)
			}
			for i, want := range vector.Findings {
				if got[i].Code != want.Code || got[i].Subject != want.Subject || got[i].Severity != want.Severity {
					t.Errorf("finding %d: %s %s %s, want %+v", i, got[i].Code, got[i].Subject, got[i].Severity, want)
				}
				if want.Message != "" && got[i].Message != want.Message {
					t.Errorf("finding %d says %q, want %q", i, got[i].Message, want.Message)
				}
				if want.Fix != "" && got[i].Fix != want.Fix {
					t.Errorf("finding %d is mended by %q, want %q", i, got[i].Fix, want.Fix)
				}
			}
		})
	}
}

// bareELF is a file whose bytes say nothing but its manifest: the base, patched.
func bareELF(t *testing.T, base map[string]any, patch json.RawMessage) *evidence.Evidence {
	t.Helper()
	e := &evidence.Evidence{
		Path:   "plugin.so",
		Object: evidence.Object{Format: "elf", Bits: 64, Endian: "little", Machine: "x86-64", Kind: "shared object", GoPlatform: "linux/amd64"},
		Linker: &evidence.Linker{Dynamic: true},
	}
	if string(patch) == "null" {
		return e
	}
	var changes map[string]any
	if err := json.Unmarshal(patch, &changes); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(merged(base, changes))
	if err != nil {
		t.Fatal(err)
	}
	e.Manifest.Found = &evidence.Carried{Carrier: evidence.Note, Offset: 0x270, Size: uint64(len(text)), Text: string(text)}
	return e
}

// merged is a JSON merge patch (RFC 7396).
func merged(base, patch map[string]any) map[string]any {
	result := map[string]any{}
	for name, value := range base {
		result[name] = value
	}
	for name, value := range patch {
		change, isObject := value.(map[string]any)
		old, wasObject := result[name].(map[string]any)
		switch {
		case value == nil:
			delete(result, name)
		case isObject && wasObject:
			result[name] = merged(old, change)
		default:
			result[name] = value
		}
	}
	return result
}

func TestVerdictsAreThoseOfTheVectors(t *testing.T) {
	var file struct {
		Loads    [][]json.RawMessage `json:"load_of_severities"`
		Orders   [][2][]Severity     `json:"order_of_severities"`
		Verdicts [][3]string         `json:"verdict_of_load_and_policy"`
	}
	conformance.Read(t, "verdicts.json", &file)
	for _, row := range file.Loads {
		var severities []Severity
		var want Load
		if json.Unmarshal(row[0], &severities) != nil || json.Unmarshal(row[1], &want) != nil {
			t.Fatalf("malformed row %s", row)
		}
		var findings []Finding
		for _, severity := range severities {
			findings = append(findings, Finding{Severity: severity})
		}
		if got := loadOf(findings); got != want {
			t.Errorf("%v: %s, want %s", severities, got, want)
		}
	}
	for _, row := range file.Orders {
		var findings []Finding
		for _, severity := range row[0] {
			findings = append(findings, Finding{Severity: severity})
		}
		var got []Severity
		for _, f := range byDecision(findings, loadOf(findings)) {
			got = append(got, f.Severity)
		}
		if !slices.Equal(got, row[1]) {
			t.Errorf("%v are shown as %v, want %v", row[0], got, row[1])
		}
	}
	for _, row := range file.Verdicts {
		if got := Of(Load(row[0]), Policy(row[1])); string(got) != row[2] {
			t.Errorf("load %s, policy %s: %s, want %s", row[0], row[1], got, row[2])
		}
	}
}
