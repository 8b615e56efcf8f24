import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileSource } from '../../binary/reader/byteSource.js';
import { gatherEvidence } from '../../evidence/gather.js';
import type { Workshop } from '../sources.js';
import { compileRust } from './compile.js';
import type { RustPlanned } from './plan.js';

/** Milliseconds a plugin may take to register. */
const PATIENCE = 30_000;

/**
 * Builds a Rust plugin that carries the descriptors of its components. Their defaults and schemas exist only when it runs:
 * the new Collector opens it and says what it registered, and its own crate is compiled again with that. What the last
 * build found is tried first, so that a change that leaves them alone compiles once.
 *
 * @param host the Collector; null where it can't run here: then nothing is known of the components, and nothing is carried.
 * @returns its size, and the text it carries.
 */
export async function buildDescribed(
  planned: RustPlanned,
  target: string,
  host: string | null,
  workshop: Workshop,
): Promise<{ readonly size: number; readonly descriptors: string | null }> {
  if (host === null) return { size: await compileRust(planned, null, target, workshop), descriptors: null };
  const folder = join(workshop.cargo, 'described');
  const keep = join(folder, `${planned.name}.json`);
  const before = textOf(keep);
  const size = await compileRust(planned, before, target, workshop);
  const said = await registered(target, host, workshop);
  // A plugin that can't be opened is the business of the step that opens it.
  if (said === null || said === before) return { size, descriptors: carried(target) };
  mkdirSync(folder, { recursive: true });
  writeFileSync(keep, said);
  return { size: await compileRust(planned, said, target, workshop), descriptors: carried(target) };
}

/** A crate that speaks the C ABI by itself need not embed what it is given. */
function carried(path: string): string | null {
  const source = new FileSource(path);
  try {
    return gatherEvidence(source, { sidecar: null }).manifest.descriptors?.text ?? null;
  } finally {
    source.close();
  }
}

async function registered(plugin: string, host: string, { children, environment, folder }: Workshop): Promise<string | null> {
  const argv = [host, 'plugins', 'descriptors', plugin];
  const ended = await children.run({ argv, directory: folder, environment, limit: PATIENCE });
  if (ended.code !== 0) return null;
  try {
    return `${JSON.stringify(JSON.parse(ended.stdout))}\n`;
  } catch {
    return null;
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
