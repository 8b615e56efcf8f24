package loader

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/trust"
	"ocx.dev/runtime/verdict"
)

// Policy is what a Collector asks of a plugin, and what it does about one that is not loaded.
type Policy struct {
	// Asks is exact; abi: of Rust plugins the C boundary alone; or environment: the host's container, too.
	Asks verdict.PolicyName
	// Trusted keys, of which one must vouch for each plugin; none: nobody need to.
	Trusted []trust.Key
	// Skip starts without the plugin, and says so. Else the Collector does not start.
	Skip bool
}

// set tells a host what it asks.
func (p Policy) set(host *catalog.Host) { host.Policy, host.Trusted = p.Asks, p.Trusted }

// Words of PolicyFlag besides what a policy asks for.
const (
	Skip = "skip"
	// Signed says that keys must be given: none is no accident that goes unseen.
	Signed = "signed"
)

// ParsePolicy reads what PolicyFlag says, words with commas between: exact, abi or environment, signed, skip; and the keys that are trusted,
// each a file or the key itself.
func ParsePolicy(text string, trusted []string) (Policy, error) {
	policy := Policy{}
	signed := false
	for word := range strings.SplitSeq(text, ",") {
		switch asks := verdict.PolicyName(word); {
		case word == Skip && !policy.Skip:
			policy.Skip = true
		case word == Signed && !signed:
			signed = true
		case (asks == verdict.Exact || asks == verdict.ABI || asks == verdict.Environment) && policy.Asks == "":
			policy.Asks = asks
		default:
			return policy, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s is %q, must be %s, %s or %s, %s, %s, or several of them with commas between: %s,%s,%s",
				PolicyFlag, text, verdict.Exact, verdict.ABI, verdict.Environment, Signed, Skip, verdict.ABI, Signed, Skip)}
		}
	}
	if policy.Asks == "" {
		policy.Asks = verdict.Exact
	}
	if len(trusted) == 0 {
		trusted = slices.DeleteFunc(strings.Split(os.Getenv(TrustedKeysVariable), ","), func(key string) bool { return key == "" })
	}
	for _, named := range trusted {
		key, err := trust.ReadKey(named)
		if err != nil {
			return policy, &catalog.PlaceError{Sentence: err.Error()}
		}
		policy.Trusted = append(policy.Trusted, key)
	}
	if signed && len(policy.Trusted) == 0 {
		return policy, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s is %s, and no key is trusted: --%s names one", PolicyFlag, text, TrustedKeyFlag)}
	}
	return policy, nil
}

// Flags that say the same to another process of this Collector, without skip: of one plugin it makes no difference.
func (p Policy) Flags() []string {
	flags := []string{"--" + PolicyFlag + "=" + string(p.Asks)}
	for _, key := range p.Trusted {
		flags = append(flags, "--"+TrustedKeyFlag+"="+key.Line())
	}
	return flags
}

// DirectoryVariable names a plugin directory when no flag does.
const DirectoryVariable = "OTELCOL_PLUGIN_DIR"

// TrustedKeysVariable names trusted keys, with commas between, when no flag does.
const TrustedKeysVariable = "OTELCOL_PLUGIN_TRUSTED_KEYS"

// Names of the flags.
const (
	DirectoryFlag  = "plugin-dir"
	ListFlag       = "plugin-list"
	PolicyFlag     = "plugin-policy"
	ProbeFlag      = "plugin-probe"
	TrustedKeyFlag = "plugin-trusted-key"
	TimeoutFlag    = "plugin-probe-timeout"
)

// ProbeVariable is ProbeFlag where no flag is given.
const ProbeVariable = "OTELCOL_PLUGIN_PROBE"

// ProbeTimeout is how long a plugin may take in its child process: a slow start of a loaded machine is no hang.
const ProbeTimeout = 30 * time.Second

// Options say where plugins are.
type Options struct {
	// Directories are loaded in their order.
	Directories []string
	// List is a discovery file.
	List   string
	Policy Policy
	// Probing says which plugins are tried in a child process first, Timeout how long one may take there.
	Probing Probing
	Timeout time.Duration
}

// Place of the plugins; ok is false when none was named: then nothing is loaded.
func (o Options) Place() (place catalog.Place, ok bool) {
	return catalog.Place{Directories: o.Directories, Discovery: o.List}, len(o.Directories) > 0 || o.List != ""
}

// ParseOptions reads the plugin flags out of a command line, and the environment. Plugins are
// loaded before the command line is parsed, since they bring feature gates that it may name.
func ParseOptions(args []string) (Options, error) {
	options := Options{Policy: Policy{Asks: verdict.Exact}, Probing: ProbeAll, Timeout: ProbeTimeout}
	policy, probing, timeout := string(verdict.Exact), cmp.Or(os.Getenv(ProbeVariable), string(ProbeAll)), ""
	var trusted []string
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		name, value, hasValue := strings.Cut(args[i], "=")
		name, isFlag := strings.CutPrefix(name, "--")
		if !isFlag || !slices.Contains([]string{DirectoryFlag, ListFlag, PolicyFlag, TrustedKeyFlag, ProbeFlag, TimeoutFlag}, name) {
			continue
		}
		if !hasValue {
			if i++; i == len(args) {
				return options, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s needs a value", name)}
			}
			value = args[i]
		}
		if value == "" {
			return options, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s needs a value", name)}
		}
		switch name {
		case DirectoryFlag:
			options.Directories = append(options.Directories, value)
		case ListFlag:
			options.List = value
		case PolicyFlag:
			policy = value
		case TrustedKeyFlag:
			trusted = append(trusted, value)
		case ProbeFlag:
			probing = value
		case TimeoutFlag:
			timeout = value
		}
	}
	var err error
	if options.Policy, err = ParsePolicy(policy, trusted); err != nil {
		return options, err
	}
	if options.Probing, err = ParseProbing(probing); err != nil {
		return options, err
	}
	if timeout != "" {
		if options.Timeout, err = time.ParseDuration(timeout); err != nil || options.Timeout <= 0 {
			return options, &catalog.PlaceError{Sentence: fmt.Sprintf("--%s is %q, must be a time like 30s", TimeoutFlag, timeout)}
		}
	}
	if options.List != "" && len(options.Directories) > 0 {
		return options, &catalog.PlaceError{Sentence: "give plugin directories, or one discovery file, not both"}
	}
	if directories := os.Getenv(DirectoryVariable); directories != "" && options.List == "" && len(options.Directories) == 0 {
		options.Directories = []string{filepath.Clean(directories)}
	}
	return options, nil
}
