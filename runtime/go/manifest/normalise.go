package manifest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The functions here read one thing in several spellings. The raw value is what
// is shown; these decide whether two are the same.

var (
	platformSuffix = regexp.MustCompile(` [a-z]+/[a-z0-9]+$`)
	leadingDigit   = regexp.MustCompile(`^\d`)
	releaseNumber  = regexp.MustCompile(`^go(\d+)\.(\d+)(?:\.\d+|rc\d+|beta\d+)?(?:\s|$|[-+])`)
	spaces         = regexp.MustCompile(`\s+`)
)

// trim takes off what JavaScript's trim does: a byte order mark too.
func trim(text string) string {
	return strings.Trim(text, " \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff")
}

// GoToolchain reads "go version go1.26.8 linux/amd64", "1.26.8" and "go1.26.8 X:rangefunc"
// as go1.26.8, with its experiments. A development tree is all the text that follows.
func GoToolchain(version string) string {
	text := strings.TrimPrefix(trim(version), "go version ")
	text = platformSuffix.ReplaceAllString(text, "")
	if strings.HasPrefix(text, "devel") {
		return text
	}
	words := spaces.Split(text, -1)
	result := words[0]
	if leadingDigit.MatchString(result) {
		result = "go" + result
	}
	for _, word := range words[1:] {
		if strings.HasPrefix(word, "X:") {
			result += " " + word
		}
	}
	return result
}

// GoRelease gives 1 and 26 of go1.26.8; ok is false for what is no release.
func GoRelease(version string) (major, minor int, ok bool) {
	match := releaseNumber.FindStringSubmatch(GoToolchain(version) + " ")
	if match == nil {
		return 0, 0, false
	}
	major, err := strconv.Atoi(match[1])
	if err != nil {
		return 0, 0, false
	}
	minor, err = strconv.Atoi(match[2])
	return major, minor, err == nil
}

// RustToolchain reads what .comment says, "rustc version 1.95.0 (...)", and a bare release.
func RustToolchain(version string) string {
	text := trim(version)
	if rest, found := strings.CutPrefix(text, "rustc version "); found {
		text = "rustc " + rest
	}
	if leadingDigit.MatchString(text) {
		return "rustc " + text
	}
	return text
}

// commitAlone is what a standard library's paths tell of the compiler.
var (
	commitAlone   = regexp.MustCompile(`^rustc \(([0-9a-f]{40})\)$`)
	commitOfRustc = regexp.MustCompile(`\(([0-9a-f]{7,40})\b`)
)

// isCommitOf: the line of rustc --version has the beginning of a commit, or none.
func isCommitOf(commit, version string) bool {
	match := commitOfRustc.FindStringSubmatch(version)
	return match == nil || strings.HasPrefix(commit, match[1])
}

// SameRustToolchain is true for equal ones, or when one side gives no commit and the release is the same, or when one gives
// nothing but the commit.
func SameRustToolchain(a, b string) bool {
	left, right := RustToolchain(a), RustToolchain(b)
	if left == right {
		return true
	}
	if alone := commitAlone.FindStringSubmatch(left); alone != nil {
		return isCommitOf(alone[1], right)
	}
	if alone := commitAlone.FindStringSubmatch(right); alone != nil {
		return isCommitOf(alone[1], left)
	}
	release := func(version string) string {
		words := strings.Split(version, " ")
		return strings.Join(words[:min(2, len(words))], " ")
	}
	return (!strings.Contains(left, "(") || !strings.Contains(right, "(")) && release(left) == release(right)
}

var tripleOfGo = map[string]string{
	"linux/amd64":   "x86_64-unknown-linux-gnu",
	"linux/arm64":   "aarch64-unknown-linux-gnu",
	"linux/386":     "i686-unknown-linux-gnu",
	"linux/arm":     "armv7-unknown-linux-gnueabihf",
	"linux/ppc64le": "powerpc64le-unknown-linux-gnu",
	"linux/s390x":   "s390x-unknown-linux-gnu",
	"linux/riscv64": "riscv64gc-unknown-linux-gnu",
	"linux/loong64": "loongarch64-unknown-linux-gnu",
	"darwin/amd64":  "x86_64-apple-darwin",
	"darwin/arm64":  "aarch64-apple-darwin",
	"freebsd/amd64": "x86_64-unknown-freebsd",
	"windows/amd64": "x86_64-pc-windows-gnu",
}

// TargetTriple reads linux/amd64, with or without GOAMD64=v1 behind it, as a Rust triple.
func TargetTriple(target string) string {
	first := spaces.Split(trim(target), 2)[0]
	if triple, known := tripleOfGo[first]; known {
		return triple
	}
	return first
}

// GoPlatform gives linux/amd64 for a triple; empty where Go has no name for it.
func GoPlatform(triple string) string {
	wanted := TargetTriple(triple)
	for platform, name := range tripleOfGo {
		if name == wanted {
			return platform
		}
	}
	parts := strings.Split(wanted, "-")
	arch := map[string]string{"x86_64": "amd64", "aarch64": "arm64"}[parts[0]]
	if arch == "" || len(parts) < 3 || parts[2] == "" {
		return ""
	}
	return parts[2] + "/" + arch
}

// Flags are build flags that can be compared: each name once, in the order of the first.
type Flags struct {
	names  []string
	values map[string]string
}

// Get gives a flag's value, empty for a switch, and whether it is set.
func (f *Flags) Get(name string) (string, bool) {
	if f == nil {
		return "", false
	}
	value, ok := f.values[name]
	return value, ok
}

// List gives each flag as it would be written.
func (f *Flags) List() []string {
	list := []string{}
	if f == nil {
		return list
	}
	for _, name := range f.names {
		list = append(list, FlagText(name, f.values[name]))
	}
	return list
}

// String gives all of them, sorted; "none" when there are none.
func (f *Flags) String() string {
	list := f.List()
	if len(list) == 0 {
		return "none"
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// FlagText writes one flag: -trimpath, or -tags=netgo.
func FlagText(name, value string) string {
	if value == "" {
		return name
	}
	return fmt.Sprintf("%s=%s", name, value)
}

func (f *Flags) set(name, value string) {
	if _, known := f.values[name]; !known {
		f.names = append(f.names, name)
	}
	f.values[name] = value
}

func (f *Flags) remove(name string) {
	delete(f.values, name)
	f.names = slices.DeleteFunc(f.names, func(known string) bool { return known == name })
}

var (
	// Flags whose value may stand in an argument of its own.
	takesValue = regexp.MustCompile(`^(--?(tags|o|ldflags|buildmode|gcflags|asmflags|pgo|mod)|-C|--target|--profile|--features|-F|--cfg|-Z)$`)
	codegen    = regexp.MustCompile(`^-C\s*([a-z-]+)(?:=(.*))?$`)
	twoDashes  = regexp.MustCompile(`^--(tags|trimpath|race|gcflags|ldflags|buildmode|asmflags|pgo|msan|asan|cover|o|mod)$`)
	wordBreaks = regexp.MustCompile(`[\s,]+`)
)

// addedUp are flags that may be given more than once and mean all of it, with what parts their
// values (cargo: --features; rustc_session/src/options.rs: parse_list, parse_string_push,
// parse_target_feature). Of Go's flags the last is recorded.
var addedUp = map[string]string{
	"--features":        ",",
	"--cfg":             ",",
	"-C link-arg":       " ",
	"-C link-args":      " ",
	"-C llvm-args":      " ",
	"-C target-feature": ",",
}

// ComparableFlags reads build flags as a set: --tags is -tags, -trimpath=true is -trimpath,
// tags are sorted, a value in an element of its own belongs to the flag before it, rustc's
// -C are kept apart by key. -buildmode, -o and -ldflags never decide and are left out. Of a
// flag that is repeated the last counts, but where cargo and rustc add up.
func ComparableFlags(flags []string) *Flags {
	result := &Flags{values: map[string]string{}}
	for i := 0; i < len(flags); i++ {
		flag := trim(flags[i])
		if takesValue.MatchString(flag) && i+1 < len(flags) && !strings.HasPrefix(flags[i+1], "-") {
			i++
			if flag == "-C" || flag == "-Z" {
				flag += " " + trim(flags[i])
			} else {
				flag += "=" + trim(flags[i])
			}
		}
		if flag == "" {
			continue
		}
		name, value := splitFlag(flag)
		if name == "-buildmode" || name == "-o" || name == "-ldflags" || value == "false" {
			continue
		}
		if before, repeated := result.Get(name); repeated {
			if between, adds := addedUp[name]; adds {
				value = before + between + value
			}
		}
		result.set(name, value)
	}
	// Their values are words in any order.
	for _, name := range []string{"-tags", "--features", "--cfg"} {
		value, there := result.Get(name)
		if !there {
			continue
		}
		words := slices.DeleteFunc(wordBreaks.Split(value, -1), func(word string) bool { return word == "" })
		slices.Sort(words)
		words = slices.Compact(words)
		if len(words) == 0 {
			result.remove(name)
		} else {
			result.set(name, strings.Join(words, ","))
		}
	}
	return result
}

func splitFlag(flag string) (name, value string) {
	if match := codegen.FindStringSubmatch(flag); match != nil {
		return "-C " + match[1], match[2]
	}
	name, value, _ = strings.Cut(flag, "=")
	if twoDashes.MatchString(name) {
		name = name[1:]
	}
	if name == "-F" {
		name = "--features"
	}
	if value == "true" {
		value = ""
	}
	return name, value
}
