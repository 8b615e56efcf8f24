import { readdirSync, readFileSync, statSync } from 'node:fs';
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

  it('draws its first screen without them', () => {
    const core = loadedWith(findChunk('open'));
    expect(core.size).toBeGreaterThan(3);
    for (const chunk of core)
      expect(readFileSync(`dist/${chunk}`, 'utf8')).not.toMatch(/yoga|react-reconciler|useInsertionEffect/);
  });

  it('has the YAML library in a file that nothing loads before it is needed', () => {
    expect(readFileSync('dist/yaml.cjs', 'utf8')).toContain('tag:yaml.org,2002:');
    for (const chunk of oneShot) expect(readFileSync(`dist/${chunk}`, 'utf8')).not.toContain('tag:yaml.org,2002:');
  });

  it('asks for no fetch, which would load the HTTP client of Node', () => {
    const reachable = [
      ...loadedWith('cli.js'),
      ...['explore', 'open', 'inkScreen'].flatMap((name) => [...loadedWith(findChunk(name))]),
    ];
    for (const chunk of reachable) expect(readFileSync(`dist/${chunk}`, 'utf8')).not.toMatch(/[^.\w]fetch\(|typeof fetch/);
  });

  // What opens plugins, and what builds, is loaded by the commands that were asked to.
  it('reads, lists and opens the explorer without the code that starts programs', () => {
    const reading = ['explore', 'open'].flatMap((name) => [...loadedWith(findChunk(name))]);
    for (const chunk of [...oneShot, ...reading])
      expect(readFileSync(`dist/${chunk}`, 'utf8'), chunk).not.toContain('child_process');
    expect([...loadedWith(findChunk('probe')), ...loadedWith(findChunk('childProcesses'))].some(startsPrograms)).toBe(true);
  });

  const startsPrograms = (chunk: string) => readFileSync(`dist/${chunk}`, 'utf8').includes('child_process');

  it('is small for one-shot commands: at most 450 kB', () => {
    const bytes = oneShot.reduce((sum, chunk) => sum + statSync(`dist/${chunk}`).size, 0);
    expect(bytes).toBeLessThan(450_000);
  });

  it('holds React in production mode', () => {
    const all = [...oneShot, ...['explore', 'open', 'inkScreen'].flatMap((name) => [...loadedWith(findChunk(name))])];
    for (const chunk of all)
      expect(readFileSync(`dist/${chunk}`, 'utf8')).not.toContain('React has detected a change in the order of Hooks');
  });

  /** By its name, whoever imports it. */
  function findChunk(name: string): string {
    const found = readdirSync('dist').filter((file) => new RegExp(`^${name}-[A-Z0-9]+\\.js$`).test(file));
    expect(found, name).toHaveLength(1);
    return found[0] ?? '';
  }
});
