import { isObject, type Json, member } from '../components/json.js';
import { BuildError } from './buildError.js';
import type { Configuration } from './configuration.js';
import { kindOf } from './describeMain.js';
import type { ComponentEntry } from './moduleEntries.js';
import type { GoPlanned, Planned } from './plan.js';

/** What is asked of a planned artifact here. */
type Bringing = Pick<Planned, 'kind' | 'name' | 'title'> & Partial<Pick<GoPlanned, 'components'>>;

interface Brought {
  /** `processor batch`. */
  readonly name: string;
  readonly module: string;
  readonly line: number | null;
  readonly from: Bringing;
}

/**
 * A component type is unique within its kind, built into the Collector or of a plugin: the Collector refuses the second
 * (go.opentelemetry.io/collector/otelcol: MakeFactoryMap; runtime/go/plan/components.go), which is said here before anything is delivered.
 *
 * @param artifacts the Collector, then the plugins in the order of the build file.
 * @param described the descriptors of one, as `ocx build` writes them; null when they are not known.
 * @throws BuildError naming the type, both that bring it, and their lines.
 */
export function refuseTakenTypes<Artifact extends Bringing>(
  { file, plugins }: Pick<Configuration, 'file' | 'plugins'>,
  artifacts: readonly Artifact[],
  described: (artifact: Artifact) => string | null,
): void {
  const taken = new Map<string, Brought>();
  for (const artifact of artifacts) {
    const pluginLine = plugins.find(({ name }) => artifact.kind === 'plugin' && name === artifact.name)?.line ?? null;
    for (const brought of broughtBy(artifact, described(artifact) ?? '', pluginLine)) {
      const first = taken.get(brought.name);
      if (first)
        throw new BuildError(
          `${file}${brought.line === null ? '' : `:${brought.line}`}: ${origin(brought)} brings ${brought.name}, which ${origin(first)}${first.line === null ? '' : ` of line ${first.line}`} has already: a component type is unique within its kind, so the Collector would refuse it; take one of the two away`,
        );
      taken.set(brought.name, brought);
    }
  }
}

function broughtBy(from: Bringing, text: string, pluginLine: number | null): Brought[] {
  return listed(text).flatMap((entry, index): Brought[] => {
    if (!isObject(entry)) return [];
    const [kind, type, module] = ['kind', 'type', 'module'].map((key) => member(entry, key));
    if (typeof kind !== 'string' || typeof type !== 'string') return [];
    const component = writtenFor(from.components ?? [], kind, module, index);
    return [
      {
        name: `${kind} ${type}`,
        module: typeof module === 'string' ? module : '',
        line: component?.line ?? pluginLine,
        from,
      },
    ];
  });
}

/** The entry of the build file: its module tells, and where several components are of one module, the order, which is the same. */
function writtenFor(entries: readonly ComponentEntry[], kind: string, module: Json | undefined, index: number) {
  const fitting = entries.filter((entry) => kindOf(entry) === kind && entry.module === module);
  return fitting.find((entry) => entry === entries[index]) ?? fitting[0];
}

/** Not by `readDescriptors`: a type that is there twice is what is looked for, and that leaves the second out. */
function listed(text: string): readonly Json[] {
  try {
    const value: Json = JSON.parse(text);
    const components = isObject(value) ? member(value, 'components') : null;
    return Array.isArray(components) ? components : [];
  } catch {
    return [];
  }
}

/** `plugin redact (example.com/redact)`. */
function origin({ from, module }: Brought): string {
  return module === '' ? from.title : `${from.title} (${module})`;
}
