import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Package {
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
}
const { files, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as Package;

it('the npm package has every file that README links to', () => {
  const links = [...readFileSync('README.md', 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(10);
  for (const link of links)
    expect(
      files.filter((path) => link === path || link.startsWith(`${path}/`)),
      link,
    ).not.toEqual([]);
});

// npm 11 asks users about these before it runs them; of `npm ci` in this folder it runs postprepare as well.
it('the npm package has no script that an installation would run, and this folder has one', () => {
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toHaveProperty(script);
  expect(scripts.postprepare).toBe('node scripts/prepare.mjs');
});
