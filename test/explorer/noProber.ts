import type { Prober } from '../../source/explorer/prober.js';

/** For hosts that can't be run: whoever asks it anyway is wrong. */
export const NO_PROBER: Prober = {
  limit: 10_000,
  atOnce: 2,
  begin: () => ({
    probe: () => Promise.reject(new Error('nothing can be opened here')),
    checkConfig: () => Promise.reject(new Error('no Collector can be asked here')),
    stop: () => {},
  }),
};
