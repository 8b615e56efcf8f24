package loader

import (
	"path/filepath"
	"testing"

	"ocx.dev/runtime/internal/conformance"
)

func TestPolicyIsReadWithTheKeysItTrusts(t *testing.T) {
	key := filepath.Join(conformance.Root(t), "test/trust/minisign/plain.pub")
	for _, c := range []struct {
		policy, environment string
		keys                []string
		trusted             int
		err                 string
	}{
		{policy: "exact"},
		{policy: "abi,skip", keys: []string{key}, trusted: 1},
		{policy: "skip,signed,abi", environment: key + "," + key, trusted: 2},
		{policy: "exact", environment: "nowhere.pub", keys: []string{key}, trusted: 1},
		{policy: "signed", err: "--plugin-policy is signed, and no key is trusted: --plugin-trusted-key names one"},
		{policy: "signed", environment: ",", err: "--plugin-policy is signed, and no key is trusted: --plugin-trusted-key names one"},
		{policy: "exact", environment: "nowhere.pub", err: "trusted key nowhere.pub: no such file or directory"},
		{policy: "signed,signed", err: `--plugin-policy is "signed,signed", must be exact, abi or environment, signed, skip, or several of them with commas between: abi,signed,skip`},
	} {
		t.Setenv(TrustedKeysVariable, c.environment)
		args := []string{"--config=x", "--" + PolicyFlag, c.policy}
		for _, named := range c.keys {
			args = append(args, "--"+TrustedKeyFlag+"="+named)
		}
		options, err := ParseOptions(args)
		if err != nil {
			if err.Error() != c.err {
				t.Errorf("%+v: %v", c, err)
			}
			continue
		}
		if c.err != "" || len(options.Policy.Trusted) != c.trusted {
			t.Errorf("%+v: %+v", c, options.Policy)
		}
	}
}
