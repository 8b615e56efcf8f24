package commands

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/descriptor"
	"ocx.dev/runtime/report"
	"ocx.dev/runtime/verdict"
)

func (v *view) inspect(cmd *cobra.Command, args []string) error {
	listed, _, err := listFiles(args)
	if err != nil {
		return err
	}
	host, records, _, err := v.judgeFiles(listed, false)
	if err != nil {
		return err
	}
	r := records[0]
	if v.output != "table" {
		data := report.Of(host, "", records, nil)
		if judged, ok := data.Plugins[0].(*report.Judged); ok {
			judged.Inspection = report.Inspect(r.Evidence)
		}
		return report.WriteData(cmd.OutOrStdout(), data, v.output)
	}
	p := report.NewPrinter(cmd.OutOrStdout())
	p.Host(host)
	p.Line("")
	p.Verdict(r)
	inspectTable(p, r, host)
	return p.Err()
}

func inspectTable(p *report.Printer, r catalog.Record, host *catalog.Host) {
	p.Line("")
	p.Line("About")
	fact := func(name, value string) {
		if value != "" {
			p.Line("  %-12s  %s", name, value)
		}
	}
	fact("file", r.Path)
	fact("size", verdict.Grouped(r.Size)+" bytes")
	e := r.Evidence
	if e == nil {
		return
	}
	fact("format", fmt.Sprintf("%s %d-bit %s-endian, %s, %s", strings.ToUpper(e.Object.Format), e.Object.Bits, e.Object.Endian, e.Object.Machine, e.Object.Kind))
	if g := e.Go; g != nil {
		fact("go", g.Version())
		fact("plugin path", g.PluginPath)
		if g.BuildInfo != nil {
			fact("main package", g.BuildInfo.Path)
		}
		if g.HasTable {
			fact("link hashes", verdict.Count(len(g.LinkHashes), "package"))
		}
	}
	if e.Rust != nil {
		fact("rustc", e.Rust.Version)
	}
	fact("entry symbol", strings.Join(e.EntrySymbols, ", "))
	if carried := e.Manifest.Descriptors; carried != nil {
		components, faults := descriptor.Read(carried.Text)
		for _, d := range components {
			levels := stabilityText(d.Stability)
			if levels != "" {
				levels = " (" + levels + ")"
			}
			fact("brings", d.Name()+levels)
		}
		for _, fault := range faults {
			fact("descriptors", fault.String())
		}
	}
	if found := e.Manifest.Found; found != nil {
		fact("manifest", fmt.Sprintf("%s, %d bytes at 0x%x", found.Carrier, found.Size, found.Offset))
	}
	p.Line("")
	p.Line("Manifest: plugin beside host")
	var rows [][]string
	seen := map[string]bool{}
	for _, row := range verdict.Compare(e, host.Host, r.Judgement) {
		seen[row.Sign] = true
		plugin, host := row.Plugin, row.Host
		if row.Sign == "?" {
			plugin, host = cmp.Or(plugin, "not in plugin"), cmp.Or(host, "not in host")
		}
		rows = append(rows, []string{row.Sign, row.Name, plugin, host})
	}
	p.Table([]string{" ", "field", "plugin", "host"}, rows)
	var signs []string
	for _, meaning := range verdict.SignMeanings {
		if seen[meaning[0]] {
			signs = append(signs, meaning[0]+" "+meaning[1])
		}
	}
	if signs != nil {
		p.Line("")
		p.Line("   %s", strings.Join(signs, "   "))
	}
	if found := e.Manifest.Found; found != nil {
		p.Line("")
		p.Line("Manifest as the file has it")
		for line := range strings.SplitSeq(strings.TrimSpace(found.Text), "\n") {
			p.Line("  %s", line)
		}
	}
	if e.Go != nil && e.Go.ExportsKnown {
		p.Line("")
		p.Line("Exported symbols")
		for _, x := range e.Go.Exports {
			p.Line("  %s  %s", x.Name, x.Type)
		}
	}
}
