import { constants, copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What 1,000 plugins of one Collector could be: most were built for it, the others for the host before or after it, by
 * another toolchain, with other flags, or are no plugin. Of each 100.
 */
const MIX = {
  'go-match.so': 22,
  'go-match-newfactory.so': 10,
  'go-no-manifest.so': 6,
  'go-manifest-sidecar.so': 4,
  'go-not-stripped.so': 8,
  'go-other-tags.so': 5,
  'go-goamd64-v3.so': 3,
  'go-other-patch.so': 5,
  'go-other-minor.so': 5,
  'go-other-dependency.so': 8,
  'go-other-trimpath.so': 5,
  'go-race.so': 2,
  'go-no-entry.so': 2,
  'rust-match.so': 8,
  'rust-other-rustc.so': 3,
  'rust-no-manifest.so': 2,
  'c-library.so': 2,
};

export const HOST = 'fixtures/otelcol';

/** Copies fixtures to `directory`, each with an inode and blocks of its own. Names are shuffled among each other, as in a real directory. */
export function makeCorpus(directory, count) {
  mkdirSync(directory);
  const names = Object.entries(MIX).flatMap(([name, share]) => Array.from({ length: share }, () => name));
  const files = [];
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    // 37 and 100 have no common factor: each name comes up as often as its share says, spread over the directory.
    const name = names[(index * 37) % names.length];
    const file = join(directory, `${String(index).padStart(4, '0')}-${name}`);
    copyFileSync(join('fixtures/plugins', name), file, constants.COPYFILE_EXCL);
    const sidecar = join('fixtures/plugins', `${name}.manifest.json`);
    if (existsSync(sidecar)) copyFileSync(sidecar, `${file}.manifest.json`);
    bytes += statSync(file).size;
    files.push(file);
  }
  return { files, bytes };
}
