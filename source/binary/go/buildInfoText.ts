import { quotedLength, unquote } from './buildInfoQuoted.js';
import type { GoBuildInfo, GoModule, GoSetting } from './goBuildInfo.js';

/**
 * The module text of a Go binary as `runtime/debug.ParseBuildInfo` (runtime/debug/mod.go) reads it: lines of `path`, `mod`,
 * `dep`, `=>` and `build`, fields parted by tabs.
 *
 * Where Go gives up at the first malformed line, this names the line to `onProblem`, leaves it out and goes on. Lines of
 * unknown kinds are skipped, and so is a last line without its newline, as Go does.
 */
export function parseBuildInfo(text: string, onProblem: (problem: string) => void): Omit<GoBuildInfo, 'goVersion'> {
  let path: string | null = null;
  let main: GoModule | null = null;
  const deps: GoModule[] = [];
  const settings: GoSetting[] = [];
  /** Where a `=>` line goes: it replaces the module of the line before. */
  let replaceLast: ((by: GoModule) => void) | null = null;

  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    const tab = line.indexOf('\t');
    const rest = line.slice(tab + 1);
    const problem = readLine(tab < 0 ? '' : line.slice(0, tab), rest);
    if (problem !== null) onProblem(`has a malformed line ${index + 1}: ${problem}`);
  }
  return { path, main, deps, settings };

  function readLine(word: string, rest: string): string | null {
    switch (word) {
      case 'path':
        path = rest;
        return null;
      case 'mod': {
        const module = readModule(rest);
        if (typeof module === 'string') return module;
        main = module;
        replaceLast = (replace) => {
          main = { ...module, replace };
        };
        return null;
      }
      case 'dep': {
        const module = readModule(rest);
        if (typeof module === 'string') return module;
        const place = deps.push(module) - 1;
        replaceLast = (replace) => {
          deps[place] = { ...module, replace };
        };
        return null;
      }
      case '=>': {
        const columns = rest.split('\t');
        if (columns.length !== 3) return `a replacement of ${columns.length} columns instead of 3`;
        if (!replaceLast) return 'a replacement with no module before it';
        replaceLast(moduleOf(columns));
        replaceLast = null;
        return null;
      }
      case 'build': {
        const setting = readSetting(rest);
        if (typeof setting === 'string') return setting;
        settings.push(setting);
        return null;
      }
      default:
        return null;
    }
  }
}

function readModule(rest: string): GoModule | string {
  const columns = rest.split('\t');
  if (columns.length !== 2 && columns.length !== 3) return `a module of ${columns.length} columns instead of 2 or 3`;
  return moduleOf(columns);
}

function moduleOf([path = '', version = '', sum = '']: readonly string[]): GoModule {
  return { path, version, sum, replace: null };
}

/** `key=value`; either is quoted as Go's strconv does when it holds blanks, quotes, or (a key) `=`. */
function readSetting(text: string): GoSetting | string {
  const keyLength = text[0] === '"' || text[0] === '`' ? quotedLength(text) : text.indexOf('=');
  if (keyLength === null) return 'a badly quoted key';
  if (keyLength <= 0 || text[keyLength] !== '=') return 'a build setting without a key or without "="';
  const rawKey = text.slice(0, keyLength);
  const key = text[0] === '"' || text[0] === '`' ? unquote(rawKey) : rawKey;
  const rawValue = text.slice(keyLength + 1);
  const value = rawValue[0] === '"' || rawValue[0] === '`' ? unquote(rawValue) : rawValue;
  if (key === null || value === null) return 'a badly quoted build setting';
  return { key, value };
}
