import stringWidth from 'string-width';
import { isTame } from './signs.js';
import { graphemes } from './width.js';

declare const cleanMark: unique symbol;

/**
 * Text that may be written to a terminal: it moves nothing, hides nothing, recolours nothing, and its width is one that
 * terminals agree on. Only this file makes it, so a sink that takes `CleanText` can't be handed a string from a file.
 */
export type CleanText = string & { readonly [cleanMark]: true };

/** Made when it is first asked for: parsing these classes takes V8 10 ms, and most text is ASCII. */
function once(make: () => RegExp): () => RegExp {
  let made: RegExp | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Above so many combining characters on one base, the rest are written as escapes: they would paint over the rows above. */
const MARKS_ON_A_BASE = 3;

/**
 * Single characters that never reach a terminal as they are:
 * - `C`: controls (C0, DEL, C1), format (bidi controls, zero width, soft hyphen, interlinear, tags), surrogates without
 *   their other half, private use, unassigned;
 * - `Zl`, `Zp`, and every space but U+0020 and the wide U+3000: they look like a plain one, so two names look equal;
 * - default ignorable (variation selectors, fillers) and the blank Braille cell: drawn as nothing, or change what is before them;
 * - enclosing marks and regional indicators: terminals disagree on their width;
 * - the few letters that join what is after them (UAX #29: Prepend): our own text would follow.
 */
const forbidden = once(
  () =>
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\p{Me}\p{Regional_Indicator}\u0d4e\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]|(?![ \u3000])\p{Zs}/gu,
);
/** The same, but for the line breaks that a JSON or YAML printer puts between its lines. */
const forbiddenInLines = once(() => new RegExp(`(?!\\n)(?:${forbidden().source})`, 'gu'));
const PLAIN = /^[ -~]*$/;
const PLAIN_LINES = /^[ -~\n]*$/;
/** Characters beyond ASCII, with the ASCII one at either side that may form one character with them. */
const BEYOND_ASCII = /[ -~]?(?:[^ -~]+[ -~]?)+/gu;
/** Joins what is before it (UAX #29: Extend, SpacingMark, V and T), so it must not begin a text: it would change what is drawn there. */
const joinsLeft = once(() => /^[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7ff]/u);
const mark = once(() => /\p{M}/u);

/**
 * Untrusted text (a name in a file, a manifest value, a path, an error message) as text safe to show.
 *
 * Each dangerous character becomes a visible escape: `\n`, `\x1b`, `\u202e`, `\u{e0041}`. Idempotent. A backslash stays
 * one backslash, so the result is for eyes; data go through `cleanJson`. Right-to-left letters stay: they are text.
 */
export function clean(text: string): CleanText {
  if (isTame(text)) return text as CleanText;
  return escapeAll(text, forbidden(), visibleEscape) as CleanText;
}

/** `clean` for a text of unknown length: at most `limit` characters of it are looked at, and what is left out is counted. */
export function cleanUpTo(text: string, limit: number): CleanText {
  if (text.length <= limit) return clean(text);
  // A cut between the halves of a surrogate pair would show an escape that the file doesn't have.
  const end = isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit;
  return `${clean(text.slice(0, end))} (${(text.length - end).toLocaleString('en')} more characters)` as CleanText;
}

/** For `--ascii` and terminals without UTF-8, where bytes 0x80 to 0x9f inside a character would act as controls. */
export function asciiOnly(text: CleanText): CleanText {
  if (PLAIN.test(text)) return text;
  return text.replace(/[^ -~]/gu, visibleEscape) as CleanText;
}

/** True when `clean` would change nothing. */
export function isClean(text: string): text is CleanText {
  return clean(text) === text;
}

/**
 * Our own words around untrusted ones: cleaned`no manifest in ${path}`. Every value is cleaned, the words are not.
 */
export function cleaned(words: TemplateStringsArray, ...values: readonly (string | number)[]): CleanText {
  return words.reduce((text, word, index) => text + clean(String(values[index - 1])) + word) as CleanText;
}

/**
 * JSON text of `value`, indented by two, without a final newline. The characters that `clean` would show as escapes are
 * written as JSON's own `\uXXXX`, so a parser gets the very same strings, and a terminal gets nothing raw.
 */
export function cleanJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, null, 2) ?? 'null');
}

/** `cleanJson` for JSON text that is already printed by `JSON.stringify`: outside strings such text is ASCII. */
export function escapeJson(json: string): string {
  if (PLAIN_LINES.test(json)) return json;
  return escapeAll(json, forbiddenInLines(), jsonEscape);
}

/**
 * YAML only has escapes inside double quotes. So with the `yaml` package: every string (keys too) that isn't clean line
 * by line is made a double-quoted scalar, then the printed text is escaped:
 *
 *     const document = new Document(value, { aliasDuplicateObjects: false });
 *     visit(document, { Scalar(_, node) { if (typeof node.value === 'string' && needsYamlQuotes(node.value)) node.type = 'QUOTE_DOUBLE'; } });
 *     const text = escapeYaml(document.toString({ lineWidth: 0 }));
 *
 * `lineWidth: 0`, because a folded line could begin with a character that joined the one before it.
 */
export function needsYamlQuotes(value: string): boolean {
  return !value.split('\n').every(isClean);
}

/** The last step of the recipe at `needsYamlQuotes`: YAML's `\uXXXX` and `\UXXXXXXXX` for what must not be raw. */
export function escapeYaml(yaml: string): string {
  if (PLAIN_LINES.test(yaml)) return yaml;
  return escapeAll(yaml, forbiddenInLines(), yamlEscape);
}

type Escape = (character: string) => string;

function escapeAll(text: string, forbidden: RegExp, toEscape: Escape): string {
  const visible = text.replace(forbidden, toEscape);
  if (PLAIN_LINES.test(visible)) return visible;
  return visible.replace(BEYOND_ASCII, (run) => {
    let result = '';
    for (const grapheme of graphemes(run)) result += escapeCluster(grapheme, toEscape);
    return result;
  });
}

/** One user-perceived character: whole if it is tame, its tail or all of it as escapes if it isn't. */
function escapeCluster(cluster: string, toEscape: Escape): string {
  // Joining marks with nothing before them in this text would be drawn onto whatever the screen has there.
  if (joinsLeft().test(cluster)) return escapeEach(cluster, toEscape);
  const characters = [...cluster];
  if (characters.length === 1) return cluster;
  const kept: string[] = [];
  let marks = 0;
  let columns = 0;
  for (const character of characters) {
    if (mark().test(character) && ++marks > MARKS_ON_A_BASE) break;
    kept.push(character);
    // Conjuncts, emoji with a skin tone: drawn as one by some terminals, side by side by others.
    columns += isZeroWidth(character) ? 0 : stringWidth(character);
  }
  if (stringWidth(kept.join('')) !== columns) return escapeEach(cluster, toEscape);
  return kept.join('') + escapeEach(characters.slice(kept.length).join(''), toEscape);
}

function escapeEach(text: string, toEscape: Escape): string {
  // A cluster that begins with an ASCII character (a base, then too much) keeps it: only what can harm is escaped.
  let result = '';
  for (const character of text) result += PLAIN.test(character) ? character : toEscape(character);
  return result;
}

/** The vowels and finals of Hangul take no column of their own once they follow an initial. */
function isZeroWidth(character: string): boolean {
  return /^[\p{Mn}\u1160-\u11ff\ud7b0-\ud7ff]/u.test(character);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function visibleEscape(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\u{${hex(code, 0)}}` : `\\u${hex(code, 4)}`;
}

function jsonEscape(character: string): string {
  let result = '';
  for (let index = 0; index < character.length; index++) result += `\\u${hex(character.charCodeAt(index), 4)}`;
  return result;
}

function yamlEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
