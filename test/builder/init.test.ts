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

const GREETER = {
  name: 'my_greeter',
  module: 'example.com/mygreeterprocessor',
  kind: 'processor',
  language: 'go',
  target: null,
} as const;

describe('a new project', () => {
  it('is a build file that can be read, with the plugin in a module beside it', () => {
    const written = writeFiles(directory, filesOf(GREETER, 'ocx'));
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
    const written = writeFiles(directory, filesOf({ ...GREETER, language: 'rust' }, 'ocx'));
    const [plugin] = rustPlugins(readConfiguration(join(directory, 'ocx-build.yaml'), directory));
    expect(plugin?.cargo.source).toEqual({ kind: 'folder', folder: join(directory, 'mygreeterprocessor') });
    expect(readFileSync(join(directory, 'mygreeterprocessor/src/lib.rs'), 'utf8')).toContain(
      'TYPE: &\'static str = "my_greeter";',
    );
    expect(written).toContain('otelcol-plugin/src/lib.rs');
    expect(written.filter((path) => /\/(tests|target|examples)\//.test(path))).toEqual([]);
    expect(readFileSync(join(directory, 'otelcol-plugin/Cargo.toml'), 'utf8')).toContain('members = ["macros"]\n');
  });

  it('for a Collector of others names it in the next step, in README and in the build file', async () => {
    const { stdout: profile } = await ocx(['collector', 'profile', 'fixtures/otelcol']);
    writeFileSync(join(directory, 'host.json'), profile);
    const project = join(directory, 'my plugin');
    const { status, stdout, stderr } = await ocx(['init', project, '--name', 'hello', '--against', join(directory, 'host.json')]);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`Now: cd '${project}' && ocx build --against ../host.json   (`);
    const readme = readFileSync(join(project, 'README.md'), 'utf8');
    expect(readme).toContain('# hello\n\nA plugin for otelcol 0.1.0, a Collector that others built: the processor `hello`');
    expect(readme).toContain('\nocx build --against ../host.json   # dist/plugins/hello.so\n');
    expect(readme).toContain('\nocx plugins check-all dist/plugins --collector ../host.json   # ');
    expect(readme).not.toContain('dist/otelcol');
    expect(readme).not.toContain('--only');
    const { builtIn, plugins } = readConfiguration(join(project, 'ocx-build.yaml'), project);
    expect([builtIn, plugins.map(({ name }) => name)]).toEqual([[], ['hello']]);
  });

  it('names commands as they are called here: by npx, or by their name', async () => {
    const made = async (name: string, env: NodeJS.ProcessEnv) => {
      const { stdout } = await ocx(['init', join(directory, name), '--name', 'hello'], env);
      return `${stdout}${readFileSync(join(directory, name, 'README.md'), 'utf8')}`;
    };
    const npx = (prefix: string) => ({ npm_command: 'exec', npm_config_local_prefix: prefix });
    // From another folder npx would ask a registry for the name.
    for (const text of [
      await made('a', {}),
      await made('b', { ...npx(directory), npm_command: 'run-script' }),
      await made('d', npx('/elsewhere')),
    ]) {
      expect(text).toContain('&& ocx build   (');
      expect(text).toContain('\nocx build   # ');
      expect(text).not.toContain('npx');
    }
    const text = await made('c', npx(directory));
    expect(text).toContain('&& npx ocx build   (');
    expect(text.match(/^npx ocx \w+/gm)).toEqual(['npx ocx build', 'npx ocx plugins']);
    expect(text).toContain('`npx ocx build --only hello`');
  });

  it('never touches a file that is there: then nothing is written', () => {
    writeFileSync(join(directory, 'README.md'), 'mine');
    expect(() => writeFiles(directory, filesOf(GREETER, 'ocx'))).toThrow('README.md is there already: nothing was written');
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
