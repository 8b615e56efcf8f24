import type { JsonObject } from './json.js';
import type { ComponentKind } from './kinds.js';

/**
 * What is known of one component without running it (spec/components.schema.json: descriptor). Written by `ocx build` into
 * plugins and Collectors, as a note of type 2. Untrusted: strings go through `source/terminal/clean.ts` before they are shown.
 */
export interface Descriptor {
  readonly kind: ComponentKind;
  readonly type: string;
  /** Go module or crate; empty when the file doesn't say. */
  readonly module: string;
  /** As go.mod has it: `v0.165.0`; empty when the file doesn't say. */
  readonly version: string;
  /** Signal to level, in words of metadata.yaml: `{traces: "beta", logs: "alpha"}`, `{"traces-to-metrics": "alpha"}`. */
  readonly stability: Readonly<Record<string, string>>;
  /** JSON Schema 2020-12 of the component's section in a configuration file; null when there is none. */
  readonly configSchema: JsonObject | null;
  /** The section as the component fills it when nothing is given; null when it is not known. */
  readonly defaultConfig: JsonObject | null;
  /** Markdown; null when there is none. */
  readonly docs: string | null;
  /** A sentence or two; null when there is none. */
  readonly description: string | null;
  /** What its authors warn of. */
  readonly warnings: readonly string[];
  /** Why the component refuses its own default configuration; empty when it takes it. */
  readonly defaultConfigFaults: readonly string[];
}

/** What is wrong with a descriptor, and where: `components[2].type`. The value as JSON, cut; null when it is missing. */
export interface DescriptorFault {
  readonly field: string;
  readonly problem: string;
  readonly value: string | null;
}

export interface DescriptorReading {
  /** Those that can be used; a fault in one hides no other. In the order of the text. */
  readonly components: readonly Descriptor[];
  readonly faults: readonly DescriptorFault[];
}
