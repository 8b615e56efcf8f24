export interface Run {
  readonly first: number;
  readonly last: number;
  readonly gain: number;
}

/**
 * The run of neighbours among `from` to `to` whose gains sum up to most (Kadane's maximum sum); null where nothing
 * gains.
 */
export function bestRun(from: number, to: number, gain: (index: number) => number): Run | null {
  let best: Run | null = null;
  let sum = 0;
  let first = from;
  for (let index = from; index <= to; index++) {
    if (sum <= 0) {
      sum = 0;
      first = index;
    }
    sum += gain(index);
    if (sum > (best?.gain ?? 0)) best = { first, last: index, gain: sum };
  }
  return best;
}
