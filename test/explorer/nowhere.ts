import type { Elsewhere } from '../../source/explorer/elsewhere.js';

/** Nothing else to open. */
export const NOWHERE: Elsewhere = {
  hosts: async () => [],
  directories: () => [],
  open: () => {
    throw new Error('nothing else is there');
  },
};
