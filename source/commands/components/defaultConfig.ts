import type { ListedComponent } from '../../catalog/components.js';
import { PlaceError } from '../../catalog/discovery.js';
import { defaultConfigLines, type ShownFields } from '../../components/defaultConfig.js';
import { sectionOf } from '../../components/kinds.js';
import { EXIT, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { type ComponentOptions, componentsCalled, findComponents } from './listing.js';

export interface DefaultConfigOptions extends ComponentOptions {
  readonly type: string;
  readonly fields: ShownFields;
}

/** Columns at which comments are broken where nobody looks: a file. */
const FILE_WIDTH = 100;

/** `ocx components default-config TYPE`: YAML that can be pasted, with the docs as comments. Nothing is run. Exit code 0; 2 when there is none. */
export async function defaultConfigCommand(options: DefaultConfigOptions, shell: Shell): Promise<number> {
  const called = componentsCalled(findComponents(options, shell), options.type);
  // Of two that have one name only one can be meant; the Collector takes the same.
  const byKind = called.filter(({ descriptor: { kind } }, at) => called.findIndex((one) => one.descriptor.kind === kind) === at);
  const unknown = byKind.find(({ descriptor }) => descriptor.defaultConfig === null && descriptor.configSchema === null);
  if (unknown) throw new PlaceError(`${unknown.descriptor.kind} ${options.type}: its file does not carry its configuration`);
  if (options.output === 'json') {
    await shell.out.lines(dataLines(sections(byKind), 'json'));
    return EXIT.ok;
  }
  const text = { fields: options.fields, top: 'section', width: FILE_WIDTH } as const;
  await shell.out.lines(byKind.flatMap(({ descriptor }) => defaultConfigLines(descriptor, text).map((line) => line.text)));
  return EXIT.ok;
}

function sections(components: readonly ListedComponent[]) {
  return Object.fromEntries(
    components.map(({ descriptor: { kind, type, defaultConfig } }) => [sectionOf(kind), { [type]: defaultConfig ?? {} }]),
  );
}
