package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/internal/clean"
	"ocx.dev/runtime/plan"
	"ocx.dev/runtime/verdict"
)

var (
	verdictSigns  = map[verdict.Verdict]string{verdict.Loads: "+", verdict.Refused: "-", verdict.Fails: "x", verdict.Crashes: "!", verdict.Unknown: "?"}
	severitySigns = map[verdict.Severity]string{verdict.SeverityCrashes: "!", verdict.SeverityFails: "x", verdict.SeverityRefused: "-", verdict.SeverityUnknown: "?", verdict.SeverityWarning: "~", verdict.SeverityNote: " "}
	languages     = map[string]string{"go": "Go", "rust": "Rust", "c": "C"}
)

// Printer writes tables for people. What it is given is cleaned; its errors are those of the writer.
type Printer struct {
	out io.Writer
	err error
}

// NewPrinter writes to out.
func NewPrinter(out io.Writer) *Printer { return &Printer{out: out} }

// Err is the first error of the writer.
func (p *Printer) Err() error { return p.err }

// Line writes one line: the words are ours, each value is cleaned.
func (p *Printer) Line(words string, values ...any) {
	for i, value := range values {
		switch v := value.(type) {
		case string:
			values[i] = clean.Text(v)
		case error:
			values[i] = clean.Text(v.Error())
		case fmt.Stringer:
			values[i] = clean.Text(v.String())
		}
	}
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, words+"\n", values...)
	}
}

// Table aligns rows below their titles. A column whose title begins with ">" is aligned right.
func (p *Printer) Table(titles []string, rows [][]string) {
	widths := make([]int, len(titles))
	right := make([]bool, len(titles))
	all := [][]string{make([]string, len(titles))}
	for i, title := range titles {
		all[0][i], right[i] = strings.CutPrefix(title, ">")
	}
	for _, row := range rows {
		cleaned := make([]string, len(row))
		for i, cell := range row {
			cleaned[i] = clean.Text(cell)
		}
		all = append(all, cleaned)
	}
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range all {
		var line strings.Builder
		for i, cell := range row {
			blanks := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if right[i] {
				line.WriteString(blanks + cell)
			} else {
				line.WriteString(cell + blanks)
			}
			line.WriteString("  ")
		}
		p.Line("%s", strings.TrimRight(line.String(), " "))
	}
}

// Host writes the host in one line.
func (p *Printer) Host(host *catalog.Host) {
	facts := slices.DeleteFunc(append([]string{host.Title, host.Toolchain, host.Platform}, host.Flags...), func(fact string) bool { return fact == "" })
	cannot := ""
	if host.CannotLoad != "" {
		cannot = "  can't load plugins: " + host.CannotLoad
	}
	p.Line("host  %s  (%s)%s", strings.Join(facts, "  "), relative(host.Path), cannot)
}

func relative(path string) string {
	directory, err := os.Getwd()
	if err != nil {
		return path
	}
	if short, err := filepath.Rel(directory, path); err == nil && len(short) < len(path) {
		return short
	}
	return path
}

// List writes a line for each file, in load order.
func (p *Printer) List(records []catalog.Record) {
	if len(records) == 0 {
		p.Line("no files")
		return
	}
	var rows [][]string
	for _, r := range records {
		row := []string{"-", "o ignored", r.Name, "", "", "", sizeText(r.Size), linkText(r) + r.Because}
		if r.Judgement != nil {
			v := r.Judgement.Verdict
			row = []string{"-", verdictSigns[v] + " " + string(v), r.Name, languages[r.Language], r.BuiltBy, hashesText(r), sizeText(r.Size), linkText(r) + r.Cause}
			if r.Order > 0 {
				row[0] = fmt.Sprint(r.Order)
			}
		}
		rows = append(rows, row)
	}
	p.Table([]string{">#", "verdict", "file", "lang", "built by", "hashes", ">size", "cause"}, rows)
}

func linkText(r catalog.Record) string {
	if r.Link == "" {
		return ""
	}
	return "link to " + r.Link + ": "
}

// hashesText tells how many dependencies, and a digest of their hashes: equal digests mean equal dependencies.
func hashesText(r catalog.Record) string {
	if r.Evidence == nil {
		return ""
	}
	m := verdict.ManifestOf(r.Evidence)
	if m == nil {
		return ""
	}
	entries := [][2]string{}
	for _, name := range m.DependencyHashes.Names() {
		hash, _ := m.DependencyHashes.Get(name)
		entries = append(entries, [2]string{name, hash})
	}
	slices.SortFunc(entries, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	text, err := json.Marshal(entries)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %.8x", len(entries), sha256.Sum256(text))[:len(fmt.Sprint(len(entries)))+9]
}

func sizeText(bytes int64) string {
	n := float64(bytes)
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", bytes)
	case n < 999_950:
		return fmt.Sprintf("%.1f kB", n/1e3)
	case n < 999_950_000:
		return fmt.Sprintf("%.1f MB", n/1e6)
	}
	return fmt.Sprintf("%.1f GB", n/1e9)
}

// Plan writes what the order of loading does to the plugins, where it does anything.
func (p *Printer) Plan(of *plan.Plan) {
	if of == nil {
		return
	}
	for _, step := range of.Steps {
		if step.Candidate.Order == of.DiesAt && of.DiesAt != 0 {
			p.Line("")
			p.Line("! the Collector dies at %d: %s; what is below is judged as if it were left out", of.DiesAt, step.Candidate.Name)
		}
	}
	if of.Best.Order != nil {
		p.Line("")
		p.Line("%d of %d load in this order, %d in another (plan.best of --output json)", of.Loads, len(of.Steps), of.Best.Loads)
	}
}

// Totals writes "14 files: 3 loads, 3 refused".
func (p *Printer) Totals(records []catalog.Record) {
	counts := map[string]int{}
	for _, r := range records {
		if r.Judgement == nil {
			counts["ignored"]++
		} else {
			counts[string(r.Judgement.Verdict)]++
		}
	}
	var parts []string
	for _, word := range []string{"loads", "refused", "fails", "crashes", "unknown", "ignored"} {
		if counts[word] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[word], word))
		}
	}
	text := verdict.Count(len(records), "file")
	if parts != nil {
		text += ": " + strings.Join(parts, ", ")
	}
	p.Line("%s", text)
}

// Verdict writes verdict and reasons of one plugin.
func (p *Printer) Verdict(r catalog.Record) {
	if r.Judgement == nil {
		p.Line("o ignored  %s", r.Name)
		return
	}
	j := r.Judgement
	p.Line("%s %s  %s  %s", verdictSigns[j.Verdict], string(j.Verdict), r.Name, r.Cause)
	nearMiss := ""
	if j.Verdict == verdict.Refused && j.Load == verdict.LoadLoads {
		nearMiss = ": it would load, the policy refuses it"
	}
	p.Line("  load %s, policy %s%s", string(j.Load), string(j.Policy), nearMiss)
	checked := "nothing"
	if len(j.Checked) > 0 {
		checked = strings.Join(j.Checked, ", ")
	}
	p.Line("  checked: %s", checked)
	if len(j.NotChecked) > 0 {
		p.Line("  not checked: %s", strings.Join(j.NotChecked, ", "))
	}
	p.Findings(j.Findings, r.Name)
}

// itemsShown: where a list of items gets long, so many are shown; all are in the JSON.
const itemsShown = 8

// Findings writes each as rustc would: code and sentence, place, both values, cause, the loader's words, the fix.
func (p *Printer) Findings(findings []verdict.Finding, file string) {
	for _, f := range findings {
		p.Line("")
		p.Line("%s %s  %s", severitySigns[f.Severity], f.Code, f.Message)
		p.Line("    --> %s   %s", file, f.Evidence)
		plugin, host := f.Sides()
		p.unlessEmpty(fmt.Sprintf("     |  %-6s  %%s", plugin), f.Plugin)
		p.unlessEmpty(fmt.Sprintf("     |  %-6s  %%s", host), f.Host)
		if len(f.Items) > 1 {
			for _, item := range f.Items[:min(itemsShown, len(f.Items))] {
				values := strings.Trim(item.Plugin+" / "+item.Host, " /")
				if values != "" {
					values = "  " + values
				}
				p.Line("     |  - %s%s", item.Subject, values)
			}
		}
		if len(f.Items) > itemsShown {
			p.Line("     |  - and %d more (--output json lists all)", len(f.Items)-itemsShown)
		}
		p.unlessEmpty("     =  cause: %s", f.Cause)
		p.unlessEmpty("     =  the loader will say: %s", f.LoaderMessage)
		p.unlessEmpty("     =  fix: %s", f.Fix)
	}
}

func (p *Printer) unlessEmpty(words, value string) {
	if value != "" {
		p.Line(words, value)
	}
}
