import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Chunks that `file` loads as soon as it is loaded: its static imports, and theirs. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(`dist/${file}`, 'utf8');
  // esbuild writes `import{a as b}from"./chunk.js"` and `import"./chunk.js"`; `import("./chunk.js")` waits until it is called.
  for (const [, chunk] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) if (chunk) loadedWith(chunk, seen);
  return seen;
}

describe('the bundle', () => {
  const oneShot = [...loadedWith('cli.js')];

  it('loads neither Ink nor React nor yoga for one-shot commands', () => {
    for (const chunk of oneShot)
      expect(readFileSync(`dist/${chunk}`, 'utf8')).not.toMatch(/yoga|react-reconciler|useInsertionEffect/);
  });

  it('is small for one-shot commands: at most 450 kB', () => {
    const bytes = oneShot.reduce((sum, chunk) => sum + statSync(`dist/${chunk}`).size, 0);
    expect(bytes).toBeLessThan(450_000);
  });

  it('holds React in production mode', () => {
    const all = [...oneShot, ...['explore', 'open'].flatMap((name) => [...loadedWith(findChunk(name))])];
    for (const chunk of all)
      expect(readFileSync(`dist/${chunk}`, 'utf8')).not.toContain('React has detected a change in the order of Hooks');
  });

  function findChunk(name: string): string {
    const reachable =
      readFileSync('dist/cli.js', 'utf8') + oneShot.map((chunk) => readFileSync(`dist/${chunk}`, 'utf8')).join('');
    const match = new RegExp(`\\./(${name}-[A-Z0-9]+\\.js)`).exec(reachable);
    if (match?.[1]) return match[1];
    const explore = /\.\/(explore-[A-Z0-9]+\.js)/.exec(reachable)?.[1] ?? '';
    return new RegExp(`\\./(${name}-[A-Z0-9]+\\.js)`).exec(readFileSync(`dist/${explore}`, 'utf8'))?.[1] ?? '';
  }
});
