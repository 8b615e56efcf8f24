import { ElfFile } from '../../binary/elf/elfFile.js';
import { FileSource } from '../../binary/reader/byteSource.js';
import { FormatError } from '../../binary/reader/errors.js';
import { PlaceError } from '../../catalog/discovery.js';
import { listFile } from '../../catalog/listing.js';
import type { JudgedRecord } from '../../catalog/record.js';
import { scanFile } from '../../catalog/scan.js';
import { describedIn } from '../../components/readDescriptors.js';
import { stabilityText } from '../../components/stabilityText.js';
import type { Evidence } from '../../evidence/evidence.js';
import { SIGN_MEANINGS } from '../../manifest/comparison.js';
import { shownSymbols, symbolList } from '../../symbols/symbolList.js';
import { readFilter, type TextFilter } from '../../symbols/textFilter.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { askedFrom, EXIT, type HostOption, hostFrom, type OutputOption, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { pluginReport, report } from '../output/report.js';
import { painter } from '../output/style.js';
import { tableLines } from '../output/table.js';
import { dependenciesOf, inspection } from './inspection.js';
import { hostLine } from './list.js';
import { verdictLines } from './validate.js';

export interface InspectOptions extends HostOption, OutputOption {
  readonly file: string;
  readonly symbols: boolean;
  readonly sections: boolean;
  readonly dependencies: boolean;
  readonly raw: boolean;
  readonly filter: string | undefined;
}

/** `ocx plugins inspect FILE`: everything the bytes say, and the verdict. Nothing of the file runs. Exit code 0. */
export async function inspect(options: InspectOptions, shell: Shell): Promise<number> {
  const filter = filterFrom(options.filter);
  const snapshot = scanFile(listFile(options.file), hostFrom(options, shell.env), shell.now(), askedFrom(options, shell.env));
  const [record] = snapshot.plugins;
  if (record?.state !== 'judged') throw new PlaceError(`${options.file} was not read`);
  const paint = painter(shell.out.colour);
  const heading = (title: string): CleanText[] => [clean(''), paint(clean(title), 'heading')];
  if (options.output !== 'table') {
    const data = {
      ...report(snapshot),
      plugins: [{ ...pluginReport(record, null), inspection: inspection(record.evidence), ...lists(record, options, filter) }],
    };
    await shell.out.lines(dataLines(data, options.output));
    return EXIT.ok;
  }
  await shell.out.lines([
    hostLine(snapshot.host),
    clean(''),
    ...verdictLines(record, shell),
    ...heading('About'),
    ...factLines(record),
    ...heading('Manifest: plugin beside host'),
    ...comparisonLines(record, shell),
  ]);
  if (options.dependencies) await shell.out.lines([...heading('Dependencies'), ...dependencyLines(record, shell, filter)]);
  if (options.sections)
    await shell.out.lines([...heading('Sections'), ...withElf(record, (elf) => sectionLines(elf, shell, filter))]);
  if (options.symbols) await symbols(record, options, filter, shell, heading);
  return EXIT.ok;
}

function filterFrom(text: string | undefined): TextFilter {
  const reading = readFilter(text ?? '');
  if (!reading.ok) throw new PlaceError(`--filter: ${reading.problem}`);
  return reading.filter;
}

function factLines({ evidence, size, path }: JudgedRecord): CleanText[] {
  const facts: [string, string | null][] = [
    ['file', path],
    ['size', `${size.toLocaleString('en')} bytes`],
    ...aboutEvidence(evidence),
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [cleaned`  ${name.padEnd(12)}  ${value}`]));
}

function aboutEvidence(evidence: JudgedRecord['evidence']): [string, string | null][] {
  if (!evidence) return [];
  const { object, linker, go, rust, manifest, entrySymbols } = evidence;
  const settings = go?.buildInfo?.settings ?? [];
  const vcs = (key: string) => settings.find((setting) => setting.key === `vcs.${key}`)?.value;
  const revision = vcs('revision');
  return [
    ['format', `${object.format.toUpperCase()} ${object.bits}-bit ${object.endian}-endian, ${object.machine}, ${object.kind}`],
    ['go', go?.version ?? null],
    ['main package', go?.buildInfo?.path ?? null],
    ['plugin path', go?.pluginPath ?? null],
    [
      'settings',
      settings.length > 0
        ? settings
            .filter(({ key }) => !key.startsWith('vcs'))
            .map(({ key, value }) => `${key}=${value}`)
            .join(' ')
        : null,
    ],
    ['commit', revision ? `${revision}${vcs('modified') === 'true' ? ', modified' : ''}` : null],
    ['link hashes', go?.linkHashes ? `${go.linkHashes.length} packages` : null],
    ['rustc', rust?.rustcVersion ?? rust?.comment ?? null],
    ['crates', rust?.crates ? `${rust.crates.length} (cargo-auditable)` : null],
    ['entry symbol', entrySymbols.length > 0 ? entrySymbols.join(', ') : 'none'],
    ...brought(evidence),
    ['needs', linker ? linker.needed.join(', ') || 'no libraries' : null],
    [
      'manifest',
      manifest.found
        ? `${manifest.found.carrier}, ${manifest.found.size.toLocaleString('en')} bytes at 0x${manifest.found.offset.toString(16)}`
        : 'none',
    ],
    ['symbols', object.hasSymbolTable ? '.symtab is there' : 'stripped: dynamic symbols only'],
  ];
}

/** Its components with their stability, and what is wrong with how it says so. */
function brought({ manifest: { descriptors } }: Evidence): [string, string][] {
  const reading = describedIn(descriptors);
  return [
    ...(reading?.components ?? []).map(({ kind, type, stability }): [string, string] => {
      const levels = stabilityText(stability);
      return ['brings', `${kind} ${type}${levels === '' ? '' : ` (${levels})`}`];
    }),
    ...(reading?.faults ?? []).map(({ field, problem }): [string, string] => ['descriptors', `${field} ${problem}`.trim()]),
  ];
}

function comparisonLines({ comparison }: JudgedRecord, { out }: Pick<Shell, 'out'>): CleanText[] {
  if (comparison.length === 0) return [clean('  nothing to compare')];
  const signs = SIGN_MEANINGS.filter(([sign]) => comparison.some((row) => row.sign === sign));
  const lines = tableLines(
    comparison,
    [
      { title: ' ', value: ({ sign }) => sign },
      { title: 'field', cut: 'path', value: ({ name, group }) => (group === 'dependency' ? `  ${name}` : name) },
      { title: 'plugin', cut: 'end', value: ({ sign, plugin }) => plugin ?? (sign === '?' ? 'not in plugin' : '') },
      { title: 'host', cut: 'end', value: ({ sign, host }) => host ?? (sign === '?' ? 'not in host' : '') },
    ],
    out.columns,
    painter(out.colour),
  );
  if (signs.length === 0) return lines;
  return [...lines, clean(''), cleaned`   ${signs.map((pair) => pair.join(' ')).join('   ')}`];
}

function dependencyLines({ evidence }: JudgedRecord, { out }: Pick<Shell, 'out'>, filter: TextFilter): CleanText[] {
  const rows = evidence ? dependenciesOf(evidence).filter(({ name }) => filter.matches(name)) : [];
  if (rows.length === 0) return [clean('  none are recorded in the file')];
  return tableLines(
    rows,
    [
      { title: 'name', cut: 'path', value: ({ name }) => name },
      { title: 'version', value: ({ version }) => version ?? '' },
      { title: 'hash', value: ({ hash }) => hash ?? '' },
      { title: 'from', value: ({ source }) => source },
    ],
    out.columns,
    painter(out.colour),
  );
}

function sectionLines(elf: ElfFile, { out }: Pick<Shell, 'out'>, filter: TextFilter): CleanText[] {
  const rows = elf.sections.filter(({ name }) => filter.matches(name));
  if (rows.length === 0) return [clean('  no section headers')];
  return tableLines(
    rows,
    [
      { title: 'name', cut: 'end', value: ({ name }) => name },
      { title: 'address', align: 'right', value: ({ address }) => `0x${address.toString(16)}` },
      { title: 'offset', align: 'right', value: ({ offset }) => `0x${offset.toString(16)}` },
      { title: 'size', align: 'right', value: ({ size }) => size.toLocaleString('en') },
    ],
    out.columns,
    painter(out.colour),
  );
}

/**
 * Opens the file again for what is listed on request; a file of another format has no such lists.
 * @throws PlaceError for a table that can't be read.
 */
function withElf<T>(record: JudgedRecord, use: (elf: ElfFile) => T[]): T[] {
  if (record.evidence?.object.format !== 'elf') return [];
  const source = new FileSource(record.path);
  try {
    return use(ElfFile.read(source));
  } catch (error) {
    throw unlisted(error);
  } finally {
    source.close();
  }
}

function unlisted(error: unknown): unknown {
  return error instanceof FormatError ? new PlaceError(error.message) : error;
}

async function symbols(
  record: JudgedRecord,
  { raw }: InspectOptions,
  filter: TextFilter,
  { out }: Shell,
  heading: (title: string) => CleanText[],
): Promise<void> {
  if (record.evidence?.object.format !== 'elf') return;
  const source = new FileSource(record.path);
  try {
    const elf = ElfFile.read(source);
    const list = symbolList(elf);
    const digits = elf.bits / 4;
    await out.lines(heading(`Symbols: ${list.from}`));
    await out.lines([cleaned`${'address'.padEnd(digits + 2)}  ${'size'.padStart(9)}  kind  name`]);
    let count = 0;
    const lines = function* (): Generator<CleanText> {
      for (const { address, size, kind, shown, undefined: isUndefined } of shownSymbols(list, filter, raw)) {
        count++;
        const place = isUndefined ? ' '.repeat(digits + 2) : `0x${address.toString(16).padStart(digits, '0')}`;
        yield cleaned`${place}  ${isUndefined ? ' '.repeat(9) : size.toLocaleString('en').padStart(9)}  ${kind}     ${shown}`;
      }
    };
    await out.lines(lines());
    await out.lines([
      cleaned`${count.toLocaleString('en')} of ${Math.max(0, list.table.count - 1).toLocaleString('en')} symbols`,
    ]);
  } catch (error) {
    throw unlisted(error);
  } finally {
    source.close();
  }
}

/** The lists of `--symbols --sections --dependencies` as data. */
function lists(record: JudgedRecord, { symbols: wantSymbols, sections, dependencies, raw }: InspectOptions, filter: TextFilter) {
  return {
    ...(dependencies
      ? { dependencies: record.evidence ? dependenciesOf(record.evidence).filter(({ name }) => filter.matches(name)) : [] }
      : {}),
    ...(sections ? { sections: withElf(record, (elf) => elf.sections.filter(({ name }) => filter.matches(name))) } : {}),
    ...(wantSymbols
      ? {
          symbols: withElf(record, (elf) =>
            [...shownSymbols(symbolList(elf), filter, raw)].map(
              ({ shown, name, address, size, kind, binding, type, undefined: isUndefined }) => ({
                name,
                demangled: shown,
                address: isUndefined ? null : address,
                size,
                kind,
                binding,
                type,
              }),
            ),
          ),
        }
      : {}),
  };
}
