import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MendedProject } from './buildFileFix.js';
import { emptyFolder, ocxIn } from './project.js';

// As ocxBuildCures.test.ts, of a plugin in Rust: all that policy exact asks of one is wrong at once, and the fix takes it away at once.

const { folder, remove } = emptyFolder('rust-cures');
const project = new MendedProject(join(folder, 'project'));
const HOST = 'dist/otelcol-greeter';
const CRATE = 'greeterprocessor';
/** A release of prost before the one that cargo chooses; it crosses the boundary, so the host's must be the plugin's. */
const EARLIER = '0.14.4';

beforeAll(async () => {
  const started = await ocxIn(folder, ['init', 'project', '--name', 'greeter', '--lang', 'rust']);
  if (started.status !== 0) throw new Error(started.stderr);
  // How fast the code is does not matter here, and three builds of it do.
  const toml = project.at(`${CRATE}/Cargo.toml`);
  writeFileSync(toml, readFileSync(toml, 'utf8').replace('lto = "thin"\ncodegen-units = 1', 'opt-level = 0'));
  await project.buildCollector();
}, 1_200_000);
afterAll(remove);

it('built by ocx build in another profile, with other flags and another version of a crate: the fix makes it load', async () => {
  const file = readFileSync(project.at('ocx-build.yaml'), 'utf8').replace('./dist', './mine\n  debug_compilation: true');
  writeFileSync(project.at('mine.yaml'), file);
  const lock = readFileSync(project.at(`${CRATE}/Cargo.lock`), 'utf8');
  const [, chosen] = /name = "prost"\nversion = "(.*)"/.exec(lock) ?? [];
  await project.shell(
    `(cd ${CRATE} && cargo update -p prost --precise ${EARLIER}) && CARGO_PROFILE_DEV_DEBUG=0 RUSTFLAGS=-Cdebug-assertions=on ocx build mine.yaml`,
  );
  const { verdict, findings } = await project.validated('greeter', HOST);
  expect([verdict, findings.map(({ code }) => code)]).toEqual(['refused', ['OCX0805', 'OCX0802', 'OCX0703']]);
  const [fix = '', ...others] = findings.map((each) => each.fix ?? '');
  console.log(fix);
  expect(fix).toBe(
    `in its build file: debug_compilation: false (dist); then: in the folder of its crate: cargo update -p prost --precise ${chosen}; then: RUSTFLAGS= ocx build`,
  );
  expect(others.every((other) => other === fix)).toBe(true);
  await project.applyFix(fix, CRATE);
  const after = await project.validated('greeter', HOST);
  expect([after.verdict, after.findings, after.probe?.outcome]).toEqual(['loads', [], 'loads']);
}, 1_200_000);
