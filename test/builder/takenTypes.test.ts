import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../source/builder/configuration.js';
import { refuseTakenTypes } from '../../source/builder/takenTypes.js';

const FILE = `dist: {name: otelcol}
processors:
  - gomod: go.opentelemetry.io/collector/processor/batchprocessor v0.165.0
plugins:
  - name: queue
    processors:
      - gomod: example.com/queueprocessor v1.0.0
  - name: two
    receivers:
      - gomod: example.com/two v1.0.0
        import: example.com/two/a
    processors:
      - gomod: example.com/two v1.0.0
        import: example.com/two/b
      - gomod: example.com/two v1.0.0
        import: example.com/two/c
  - name: tag
    cargo: {crate: tag, version: 1.0.0}
`;

const CORE_BATCH = ['processor', 'batch', 'go.opentelemetry.io/collector/processor/batchprocessor'] as const;

type Component = readonly [kind: string, type: string, module: string];

/** The sentence of a build whose artifacts say that of themselves; null when it goes on. */
function refusal(described: Readonly<Record<string, readonly Component[] | null>>): { message: string } | null {
  const configuration = parseConfiguration(FILE, 'build.yaml', '/srv');
  const artifacts = [
    { kind: 'collector', name: 'otelcol', title: 'the Collector', components: configuration.builtIn } as const,
    ...configuration.plugins.map(
      (plugin) =>
        ({
          kind: 'plugin',
          name: plugin.name,
          title: `plugin ${plugin.name}`,
          ...(plugin.language === 'go' ? { components: plugin.components } : {}),
        }) as const,
    ),
  ];
  try {
    refuseTakenTypes(configuration, artifacts, ({ name }) => {
      const components = described[name]?.map(([kind, type, module]) => ({ kind, type, module, version: 'v1.0.0' }));
      return components ? JSON.stringify({ format_version: 1, components }) : null;
    });
    return null;
  } catch (error) {
    expect((error as Error).name).toBe('BuildError');
    return { message: (error as Error).message };
  }
}

describe('a component type that is there twice: the distribution was delivered, and its Collector refused to start', () => {
  const why =
    'has already: a component type is unique within its kind, so the Collector would refuse it; take one of the two away';

  it('in the Collector and a plugin', () => {
    expect(refusal({ otelcol: [CORE_BATCH], queue: [['processor', 'batch', 'example.com/queueprocessor']] })?.message).toBe(
      `build.yaml:7: plugin queue (example.com/queueprocessor) brings processor batch, which the Collector (go.opentelemetry.io/collector/processor/batchprocessor) of line 3 ${why}`,
    );
  });

  it('in two plugins, one of them of several components of one module', () => {
    const two: Component[] = [
      ['receiver', 'a', 'example.com/two'],
      ['processor', 'b', 'example.com/two'],
      ['processor', 'queue', 'example.com/two'],
    ];
    expect(refusal({ queue: [['processor', 'queue', 'example.com/queueprocessor']], two })?.message).toBe(
      `build.yaml:15: plugin two (example.com/two) brings processor queue, which plugin queue (example.com/queueprocessor) of line 7 ${why}`,
    );
  });

  it('in one plugin', () => {
    const two: Component[] = [
      ['receiver', 'a', 'example.com/two'],
      ['processor', 'b', 'example.com/two'],
      ['processor', 'b', 'example.com/two'],
    ];
    expect(refusal({ two })?.message).toBe(
      `build.yaml:15: plugin two (example.com/two) brings processor b, which plugin two (example.com/two) of line 13 ${why}`,
    );
  });

  it('in a Rust plugin, which has no entries of its own: the line is that of the plugin', () => {
    expect(refusal({ otelcol: [CORE_BATCH], tag: [['processor', 'batch', 'tag']] })?.message).toMatch(
      /^build\.yaml:17: plugin tag \(tag\) brings processor batch, which the Collector .* of line 3 has already/,
    );
  });

  it('is one of its kind: a receiver of that type may stand beside it; what is not known is not judged', () => {
    expect(refusal({ otelcol: [CORE_BATCH], queue: null, two: [['receiver', 'batch', 'example.com/two']] })).toBeNull();
  });
});
