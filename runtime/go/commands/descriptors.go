package commands

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/loader"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/verdict"
)

// descriptorsCommand opens a plugin in this process, and is for builders: they call it in a process of its own, and put what it
// prints into the plugin.
func descriptorsCommand(v *view) *cobra.Command {
	return &cobra.Command{
		Use:    "descriptors FILE",
		Short:  "Opens one plugin in this process, and prints what it registers: the document of spec/components.schema.json",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			components, err := v.open(args[0])
			if err != nil {
				return err
			}
			document := descriptors{report.FormatVersion, []map[string]any{}}
			for _, c := range components {
				document.Components = append(document.Components, descriptorOf(c))
			}
			return json.NewEncoder(cmd.OutOrStdout()).Encode(document)
		},
	}
}

type descriptors struct {
	FormatVersion int              `json:"format_version"`
	Components    []map[string]any `json:"components"`
}

// open opens what loads, and nothing else.
func (v *view) open(path string) ([]loader.Component, error) {
	listed, err := catalog.ListFile(path)
	if err != nil {
		return nil, err
	}
	host, err := v.host()
	if err != nil {
		return nil, err
	}
	defer host.Close()
	vault, err := loader.OpenVault(host.Trusted)
	if err != nil {
		return nil, err
	}
	defer vault.Close()
	record := vault.Judge(listed, host)
	if record.Judgement.Verdict != verdict.Loads {
		return nil, fmt.Errorf("not opened: %s: %s", record.Judgement.Verdict, record.Cause)
	}
	return loader.Try(record, v.name)
}

// descriptorOf is what a component was registered with over the C ABI; of any other its kind and type.
func descriptorOf(c loader.Component) map[string]any {
	described := map[string]any{}
	if own, ok := c.Factory.(interface{ Descriptor() string }); ok && own.Descriptor() != "" {
		// It was read when it was registered, so that it can be.
		_ = json.Unmarshal([]byte(own.Descriptor()), &described)
	}
	described["kind"], described["type"] = c.Kind, c.Type.String()
	return described
}
