import { createHash } from 'node:crypto';
import { cpSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyFolder, ocxIn, type Ran, run } from './project.js';

// A real Collector that trusts a key, and its signed distribution in the hands of somebody who has none: everything he does to it is
// found by ocx dist verify, and refused by the Collector, before a line of his code runs.

const { folder, remove } = emptyFolder('tampering');
const project = join(folder, 'project');
const whole = join(folder, 'whole');
const EVIL = join(folder, 'evil.so');
const KEY = join(folder, 'release.pub');
const RUNS = 'code of somebody else runs';

let dist = '';
let counter = 0;
const at = (path: string) => join(dist, path);
const PLUGIN = 'plugins/greeter.so';
/** Another plugin has another manifest, too. */
const SWAPPED = `${PLUGIN} changed OCX0905 OCX0908`;

async function ok(ran: Promise<Ran>): Promise<Ran> {
  const { status, stdout, stderr } = await ran;
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  return { status, stdout, stderr };
}

beforeAll(async () => {
  await ok(ocxIn(folder, ['init', 'project', '--name', 'greeter']));
  await ok(ocxIn(project, ['build']));
  for (const name of ['release', 'other']) await ok(ocxIn(folder, ['dist', 'keygen', name, '--no-password']));
  cpSync(join(project, 'dist'), whole, { recursive: true, filter: (path) => !/\.ocx|build\.log/.test(path) });
  await ok(ocxIn(folder, ['dist', 'sign', whole, '--key', 'release.key']));
  // The same plugin with a line of another's: it fits the Collector as well as ours.
  const own = `println("${RUNS}")\n\tif mark := os.Getenv("RUNS_MARK"); mark != "" {\n\t\t_ = os.WriteFile(mark, nil, 0o600)\n\t}`;
  writeFileSync(
    join(project, 'greeterprocessor/evil.go'),
    `package greeterprocessor\n\nimport "os"\n\nfunc init() {\n\t${own}\n}\n`,
  );
  await ok(ocxIn(project, ['build', '--only', 'greeter']));
  cpSync(join(project, 'dist', PLUGIN), EVIL);
  await ok(
    run(['gcc', '-shared', '-fPIC', '-o', join(folder, 'swapping.so'), resolve('test/toolchain/swapping.c'), '-ldl'], folder),
  );
}, 900_000);

afterAll(remove);

beforeEach(() => {
  dist = join(folder, `dist-${counter++}`);
  cpSync(whole, dist, { recursive: true, filter: (path) => !path.endsWith('/otelcol-greeter') });
  linkSync(join(whole, 'otelcol-greeter'), at('otelcol-greeter'));
});

/** The Collector with the plugins of the distribution: it lists the components of those that it loaded. */
function collector(flags: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const args = ['components', 'list', '--plugins', '--output', 'json', '--plugin-dir', at('plugins'), ...flags];
  return run([at('otelcol-greeter'), ...args], dist, env);
}

const trusting = (key: string) => ['--plugin-trusted-key', key, '--plugin-policy', 'signed'];

/** Path, state and codes of what `ocx dist verify` finds wrong; and of the signature. */
async function wrong(key: string): Promise<string[]> {
  const { status, stdout } = await ocxIn(folder, ['dist', 'verify', dist, '--trusted-key', key, '--output', 'json']);
  const { files, signature } = JSON.parse(stdout) as {
    readonly files: readonly { path: string; state: string; findings: readonly { code: string }[] }[];
    readonly signature: { readonly findings: readonly { code: string }[] };
  };
  const found = [{ path: 'signature', state: '', findings: signature.findings }, ...files]
    .filter(({ findings }) => findings.length > 0)
    .map(({ path, state, findings }) =>
      [path, state, ...findings.map(({ code }) => code)].filter((word) => word !== '').join(' '),
    );
  expect(status).toBe(found.length > 0 ? 1 : 0);
  return found;
}

function flip(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(file, bytes);
}

function replaced(file: string, from: RegExp, to: string): void {
  const text = readFileSync(file, 'latin1');
  expect(text).toMatch(from);
  writeFileSync(file, text.replace(from, to), 'latin1');
}

it('as it was delivered it is whole, its list is by the schema, and it loads', async () => {
  const schema = JSON.parse(readFileSync('spec/distribution.schema.json', 'utf8'));
  const matches = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);
  expect(matches(JSON.parse(readFileSync(at('distribution.json'), 'utf8'))), JSON.stringify(matches.errors)).toBe(true);
  expect(await wrong(KEY)).toEqual([]);
  const { status, stdout, stderr } = await collector(trusting(KEY));
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout).components).toHaveLength(1);
});

interface Tampering {
  readonly what: string;
  readonly tamper: () => void;
  readonly key?: string;
  readonly found: readonly string[];
  readonly refused: string;
}

const TAMPERING: readonly Tampering[] = [
  { what: 'a byte in code', tamper: () => flip(at(PLUGIN)), found: [`${PLUGIN} changed OCX0905`], refused: 'OCX0905' },
  { what: 'a swapped plugin', tamper: () => cpSync(EVIL, at(PLUGIN)), found: [SWAPPED], refused: 'OCX0905' },
  {
    what: 'an edited manifest, within',
    tamper: () => replaced(at(PLUGIN), /("build_time": ?")2/, '$13'),
    found: [`${PLUGIN} changed OCX0905 OCX0908`],
    refused: 'OCX0905',
  },
  {
    what: 'an edited manifest, beside',
    tamper: () => replaced(at(`${PLUGIN}.manifest.json`), /("build_time": ?")2/, '$13'),
    found: [`${PLUGIN}.manifest.json changed OCX0905`],
    refused: 'OCX0905',
  },
  {
    what: 'a stripped signature',
    tamper: () => rmSync(at('distribution.json.minisig')),
    found: ['signature OCX0902'],
    refused: 'OCX0902',
  },
  { what: 'another key', tamper: () => {}, key: join(folder, 'other.pub'), found: ['signature OCX0903'], refused: 'OCX0903' },
  {
    what: 'a plugin that was added',
    tamper: () => cpSync(EVIL, at('plugins/added.so')),
    found: ['plugins/added.so added OCX0906'],
    refused: 'OCX0906',
  },
  {
    what: 'a list that was written anew for a swapped plugin, and signed with a key of his own',
    tamper: () => {
      cpSync(join(project, 'dist'), dist, { recursive: true, filter: (path) => !/\.ocx|build\.log|otelcol-greeter$/.test(path) });
    },
    found: ['signature OCX0904'],
    refused: 'OCX0904',
  },
];

describe('tampering', () => {
  it.each(TAMPERING)(
    '$what is found by dist verify, and refused by the Collector',
    async ({ tamper, key = KEY, found, refused }) => {
      tamper();
      expect(await wrong(key)).toEqual(found);
      const { status, stderr } = await collector(trusting(key));
      expect(status, stderr).toBe(1);
      expect(stderr).toContain(refused);
      expect(stderr).not.toContain(RUNS);
      // Both say the same of it, without opening anything.
      const judge = ['plugins', 'check-all', at('plugins'), '--no-load', '--output', 'json'];
      const ours = await run([at('otelcol-greeter'), ...judge, '--plugin-trusted-key', key], dist);
      const theirs = await ocxIn(folder, [...judge, '--collector', at('otelcol-greeter'), '--trusted-key', key]);
      expect(ours).toEqual(theirs);
      expect(ours.status).toBe(1);
    },
  );

  it('is seen by nobody without keys: the swapped plugin runs, so that these tests show something', async () => {
    cpSync(EVIL, at(PLUGIN));
    const { status, stderr } = await collector([]);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(RUNS);
  });

  it('is refused in a child process, too: validate and check-all open nothing that no key vouches for', async () => {
    cpSync(EVIL, at(PLUGIN));
    const { status, stderr, stdout } = await run(
      [at('otelcol-greeter'), 'plugins', 'probe', at(PLUGIN), '--plugin-trusted-key', KEY],
      dist,
    );
    expect(status).toBe(1);
    expect(stdout).toContain('not opened: refused: sha256 is not the one that the signed ../distribution.json lists');
    expect(`${stdout}${stderr}`).not.toContain(RUNS);
    const validate = ['plugins', 'validate', at(PLUGIN), '--output', 'json'];
    const ours = await run([at('otelcol-greeter'), ...validate, '--plugin-trusted-key', KEY], dist);
    const theirs = await ocxIn(folder, [...validate, '--collector', at('otelcol-greeter'), '--trusted-key', KEY]);
    expect(JSON.parse(ours.stdout)).toEqual(JSON.parse(theirs.stdout));
    expect(ours.status).toBe(1);
  });
});

/** Variables with which another file takes the plugin's place right before it is opened. */
function swapping(): NodeJS.ProcessEnv {
  cpSync(EVIL, at('swapped.so'));
  return { LD_PRELOAD: join(folder, 'swapping.so'), SWAP_PLUGIN: at(PLUGIN), SWAP_WITH: at('swapped.so') };
}

describe('a file that is swapped between check and open', () => {
  it('runs in a Collector that trusts nobody: it really is swapped there', async () => {
    const { stderr } = await collector(['--plugin-probe=off'], swapping());
    expect(stderr).toContain(`swapped\n${RUNS}`);
  });

  it.each(['off', 'all'])(
    'does not in one that trusts a key (--plugin-probe=%s): the bytes that were verified are those that run',
    async (probe) => {
      const { status, stdout, stderr } = await collector([...trusting(KEY), `--plugin-probe=${probe}`], swapping());
      expect(stderr).not.toContain(RUNS);
      expect(existsSync(at('swapped.so')), 'it was swapped').toBe(false);
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout).components[0]).toMatchObject({ type: 'greeter', origin: at(PLUGIN) });
      expect(await wrong(KEY)).toEqual([SWAPPED]);
      // The next start looks again.
      expect((await collector(trusting(KEY))).status).toBe(1);
    },
  );
});

describe('a pinned file that is swapped between check and open', () => {
  const list = (pin: string) => {
    writeFileSync(at('plugins.yaml'), `plugins:\n  - {path: ${PLUGIN}${pin}}\n`);
    return ['components', 'list', '--plugins', '--output', 'json', '--plugin-list', at('plugins.yaml')];
  };
  const pinOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

  it('runs where the list pins nothing: it really is swapped there', async () => {
    const { stderr } = await run([at('otelcol-greeter'), ...list(''), '--plugin-probe=off'], dist, swapping());
    expect(stderr).toContain(`swapped\n${RUNS}`);
  });

  it.each(['off', 'all'])(
    'does not where it is pinned (--plugin-probe=%s): the bytes that were hashed are those that run',
    async (probe) => {
      const args = list(`, sha256: ${pinOf(at(PLUGIN))}`);
      const { status, stdout, stderr } = await run([at('otelcol-greeter'), ...args, `--plugin-probe=${probe}`], dist, swapping());
      expect(stderr).not.toContain(RUNS);
      expect(existsSync(at('swapped.so')), 'it was swapped').toBe(false);
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout).components[0]).toMatchObject({ type: 'greeter', origin: at(PLUGIN) });
      // The next start looks again, in whichever process.
      expect(await run([at('otelcol-greeter'), ...args], dist)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('OCX0901'),
      });
    },
  );

  it.each(['otelcol-greeter', 'ocx'])('nor for check-all of %s, which opens it in a child process', async (who) => {
    const args = ['plugins', 'check-all', at('plugins.yaml')];
    const check = (pin: string) => {
      list(pin);
      const env = { ...swapping(), RUNS_MARK: at('ran') };
      return who === 'ocx'
        ? ocxIn(dist, [...args, '--collector', at('otelcol-greeter')], env)
        : run([at('otelcol-greeter'), ...args], dist, env);
    };
    const { status, stdout, stderr } = await check(`, sha256: ${pinOf(at(PLUGIN))}`);
    expect(status, stdout + stderr).toBe(0);
    expect(existsSync(at('swapped.so')), 'it was swapped').toBe(false);
    expect(existsSync(at('ran'))).toBe(false);
    cpSync(join(whole, PLUGIN), at(PLUGIN));
    await check('');
    expect(existsSync(at('ran')), 'it runs where nothing is pinned').toBe(true);
  });

  it('does not in a child process that began before it was swapped: that looks for the pin, too', async () => {
    const pin = pinOf(at(PLUGIN));
    cpSync(EVIL, at(PLUGIN));
    const child = (flags: string) =>
      run(['bash', '-c', `./otelcol-greeter plugins probe --inside ${flags} "$0" 3>&1`, at(PLUGIN)], dist);
    const unpinned = await child('');
    expect(unpinned.stdout + unpinned.stderr).toContain(RUNS);
    const { stdout, stderr } = await child(`--pin ${pin}:"$0"`);
    expect(stdout).toContain('not opened: refused: sha256 is not the one the discovery file pins');
    expect(stdout + stderr).not.toContain(RUNS);
  });
});

describe('a plugin that is delivered alone', () => {
  it('loads by a signature of its own, and not when it is of another file', async () => {
    rmSync(at('distribution.json'));
    rmSync(at('distribution.json.minisig'));
    expect((await collector(trusting(KEY))).status).toBe(1);
    await ok(ocxIn(folder, ['dist', 'sign', at(PLUGIN), '--key', 'release.key']));
    const { status, stderr } = await collector(trusting(KEY));
    expect(status, stderr).toBe(0);
    cpSync(EVIL, at(PLUGIN));
    expect((await collector(trusting(KEY))).stderr).toContain('OCX0904');
  });

  it('is refused when it looks for libraries beside it, which the signature does not cover', async () => {
    const place = at('alone');
    mkdirSync(place);
    writeFileSync(join(place, 'x.c'), '#include <math.h>\ndouble x(double y) { return cos(y); }\n');
    await ok(run(['gcc', '-shared', '-fPIC', '-o', 'x.so', 'x.c', '-lm', '-Wl,-rpath,$ORIGIN/lib'], place));
    renameSync(join(place, 'x.c'), at('x.c'));
    await ok(ocxIn(folder, ['dist', 'sign', join(place, 'x.so'), '--key', 'release.key']));
    const judge = ['plugins', 'validate', join(place, 'x.so'), '--no-load', '--output', 'json'];
    const ours = await run([at('otelcol-greeter'), ...judge, '--plugin-trusted-key', KEY], dist);
    expect(ours).toEqual(await ocxIn(folder, [...judge, '--collector', at('otelcol-greeter'), '--trusted-key', KEY]));
    expect(ours.stdout).toContain('OCX0909');
  });
});
