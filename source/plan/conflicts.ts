import type { Candidate, PlanHost } from './candidate.js';

/** Which of some plugins can't both load in one process, whichever comes first. Plugins by their places in the list that was asked about. */
export interface Conflicts {
  of(place: number): readonly number[];
  /** Those of some others that it can load with, in their order. */
  compatible(place: number, others: Int32Array): Int32Array;
}

/** Each reason that `sameModule`, `packageClashes` and `componentClash` know, for all pairs at once: a bit for each pair. */
export function conflictsOf(candidates: readonly Candidate[], host: PlanHost): Conflicts {
  const pairs = new Pairs(candidates.length);
  const refuses = host.opens === 'what loads';
  /** Who has what of which there can be one: the value tells those apart who share it without harm. */
  const claims = new Map<string, [place: number, value: string][]>();
  const claim = (name: string, place: number, value: string): void => {
    const known = claims.get(name);
    if (!known) claims.set(name, [[place, value]]);
    else known.push([place, value]);
  };
  for (const [place, { evidence, file, components, opener }] of candidates.entries()) {
    if (refuses) for (const component of components) claim(`component ${component}`, place, String(place));
    if (!evidence) continue;
    if (opener !== 'plugin.Open') {
      if (refuses && file) claim(`file ${file.inode}`, place, String(place));
      continue;
    }
    const own = refuses || file === null ? String(place) : file.realPath;
    if (evidence.go?.pluginPath) claim(`path ${evidence.go.pluginPath}`, place, own);
    if (file) claim(`file ${file.inode}`, place, own);
    for (const { package: name, hash } of evidence.go?.linkHashes ?? [])
      if (host.hashOf(name) === null) claim(`package ${name}`, place, hash);
  }
  for (const claimants of claims.values()) pairs.addRivals(claimants);
  return pairs;
}

/** A bit for each pair of places. */
class Pairs implements Conflicts {
  /** Of each place a row of bits, one for each place. */
  readonly #rows: Uint32Array;
  /** Of a row. */
  readonly #words: number;

  constructor(count: number) {
    this.#words = Math.ceil(count / 32);
    this.#rows = new Uint32Array(count * this.#words);
  }

  /** Each of them conflicts with those that have another value. */
  addRivals(claimants: readonly (readonly [place: number, value: string])[]): void {
    const byValue = new Map<string, number[]>();
    for (const [place, value] of claimants) {
      const known = byValue.get(value);
      if (known) known.push(place);
      else byValue.set(value, [place]);
    }
    if (byValue.size < 2) return;
    const all = this.#bits(claimants.map(([place]) => place));
    for (const places of byValue.values()) {
      const own = this.#bits(places);
      for (const place of places) {
        const row = this.#row(place);
        for (let word = 0; word < this.#words; word++) row[word] = (row[word] ?? 0) | ((all[word] ?? 0) & ~(own[word] ?? 0));
        // A crafted table has a package twice: nobody is a rival of itself.
        row[place >>> 5] = (row[place >>> 5] ?? 0) & ~(1 << (place & 31));
      }
    }
  }

  of(place: number): readonly number[] {
    const rivals: number[] = [];
    for (const [word, bits] of this.#row(place).entries())
      for (let bit = 0; bit < 32 && bits >>> bit !== 0; bit++) if ((bits >>> bit) & 1) rivals.push(word * 32 + bit);
    return rivals;
  }

  compatible(place: number, others: Int32Array): Int32Array {
    const row = this.#row(place);
    const found = new Int32Array(others.length);
    let count = 0;
    for (const other of others) if ((((row[other >>> 5] ?? 0) >>> (other & 31)) & 1) === 0) found[count++] = other;
    return found.subarray(0, count);
  }

  #row(place: number): Uint32Array {
    return this.#rows.subarray(place * this.#words, (place + 1) * this.#words);
  }

  #bits(places: readonly number[]): Uint32Array {
    const bits = new Uint32Array(this.#words);
    for (const place of places) bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
    return bits;
  }
}
