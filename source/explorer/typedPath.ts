import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type CleanText, cleaned } from '../terminal/clean.js';

/** As people type them: `~` is home, the rest is relative to where ocx was started. */
export function fullPath(typed: string): string {
  return resolve(typed.replace(/^~(?=\/|$)/, homedir()));
}

/** Of the system's errors what follows the code, without the call and its path: `no such file or directory`. */
export function sentenceOf(error: unknown): CleanText {
  const text = error instanceof Error ? error.message : String(error);
  return cleaned`${/^E[A-Z]+: (.+?), \w+(?: '|$)/s.exec(text)?.[1] ?? text}`;
}
