import { type ComponentListing, type ListedComponent, listComponents } from '../../catalog/components.js';
import { PlaceError } from '../../catalog/discovery.js';
import type { HostRecord } from '../../catalog/record.js';
import { scan } from '../../catalog/scan.js';
import type { ComponentKind } from '../../components/kinds.js';
import { askedFrom, hostFrom, type OutputOption, type PlaceOptions, placeFrom, type Shell } from '../options.js';

export interface ComponentOptions extends PlaceOptions, OutputOption {
  readonly plugins: boolean;
  readonly kind: ComponentKind | undefined;
}

export interface Found extends ComponentListing {
  readonly host: HostRecord;
}

/** Components of a place and its host, by `--plugins` and `--kind`. @throws PlaceError when the place or a named host can't be used. */
export function findComponents(options: ComponentOptions, shell: Shell): Found {
  const snapshot = scan({
    place: placeFrom(options, shell.env),
    host: hostFrom(options, shell.env),
    ...askedFrom(options, shell.env),
    recursive: options.recursive,
    now: shell.now(),
  });
  const listing = listComponents(snapshot);
  const components = listing.components.filter(
    ({ descriptor, origin }) =>
      (options.kind === undefined || descriptor.kind === options.kind) && (!options.plugins || origin.from === 'plugin'),
  );
  return { ...listing, components, host: snapshot.host };
}

/** Those of one type, of whatever kind. @throws PlaceError when there is none, naming those there are. */
export function componentsCalled({ components, host }: Found, type: string): readonly ListedComponent[] {
  const called = components.filter(({ descriptor }) => descriptor.type === type);
  if (called.length > 0) return called;
  const known = [...new Set(components.map(({ descriptor }) => descriptor.type))].sort();
  // Most are the Collector's own.
  const without = host.state === 'absent' ? '; no Collector is known whose own could be meant: --collector FILE names it' : '';
  throw new PlaceError(`no component of type ${JSON.stringify(type)}; there are ${known.join(', ') || 'none'}${without}`);
}
