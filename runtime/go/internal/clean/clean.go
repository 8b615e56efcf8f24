// Package clean makes text that may be written to a terminal: it moves nothing, hides
// nothing, recolours nothing. Names in files, manifest values, paths and error messages
// go through it on their way out.
package clean

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// marksOnABase: above so many combining characters on one base, the rest would paint over the rows above.
const marksOnABase = 3

// Text shows each dangerous character as a visible escape: \n, \x1b, \u202e.
func Text(text string) string { return escape(text, visible, false) }

// JSON escapes the same characters in printed JSON, as JSON's own \uXXXX: a parser gets
// the very same strings. Line breaks between lines stay.
func JSON(text string) string { return escape(text, jsonEscape, true) }

// YAML escapes them in printed YAML, whose strings that need it are double-quoted (NeedsQuotes).
func YAML(text string) string { return escape(text, yamlEscape, true) }

// NeedsQuotes tells whether a YAML string must be double-quoted, since only there YAML has escapes.
func NeedsQuotes(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if Text(line) != line {
			return true
		}
	}
	return false
}

func escape(text string, write func(*strings.Builder, rune), lines bool) string {
	if isPlain(text, lines) {
		return text
	}
	var out strings.Builder
	marks, hasBase := 0, false
	for _, r := range text {
		switch {
		case lines && r == '\n':
			out.WriteRune(r)
			marks, hasBase = 0, false
		case forbidden(r):
			write(&out, r)
			marks, hasBase = 0, false
		case unicode.Is(unicode.M, r):
			marks++
			// A mark with nothing before it would be drawn onto whatever the screen has there.
			if !hasBase || marks > marksOnABase {
				write(&out, r)
			} else {
				out.WriteRune(r)
			}
		default:
			out.WriteRune(r)
			marks, hasBase = 0, true
		}
	}
	return out.String()
}

func isPlain(text string, lines bool) bool {
	for i := range len(text) {
		if b := text[i]; (b < ' ' || b > '~') && (!lines || b != '\n') {
			return false
		}
	}
	return true
}

// forbidden are characters that never reach a terminal as they are: controls, format (bidi
// controls, zero width), surrogates, private use, unassigned; separators and spaces that look
// like a plain one; what is drawn as nothing; what terminals disagree on.
func forbidden(r rune) bool {
	switch {
	case r >= ' ' && r <= '~':
		return false
	case r == utf8.RuneError:
		return false // U+FFFD stands for bytes that are no text.
	case unicode.Is(unicode.C, r), unicode.In(r, unicode.Zl, unicode.Zp, unicode.Me):
		return true
	case unicode.Is(unicode.Zs, r):
		return r != '\u3000'
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Regional_Indicator):
		return true
	case r == '\u2800', r == '\u0d4e':
		return true
	}
	// Unassigned: in no category that Go knows.
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}

func visible(out *strings.Builder, r rune) {
	switch {
	case r == '\n':
		out.WriteString(`\n`)
	case r == '\r':
		out.WriteString(`\r`)
	case r == '\t':
		out.WriteString(`\t`)
	case r < 0x80:
		fmt.Fprintf(out, `\x%02x`, r)
	case r > 0xffff:
		fmt.Fprintf(out, `\u{%x}`, r)
	default:
		fmt.Fprintf(out, `\u%04x`, r)
	}
}

func jsonEscape(out *strings.Builder, r rune) {
	if r > 0xffff {
		r -= 0x10000
		fmt.Fprintf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		return
	}
	fmt.Fprintf(out, `\u%04x`, r)
}

func yamlEscape(out *strings.Builder, r rune) {
	if r > 0xffff {
		fmt.Fprintf(out, `\U%08x`, r)
		return
	}
	fmt.Fprintf(out, `\u%04x`, r)
}
