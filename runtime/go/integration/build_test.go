package integration

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ocx.dev/runtime/internal/conformance"
)

// room is where everything is built, for all tests of the package.
var room string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("skipped: -short")
		return
	}
	var err error
	if room, err = os.MkdirTemp("", "ocx-integration-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(room)
	os.Exit(code)
}

// module is a copy of testdata/collector to build in: manifests are written into it.
var module = sync.OnceValues(func() (string, error) {
	directory := filepath.Join(room, "collector")
	if err := os.CopyFS(directory, os.DirFS("testdata/collector")); err != nil {
		return "", err
	}
	// A copy of the runtime too: its hash is in the manifests, and who edits it meanwhile would be refused.
	runtime := filepath.Join(room, "runtime")
	if err := os.CopyFS(runtime, os.DirFS("..")); err != nil {
		return "", err
	}
	_, err := run(directory, nil, "go", "mod", "edit", "-replace", "ocx.dev/runtime="+runtime)
	return directory, err
})

// recipe is how a plugin is built, where that is not like the host.
type recipe struct {
	// source is a folder of testdata/collector/plugins.
	source string
	// file is the name of the result, without .so; it also makes the plugin path.
	file string
	// flags instead of -trimpath.
	flags []string
	// how is given to misbehaves and clash by the linker.
	define string
	// toolchain instead of the host's.
	toolchain string
	// goamd64 instead of v1.
	goamd64 string
	// replace a module by another folder: example.com/dep=./dep/two.
	replace string
	// claim changes the manifest; nil leaves it true.
	claim func(manifest map[string]any)
	// unsigned: no manifest at all.
	unsigned bool
	// descriptors are put into a note of their own.
	descriptors string
}

var built sync.Map // file name to func() (string, error)

// buildPlugin gives the file of a plugin, built once.
func buildPlugin(t *testing.T, r recipe) string {
	t.Helper()
	if r.file == "" {
		r.file = r.source
	}
	once, _ := built.LoadOrStore(r.file, sync.OnceValues(func() (string, error) { return r.build() }))
	path, err := once.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func (r recipe) build() (string, error) {
	base, err := module()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(base, "plugins", r.file)
	if r.file != r.source {
		if err := os.CopyFS(folder, os.DirFS(filepath.Join(base, "plugins", r.source))); err != nil {
			return "", err
		}
	}
	flags := r.flags
	if flags == nil {
		flags = []string{"-trimpath"}
	}
	if r.replace != "" {
		if err := otherModfile(base, r.file, r.replace); err != nil {
			return "", err
		}
		flags = append(slices.Clone(flags), "-modfile="+r.file+".mod")
	}
	var env []string
	if r.toolchain != "" {
		env = append(env, "GOTOOLCHAIN="+r.toolchain)
	}
	if r.goamd64 != "" {
		env = append(env, "GOAMD64="+r.goamd64)
	}
	flags = append([]string{"-buildmode=plugin"}, flags...)
	if !r.unsigned {
		if err := writeManifest(base, "./plugins/"+r.file, flags, env, r.claim); err != nil {
			return "", err
		}
		if r.descriptors != "" {
			if err := os.WriteFile(filepath.Join(folder, "descriptors.S"), []byte(note(2, []byte(r.descriptors))), 0o644); err != nil {
				return "", err
			}
		}
	}
	out := filepath.Join(room, r.file+".so")
	args := append([]string{"build"}, flags...)
	ldflags := "-ldflags=-s -w"
	if r.define != "" {
		ldflags += fmt.Sprintf(" -X 'main.%s'", r.define)
	}
	_, err = run(base, env, "go", append(args, ldflags, "-o", out, "./plugins/"+r.file)...)
	return out, err
}

func otherModfile(base, name, replace string) error {
	for _, file := range []string{".mod", ".sum"} {
		text, err := os.ReadFile(filepath.Join(base, "go"+file))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(base, name+file), text, 0o644); err != nil {
			return err
		}
	}
	_, err := run(base, nil, "go", "mod", "edit", "-replace", replace, name+".mod")
	return err
}

// host gives the Collector, built once.
func host(t *testing.T) string {
	t.Helper()
	path, err := hostOnce()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var hostOnce = sync.OnceValues(func() (string, error) {
	base, err := module()
	if err != nil {
		return "", err
	}
	if err := writeManifest(base, ".", []string{"-trimpath"}, nil, nil); err != nil {
		return "", err
	}
	started := time.Now()
	out := filepath.Join(room, "otelcol-test")
	_, err = run(base, nil, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, ".")
	fmt.Printf("the host was built in %.0f s\n", time.Since(started).Seconds())
	return out, err
})

// writeManifest writes manifest.S: the bytes themselves, so that a change is always linked again.
func writeManifest(base, pkg string, flags, env []string, claim func(map[string]any)) error {
	manifest, err := manifestOf(base, pkg, flags, env)
	if err != nil {
		return err
	}
	if claim != nil {
		claim(manifest)
	}
	text, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(base, pkg, "manifest.S"), []byte(note(1, text)), 0o644)
}

// note is assembler for an ELF note OTelCol.
func note(typ int, text []byte) string {
	var source strings.Builder
	fmt.Fprintf(&source, "\t.section .note.otelcol,\"a\",@note\n\t.balign 4\n\t.long 8, %d, %d\n\t.asciz \"OTelCol\"\n", len(text), typ)
	for chunk := range slices.Chunk(text, 32) {
		fmt.Fprintf(&source, "\t.byte %s\n", strings.Join(strings.Fields(strings.Trim(fmt.Sprint(chunk), "[]")), ","))
	}
	source.WriteString("\t.balign 4\n\t.section .note.GNU-stack,\"\",@progbits\n")
	return source.String()
}

func manifestOf(base, pkg string, flags, env []string) (map[string]any, error) {
	text, err := run(base, env, "go", "env", "-json", "GOVERSION", "GOAMD64", "GOOS", "GOARCH")
	if err != nil {
		return nil, err
	}
	var goEnv map[string]string
	if err := json.Unmarshal(text, &goEnv); err != nil {
		return nil, err
	}
	list := []string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}|{{.Version}}|{{with .Replace}}{{.Dir}}{{end}}{{end}}{{end}}"}
	sums := "go.sum"
	for _, flag := range flags {
		if modfile, ok := strings.CutPrefix(flag, "-modfile="); ok {
			sums = strings.TrimSuffix(modfile, ".mod") + ".sum"
		}
		if strings.HasPrefix(flag, "-modfile=") || strings.HasPrefix(flag, "-tags=") {
			list = append(list, flag)
		}
	}
	listed, err := run(base, env, "go", append(list, pkg)...)
	if err != nil {
		return nil, err
	}
	hashOf, err := readSums(filepath.Join(base, sums))
	if err != nil {
		return nil, err
	}
	hashes, versions := map[string]string{}, map[string]string{}
	for line := range strings.SplitSeq(string(listed), "\n") {
		parts := strings.Split(line, "|")
		if len(parts) != 3 {
			continue
		}
		versions[parts[0]] = parts[1]
		hashes[parts[0]] = hashOf[parts[0]+" "+parts[1]]
		if parts[2] != "" {
			if hashes[parts[0]], err = hashFolder(parts[2]); err != nil {
				return nil, err
			}
		}
	}
	triple := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[goEnv["GOARCH"]] + "-unknown-linux-gnu"
	manifest := map[string]any{
		"schema_version": 1, "name": filepath.Base(filepath.Join("otelcol-test", pkg)), "version": "0.1.0",
		"language": "go", "toolchain_version": goEnv["GOVERSION"], "build_profile": "release",
		"dependency_hashes": hashes, "dependency_versions": versions,
		"build_flags": flags, "target": triple, "build_time": "2025-07-03T12:34:56Z",
	}
	// The name of the file of the module is not what was built.
	manifest["build_flags"] = slices.DeleteFunc(slices.Clone(flags), func(flag string) bool { return strings.HasPrefix(flag, "-modfile=") })
	if goEnv["GOAMD64"] != "" {
		manifest["goamd64"] = goEnv["GOAMD64"]
	}
	return manifest, nil
}

func readSums(file string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for line := range strings.SplitSeq(string(text), "\n") {
		if parts := strings.Fields(line); len(parts) == 3 {
			sums[parts[0]+" "+parts[1]] = parts[2]
		}
	}
	return sums, nil
}

func hashFolder(folder string) (string, error) {
	hash := sha256.New()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		fmt.Fprintf(hash, "%x  %s\n", sha256.Sum256(text), name)
		return err
	})
	return fmt.Sprintf("dir:sha256-%x", hash.Sum(nil)), err
}

func run(directory string, env []string, name string, args ...string) ([]byte, error) {
	command := exec.Command(name, args...)
	command.Dir = directory
	command.Env = append(append(os.Environ(), "GOFLAGS=-buildvcs=false -p=2", "CGO_ENABLED=1", "GOWORK=off"), env...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}

// directory puts files into a plugin directory of their own, under names that give their order.
func directory(t *testing.T, files ...string) string {
	t.Helper()
	place := t.TempDir()
	for _, file := range files {
		copyFile(t, file, filepath.Join(place, filepath.Base(file)))
	}
	return place
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	bytes, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, bytes, 0o755); err != nil {
		t.Fatal(err)
	}
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(conformance.Root(t), "fixtures", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the fixtures are not unpacked (node fixtures/unpack.mjs)")
	}
	return path
}

// outcome of a run of the Collector.
type outcome struct {
	stdout, stderr string
	code           int
	// marks are what plugins left that ran.
	marks string
}

// collector runs the Collector to its end.
func collector(t *testing.T, args ...string) outcome {
	t.Helper()
	marks := filepath.Join(t.TempDir(), "marks")
	command := exec.Command(host(t), args...)
	command.Env = append(os.Environ(), "OCX_TEST_MARKS="+marks)
	command.Dir = t.TempDir()
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	left, _ := os.ReadFile(marks)
	return outcome{stdout.String(), stderr.String(), command.ProcessState.ExitCode(), string(left)}
}

func (o outcome) String() string {
	return fmt.Sprintf("exit code %d, marks %q\n--- stdout\n%s\n--- stderr\n%s", o.code, o.marks, o.stdout, o.stderr)
}

func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}
