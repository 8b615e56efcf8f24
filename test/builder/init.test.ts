import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goPlugins, readConfiguration, rustPlugins } from '../../source/builder/configuration.js';
import { defaultModule, filesOf, moduleFault, nameFault, writeFiles } from '../../source/builder/init/project.js';
import { ocx } from '../commands/run.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ocx-init-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const GREETER = { name: 'my_greeter', module: 'example.com/mygreeterprocessor', kind: 'processor', language: 'go' } as const;

describe('a new project', () => {
  it('is a build file that can be read, with the plugin in a module beside it', () => {
    const written = writeFiles(directory, filesOf(GREETER));
    expect(written).toContain('mygreeterprocessor/processor_test.go');
    const configuration = readConfiguration(join(directory, 'ocx-build.yaml'), directory);
    const { name, builtIn, ocbVersion } = configuration;
    expect({ name, ocbVersion }).toEqual({ name: 'otelcol-my_greeter', ocbVersion: 'v0.165.0' });
    expect(builtIn.map(({ module }) => module)).toEqual([
      'go.opentelemetry.io/collector/receiver/otlpreceiver',
      'go.opentelemetry.io/collector/processor/batchprocessor',
      'go.opentelemetry.io/collector/exporter/debugexporter',
    ]);
    const [component] = goPlugins(configuration)[0]?.components ?? [];
    expect(component?.module).toBe(GREETER.module);
    const goMod = readFileSync(join(component?.folder ?? '', 'go.mod'), 'utf8');
    expect(goMod).toContain(`module ${GREETER.module}\n`);
    expect(readFileSync(join(component?.folder ?? '', 'factory.go'), 'utf8')).toContain('component.MustNewType("my_greeter")');
  });

  it('in Rust is a crate that the build file names, with the crate it is written against beside it', () => {
    const written = writeFiles(directory, filesOf({ ...GREETER, language: 'rust' }));
    const [plugin] = rustPlugins(readConfiguration(join(directory, 'ocx-build.yaml'), directory));
    expect(plugin?.cargo.source).toEqual({ kind: 'folder', folder: join(directory, 'mygreeterprocessor') });
    expect(readFileSync(join(directory, 'mygreeterprocessor/src/lib.rs'), 'utf8')).toContain(
      'TYPE: &\'static str = "my_greeter";',
    );
    expect(written).toContain('otelcol-plugin/src/lib.rs');
    expect(written.filter((path) => /\/(tests|target|examples)\//.test(path))).toEqual([]);
    expect(readFileSync(join(directory, 'otelcol-plugin/Cargo.toml'), 'utf8')).toContain('members = ["macros"]\n');
  });

  it('never touches a file that is there: then nothing is written', () => {
    writeFileSync(join(directory, 'README.md'), 'mine');
    expect(() => writeFiles(directory, filesOf(GREETER))).toThrow('README.md is there already: nothing was written');
    expect(readFileSync(join(directory, 'README.md'), 'utf8')).toBe('mine');
    expect(existsSync(join(directory, 'ocx-build.yaml'))).toBe(false);
  });
});

describe('names', () => {
  it('of a processor that the new Collector has built in is refused: it would not start', async () => {
    expect(await ocx(['init', join(directory, 'p'), '--name', 'batch'])).toMatchObject({
      status: 2,
      stderr: 'ocx: --name is taken: the Collector of a new project has a processor batch built in, is "batch"\n',
    });
    expect(existsSync(join(directory, 'p'))).toBe(false);
    // A receiver and an exporter of those names are built in: another kind.
    expect(['otlp', 'debug'].map(nameFault)).toEqual([null, null]);
  });

  it.each(['greeter', 'my_greeter', 'g2'])('%s is taken', (name) => {
    expect(nameFault(name)).toBeNull();
    expect(moduleFault(defaultModule({ name, kind: 'processor' }))).toBeNull();
  });

  it.each(['', 'Greeter', '2fast', 'a-b', '../x', 'func', 'a'.repeat(64)])('%j is refused', (name) => {
    expect(nameFault(name)).not.toBeNull();
  });

  it.each(['greeter', 'example.com//x', 'example.com/x y', 'example.com/.x', ''])('module %j is refused', (module) => {
    expect(moduleFault(module)).not.toBeNull();
  });
});
