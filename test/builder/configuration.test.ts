import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Configuration, goPlugins, parseConfiguration } from '../../source/builder/configuration.js';

const OCB = `dist:
  name: otelcol-custom
  version: 1.10
  output_path: ./out
  build_tags: netgo,grpcnotrace
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v0.165.0
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/debugexporter v0.164.0
    import: go.opentelemetry.io/collector/exporter/debugexporter
providers:
  - gomod: go.opentelemetry.io/collector/confmap/provider/envprovider v1.71.0
replaces:
  - example.com/a => ../a
  - example.com/b v1.0.0 => example.com/c v1.0.0
`;

const PLUGINS = `plugins:
  - name: redact
    version: 2.0.0
    processors:
      - gomod: example.com/redact v0.0.0
        path: ./redact
  - name: two
    processors:
      - gomod: example.com/two v1.0.0
        import: example.com/two/processor
    extensions:
      - gomod: example.com/two v1.0.0
        import: example.com/two/extension
`;

function read(text: string): Configuration {
  return parseConfiguration(text, 'build.yaml', '/srv');
}

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    expect((error as Error).name).toBe('PlaceError');
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

/** OCB and PLUGINS with one line replaced. */
function changed(from: string, to: string): string {
  const text = `${OCB}${PLUGINS}`;
  expect(text).toContain(from);
  return text.replace(from, to);
}

describe('a build file of ocb', () => {
  it('works unchanged, with nothing of ours in it', () => {
    const { name, version, outputPath, tags, builtIn, plugins, debug, go } = read(OCB);
    expect({ name, version, outputPath, tags, debug, go }).toEqual({
      name: 'otelcol-custom',
      version: '1.10',
      outputPath: '/srv/out',
      tags: ['netgo', 'grpcnotrace'],
      debug: false,
      go: 'go',
    });
    expect(builtIn.map(({ list, importPath }) => `${list} ${importPath}`)).toEqual([
      'receivers go.opentelemetry.io/collector/receiver/otlpreceiver',
      'exporters go.opentelemetry.io/collector/exporter/debugexporter',
    ]);
    expect(plugins).toEqual([]);
  });

  it('tells the release of ocb by its newest component', () => {
    expect(read(OCB).ocbVersion).toBe('v0.165.0');
    const line = OCB.split('\n').findIndex((text) => text.includes('v0.165.0')) + 1;
    expect(read(OCB).ocbAskedBy).toMatch(new RegExp(`^build\\.yaml:${line}: \\w+\\[\\d\\]\\.gomod$`));
    expect(read(OCB.replace('  version: 1.10\n', '  otelcol_version: 0.149.0\n')).ocbAskedBy).toMatch(
      /:\d+: dist\.otelcol_version$/,
    );
    expect(read(OCB.replace('  version: 1.10\n', '  otelcol_version: 0.149.0\n')).ocbVersion).toBe('v0.149.0');
    const contrib = OCB.replaceAll(
      'go.opentelemetry.io/collector/',
      'github.com/open-telemetry/opentelemetry-collector-contrib/',
    );
    expect(read(contrib.replaceAll('0.165.0', '0.150.1').replaceAll('0.164.0', '0.149.0')).ocbVersion).toBe('v0.150.1');
  });

  it('is handed on to ocb without plugins, with sources in our folder and paths seen from there', () => {
    const text = read(`${OCB}${PLUGINS}`).ocbFile('/srv/out/.ocx/src', 'true');
    const file = parse(text);
    expect(file.plugins).toBeUndefined();
    expect(file.dist).toMatchObject({ name: 'otelcol-custom', output_path: '/srv/out/.ocx/src', go: 'true' });
    expect(file.replaces).toEqual(['example.com/a => ../../../a', 'example.com/b v1.0.0 => example.com/c v1.0.0']);
    expect(text, 'ocb reads the version as it was written').toContain('version: 1.10\n');
  });

  it('may have every field that ocb 0.149 and 0.165 and those before know', () => {
    const all = `${OCB}  - example.com/d => ./d
excludes: [example.com/e v1.0.0]
processors: []
connectors:
extensions: []
converters: [{gomod: example.com/converter v1.0.0, name: conv, path: ./converter}]
telemetry: {gomod: go.opentelemetry.io/collector/service v0.165.0, import: go.opentelemetry.io/collector/service/telemetry/otelconftelemetry}
conf_resolver: {default_uri_scheme: env}
`.replace(
      '  version: 1.10\n',
      `  version: 1.10
  module: example.com/otelcol
  description: ours
  go: /usr/local/go/bin/go
  debug_compilation: true
  cgo_enabled: true
  otelcol_version: 0.165.0
  include_core: true
  use_absolute_replace_paths: true
  resource: {detection: {detectors: [{env: {}}]}}
`,
    );
    expect(read(all)).toMatchObject({ debug: true, moreTags: true, go: '/usr/local/go/bin/go' });
  });

  it('may have a section of its own for anchors, and merge them as ocb does', () => {
    const text = OCB.replace('  name: otelcol-custom\n', '  <<: *ours\n');
    const merged = read(`x-ours: &ours\n  name: merged\n  version: 3.0.0\n${text}`);
    expect({ name: merged.name, version: merged.version }).toEqual({ name: 'merged', version: '1.10' });
  });
});

describe('a misspelled field is no field that is passed over: the plugins of plugin: were missing, and those there were deleted', () => {
  it.each([
    ['plugins:', 'plugin:', 'build.yaml:16: plugin is not a field of a build file; nearest: plugins'],
    ['receivers:', 'receivrs:', 'build.yaml:6: receivrs is not a field of a build file; nearest: receivers'],
    ['replaces:', 'procesors:', 'build.yaml:13: procesors is not a field of a build file; nearest: processors'],
    ['  output_path: ./out', '  output: ./out', 'build.yaml:4: dist.output is not a field of dist (module, name, go,'],
    ['  output_path: ./out', '  frob: 1', 'build.yaml:4: dist.frob is not a field of dist (module, name, go,'],
    ['  output_path: ./out', '  ouput_path: x', 'build.yaml:4: dist.ouput_path is not a field of dist; nearest: output_path'],
    ['    import: go', '    imports: go', 'build.yaml:10: exporters[0].imports is not a field of a module; nearest: import'],
    [
      'providers:',
      'telemetry: {gomd: x v1.0.0}\nproviders:',
      'build.yaml:11: telemetry.gomd is not a field of a module; nearest: gomod',
    ],
  ])('%s as %s', (from, to, sentence) => {
    expect(refusal(changed(from, to))).toContain(sentence);
  });
});

describe('plugins', () => {
  it('are one .so each, of one or more components', () => {
    const plugins = goPlugins(read(`${OCB}${PLUGINS}`));
    expect(plugins.map(({ name, version, line }) => ({ name, version, line }))).toEqual([
      { name: 'redact', version: '2.0.0', line: 17 },
      { name: 'two', version: null, line: 22 },
    ]);
    expect(plugins[0]?.components).toEqual([
      {
        list: 'processors',
        module: 'example.com/redact',
        version: 'v0.0.0',
        importPath: 'example.com/redact',
        folder: '/srv/redact',
        folderLine: 21,
        field: 'plugins[0].processors[0]',
        line: 20,
      },
    ]);
    expect(plugins[1]?.components.map(({ importPath }) => importPath)).toEqual([
      'example.com/two/processor',
      'example.com/two/extension',
    ]);
  });

  it('may be none', () => {
    expect(read(`${OCB}plugins:\n`).plugins).toEqual([]);
  });
});

describe('what is wrong is said with its field and line', () => {
  it.each([
    ['a name that is no file name', '- name: redact', '- name: a/b', 'build.yaml:17: plugins[0].name must be letters'],
    ['a name twice', '- name: two', '- name: Redact', 'build.yaml:22: plugins[1].name is taken: line 17'],
    ['a slip in a plugin', '    version: 2.0.0', '    verison: 2.0.0', 'build.yaml:18: plugins[0].verison is not a field'],
    ['a slip in a component', '        path: ./redact', '        pth: ./redact', 'plugins[0].processors[0].pth is not a field'],
    [
      'a module without a version',
      'redact v0.0.0',
      'redact',
      'build.yaml:20: plugins[0].processors[0].gomod must be a module and its version',
    ],
    ['no module', '- gomod: example.com/redact v0.0.0', '- name: x', 'build.yaml:20: plugins[0].processors[0].gomod is missing'],
    [
      'a folder that is no crate',
      '    version: 2.0.0',
      '    cargo: {path: x}',
      'build.yaml:18: plugins[0].cargo.path has no Cargo.toml: /srv/x',
    ],
    [
      'Go and Rust',
      '    version: 2.0.0',
      '    cargo: {crate: x, version: 1.2.3}',
      "build.yaml:18: plugins[0].cargo can't stand beside processors",
    ],
    ['no crate', '    version: 2.0.0', '    cargo: {}', 'build.yaml:18: plugins[0].cargo needs path, or crate and version'],
    [
      'a crate without version',
      '    version: 2.0.0',
      '    cargo: {crate: x}',
      'build.yaml:18: plugins[0].cargo needs the version of the crate',
    ],
    [
      'half a version',
      '    version: 2.0.0',
      '    cargo: {crate: x, version: 1.2}',
      'plugins[0].cargo.version must be one version in full',
    ],
    [
      'a path and a crate',
      '    version: 2.0.0',
      '    cargo: {path: x, crate: y}',
      "plugins[0].cargo.crate can't stand beside path",
    ],
    ['a key that cargo has not', '    version: 2.0.0', '    cargo: {git: x}', 'plugins[0].cargo.git is not a field of cargo'],
    ['no name of the Collector', '  name: otelcol-custom\n', '', 'build.yaml:1: dist.name is missing'],
    ['a path as name', 'name: otelcol-custom', 'name: ../otelcol', 'build.yaml:2: dist.name must be a plain file name'],
    ['a name that the output needs', 'name: otelcol-custom', 'name: plugins', "build.yaml:2: dist.name can't be plugins"],
    [
      'a list that is none',
      '  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v0.165.0',
      '  x: 1',
      'build.yaml:6: receivers must be a list',
    ],
    ['a replace that is no text', '  - example.com/a => ../a', '  - {a: b}', 'build.yaml:14: replaces[0] must be a text'],
    ['YAML', 'dist:', 'dist: [', 'not YAML'],
  ])('%s', (_what, from, to, sentence) => {
    expect(refusal(changed(from, to))).toContain(sentence);
  });

  it('a plugin without components', () => {
    expect(refusal(`${OCB}plugins:\n  - name: empty\n`)).toBe(
      'build.yaml:17: plugins[0] has no components: give it receivers, processors, exporters, connectors, extensions, or cargo',
    );
  });

  it('one component in two places: the Collector would refuse the second', () => {
    const text = `${OCB}plugins:\n  - name: otlp\n    receivers:\n      - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v0.165.0\n`;
    expect(refusal(text)).toBe(
      'build.yaml:19: plugins[0].receivers[0]: go.opentelemetry.io/collector/receiver/otlpreceiver is there already: receivers[0] of line 7',
    );
  });

  it('one module in two versions: all are built from one go.mod', () => {
    expect(
      refusal(changed('import: example.com/two/extension', 'import: example.com/two/x').replace('two v1.0.0', 'two v1.1.0')),
    ).toContain('plugins[1].extensions[0]: example.com/two v1.0.0, but plugins[1].processors[0] of line 24 asks for v1.1.0');
  });

  it('a file that is something else', () => {
    expect(refusal('just words')).toBe('build.yaml:1: the file must be a mapping with the field dist');
  });
});
