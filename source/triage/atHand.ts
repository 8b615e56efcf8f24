import { basename, join } from 'node:path';
import type { Asked } from '../catalog/asked.js';
import { PlaceError } from '../catalog/discovery.js';
import { listFile } from '../catalog/listing.js';
import type { HostRecord, JudgedRecord } from '../catalog/record.js';
import { scanFile } from '../catalog/scan.js';
import type { Finding } from '../verdict/judgement.js';
import type { Failure } from './failure.js';

/** A failure, with the file it is about if that is here, and what is to be done. */
export interface Explained {
  readonly failure: Failure;
  /** Null when the file is not here, or the log does not name it. */
  readonly plugin: JudgedRecord | null;
  /** The host it was judged against. */
  readonly host: HostRecord | null;
  /** Of the plugin: the finding the log speaks of. Null when the file here has none like it. */
  readonly finding: Finding | null;
}

/** Loads fail for these where the log has the other word for the same thing. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  OCX0410: ['OCX0410', 'OCX0411', 'OCX0412'],
  OCX0302: ['OCX0302', 'OCX0301', 'OCX0304', 'OCX0306'],
  // Of the linker's sentences: one code where it is the host's system that lacks it, one where that was not looked at.
  OCX0201: ['OCX0201', 'OCX0210', 'OCX0208', 'OCX0109'],
  OCX0202: ['OCX0202', 'OCX0212', 'OCX0214'],
  OCX0203: ['OCX0203', 'OCX0213', 'OCX0220'],
  // A damaged library is told in the words for a damaged plugin.
  OCX0101: ['OCX0101', 'OCX0211'],
  OCX0501: ['OCX0501', 'OCX0502'],
  OCX0502: ['OCX0502', 'OCX0505'],
};

/**
 * Looks for the file of a failure where the log says it lies, then by its name in the directories, and judges it.
 * @throws PlaceError when the host that was named can't be used.
 */
export function explainFailure(
  failure: Failure,
  directories: readonly string[],
  host: string | null,
  now: number,
  asked: Asked = {},
): Explained {
  const nothing: Explained = { failure, plugin: null, host: null, finding: null };
  if (failure.file === null) return nothing;
  const listed = candidates(failure.file, directories).flatMap((path) => {
    try {
      return [listFile(path)];
    } catch (error) {
      if (error instanceof PlaceError) return [];
      throw error;
    }
  })[0];
  if (!listed) return nothing;
  const { plugins, host: used } = scanFile(listed, host, now, asked);
  const plugin = plugins.find((record) => record.state === 'judged') ?? null;
  const finding = plugin?.judgement.findings.find((one) => sameReason(failure, one)) ?? null;
  return { failure, plugin, host: used, finding };
}

function sameReason({ code, subject, message, title }: Failure, found: Finding): boolean {
  // Our loader's log has the words of the finding alone.
  if (code === null)
    return title !== undefined && [found.cause, found.message].some((words) => !!words && message.endsWith(words));
  // dlsym's sentence for an entry symbol, whose name a manifest can give, is dlopen's for a symbol that the plugin wants.
  if (code === 'OCX0203' && found.code === 'OCX0501') return found.subject === subject;
  return (SAME[code] ?? [code]).includes(found.code);
}

/** plugin.Open takes `.so` off the name before it looks at hashes, so messages come without it. */
function candidates(file: string, directories: readonly string[]): readonly string[] {
  const names = file.endsWith('.so') ? [file] : [`${file}.so`, file];
  return [...names, ...directories.flatMap((directory) => names.map((name) => join(directory, basename(name))))];
}
