/** What the two values of a finding are called. */
export interface Sides {
  readonly plugin: string;
  readonly host: string;
}

const PLUGIN_AND_HOST: Sides = { plugin: 'plugin', host: 'host' };
const SIGNATURE: Sides = { plugin: 'signer', host: 'wanted' };
const LIST: Sides = { plugin: 'found', host: 'listed' };

const OTHERS: Readonly<Record<string, Sides>> = {
  OCX0902: SIGNATURE,
  OCX0903: SIGNATURE,
  OCX0904: SIGNATURE,
  OCX0905: LIST,
  OCX0906: LIST,
  OCX0908: LIST,
};

/** By a finding's code: what a key or a list says of a plugin is no value of the host. The Collector has the same (runtime/go/verdict/sides.go). */
export function sidesOf(code: string): Sides {
  return OTHERS[code] ?? PLUGIN_AND_HOST;
}
