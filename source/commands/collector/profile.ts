import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FileSource } from '../../binary/reader/byteSource.js';
import { FormatError } from '../../binary/reader/errors.js';
import { PlaceError, reason } from '../../catalog/discovery.js';
import { readSidecar } from '../../catalog/sidecar.js';
import { gatherEvidence } from '../../evidence/gather.js';
import { whyNoProgram } from '../../evidence/program.js';
import { makeProfile } from '../../profile/makeProfile.js';
import { looksLikeProfile, readProfile } from '../../profile/readProfile.js';
import { clean, cleaned } from '../../terminal/clean.js';
import { EXIT, type Shell } from '../options.js';
import { sizeText } from '../output/size.js';

export interface ProfileOptions {
  readonly binary: string;
  /** Where to; undefined for stdout. Gzipped when it ends in `.gz`. */
  readonly output: string | undefined;
  /** Whether a file that is there may be written over. */
  readonly force: boolean;
}

/** `ocx collector profile BINARY -o host.json`: all that verdicts need of a host, without its 50 MB. */
export async function profile({ binary, output, force }: ProfileOptions, shell: Shell): Promise<number> {
  const text = profileOf(binary);
  if (output === undefined) {
    await shell.out.lines([clean(text.trimEnd())]);
    return EXIT.ok;
  }
  const bytes = output.endsWith('.gz') ? gzipSync(text, { level: 9 }) : Buffer.from(text);
  try {
    writeFileSync(output, bytes, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new PlaceError(`${output} exists: give --force to write over it`);
    throw new PlaceError(`${output} can't be written: ${reason(error)}`);
  }
  const { packages, symbols, evidence } = readProfile(bytes).profile;
  const what = `${packages.size.toLocaleString('en')} packages, ${(symbols.plain.length + symbols.others.count).toLocaleString('en')} symbols`;
  const gzipped = output.endsWith('.gz') ? '' : `, ${sizeText(gzipSync(text, { level: 9 }).length)} gzipped`;
  const loads = evidence.go?.providesHashes ? '' : '. It has no link hashes: no Go plugin loads in it';
  await shell.out.lines([cleaned`${output}: ${sizeText(bytes.length)}${gzipped}; ${what}${loads}`]);
  return EXIT.ok;
}

function profileOf(binary: string): string {
  let source: FileSource;
  try {
    source = new FileSource(binary);
  } catch (error) {
    throw new PlaceError(`${binary}: ${reason(error)}`);
  }
  try {
    if (looksLikeProfile(source.read(0, Math.min(64, source.size), 'file'))) {
      throw new PlaceError(`${binary} is no program: a profile is made of the Collector's binary`);
    }
    const evidence = gatherEvidence(source, { sidecar: readSidecar(binary) });
    const because = whyNoProgram(evidence);
    if (because !== null) throw new PlaceError(`${binary} is not a Collector: ${because}; name the program that opens it`);
    return makeProfile(source, basename(binary), evidence);
  } catch (error) {
    if (error instanceof FormatError) throw new PlaceError(`${binary} is not a Collector: ${error.field} ${error.problem}`);
    if (error instanceof Error && 'syscall' in error) throw new PlaceError(`${binary}: ${reason(error)}`);
    throw error;
  } finally {
    source.close();
  }
}
