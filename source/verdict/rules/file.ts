import type { Evidence, ObjectEvidence, Truncation } from '../../evidence/evidence.js';
import { checked, NOTHING, notChecked, type Rule, type Ruling, together } from '../context.js';
import { finding } from '../finding.js';
import { isMusl } from './linker/musl.js';

/** Formats whose loaders are not modelled: shown, not judged. The loader of an ELF host refuses them (elf/dl-load.c: open_verify). */
export const format: Rule = ({ plugin, host }) => {
  const { format: name, machine, kind } = plugin.object;
  if (name === 'elf') return NOTHING;
  const title = name === 'macho' ? 'Mach-O' : 'PE';
  const system = name === 'macho' ? 'macOS' : 'Windows';
  const isRefused = host?.evidence.object.format === 'elf';
  return {
    ...NOTHING,
    findings: [
      finding(isRefused ? 'OCX0112' : 'OCX0102', {
        subject: 'format',
        plugin: `${title} ${kind}, ${machine}`,
        host: isRefused ? `ELF ${host.evidence.object.kind}, ${host.evidence.object.machine}` : null,
        evidence: `${title} header at 0x0`,
        message: isRefused
          ? `${title} file for ${system}, the host is an ELF file`
          : `${title} file for ${system}: not judged on this system`,
        loaderMessage: isRefused ? 'invalid ELF header' : null,
        fix: 'build the plugin for the platform of the Collector that loads it',
      }),
    ],
  };
};

/** What glibc checks before it maps anything (elf/dl-load.c: open_verify). */
export const elfHeader: Rule = ({ plugin, host }) => {
  if (isMusl(host)) return muslHeader(plugin);
  const { object } = plugin;
  const faults = object.headerFaults.map((fault) =>
    finding('OCX0105', {
      subject: 'ELF header',
      plugin: fault,
      evidence: 'ELF header at 0x0',
      message: `the dynamic linker refuses the ELF header: ${fault}`,
      loaderMessage: fault,
      fix: 'copy or build the file again; no compiler writes such a header',
    }),
  );
  if (!host) return checked('ELF header', faults);
  const theirs = host.evidence.object;
  const machineOf = (o: typeof object) => `${o.machine}, ${o.bits}-bit, ${o.endian}-endian`;
  const same = object.machine === theirs.machine && object.bits === theirs.bits && object.endian === theirs.endian;
  const machine = same
    ? []
    : [
        finding('OCX0106', {
          subject: 'machine',
          plugin: machineOf(object),
          host: machineOf(theirs),
          evidence: 'ELF header, e_machine at 0x12',
          message: `built for ${object.machine}, the host is ${theirs.machine}`,
          loaderMessage: otherKind(object, theirs),
          fix: `build the plugin for ${theirs.goPlatform ?? theirs.machine}`,
        }),
      ];
  // Class and byte order are looked at first; read as what they are not, the other fields mean nothing.
  return checked('ELF header and machine', otherKind(object, theirs) === null ? [...faults, ...machine] : machine);
};

/** ldso/dynlink.c, map_library: of the header musl takes the program headers at their word, and looks at nothing else. */
function muslHeader({ object: { headerFaults } }: Evidence): Ruling {
  const size = headerFaults.find((fault) => /phentsize/.test(fault));
  if (size === undefined) return checked('ELF header');
  return checked('ELF header', [
    finding('OCX0105', {
      subject: 'ELF header',
      plugin: size,
      evidence: 'ELF header at 0x0',
      message: `the dynamic linker refuses the ELF header: ${size}`,
      loaderMessage: 'Exec format error',
      fix: 'copy or build the file again; no compiler writes such a header',
    }),
  ]);
}

/** Of another machine: musl maps it all the same, and then meets relocations that it does not know. */
export const muslMachine: Rule = ({ plugin, host }) => {
  if (!host || !isMusl(host)) return NOTHING;
  const [mine, theirs] = [plugin.object, host.evidence.object];
  const built = plugin.go?.buildInfo?.settings.find(({ key }) => key === 'GOARCH')?.value;
  const same = mine.machine === theirs.machine && mine.bits === theirs.bits && mine.endian === theirs.endian;
  if (same) return NOTHING;
  const particulars = {
    subject: 'machine',
    plugin: mine.machine,
    host: theirs.machine,
    evidence: 'ELF header, e_machine at 0x12',
    fix: `build the plugin for ${theirs.goPlatform ?? theirs.machine}`,
  };
  // Where the header and what was compiled agree, it is code of another machine; else the header lies, and musl does not look at it.
  if (built !== undefined && mine.goPlatform?.endsWith(`/${built}`))
    return checked('machine', [
      finding('OCX0106', { ...particulars, message: `built for ${mine.machine}, the host is ${theirs.machine}` }),
    ]);
  return notChecked('machine', [
    finding('OCX0207', { ...particulars, message: `its header says ${mine.machine}, at which musl does not look` }),
  ]);
};

/** What open_verify says of the first bytes; null when class and byte order are the host's. */
function otherKind({ bits, endian }: Shape, theirs: Shape): string | null {
  if (bits !== theirs.bits) return `wrong ELF class: ELFCLASS${bits}`;
  return endian === theirs.endian ? null : `ELF file data encoding not ${theirs.endian}-endian`;
}

type Shape = Pick<ObjectEvidence, 'bits' | 'endian'>;

/** dlopen maps whatever the program headers say; a page past the end of the file is SIGBUS when it is touched. */
export const complete: Rule = ({ plugin }) => {
  const { truncated } = plugin.object;
  if (!truncated) return checked('segments complete');
  const { segment, segments, needs, pages } = truncated;
  if (!pages) return zeros(plugin.size, truncated);
  return checked('segments complete', [
    finding('OCX0104', {
      subject: 'segments',
      plugin: `${plugin.size.toLocaleString('en')} bytes`,
      evidence: `program header of segment ${segment}`,
      message:
        `file ends inside segment ${segment} of ${segments}: it has ${plugin.size.toLocaleString('en')} bytes, ` +
        `its segments need ${needs.toLocaleString('en')}`,
      fix: 'copy the file again and compare its size with the original',
    }),
  ]);
};

/** The end of the last page is missing: the kernel maps zeros, so what happens depends on what was there. */
function zeros(size: number, { segment, needs }: Truncation): Ruling {
  const missing = (needs - size).toLocaleString('en');
  return notChecked('the last bytes of a segment, which are missing', [
    finding('OCX0111', {
      subject: 'segments',
      plugin: `${size.toLocaleString('en')} bytes`,
      evidence: `program header of segment ${segment}`,
      message: `the last ${missing} bytes of segment ${segment} are missing, and read as zeros`,
      fix: 'copy the file again and compare its size with the original',
    }),
  ]);
}

/** dlopen refuses programs (elf/dl-load.c: _dl_map_object_from_fd). */
export const sharedObject: Rule = ({ plugin, host }) => {
  if (isMusl(host) && plugin.linker?.dynamic) return muslType(plugin);
  const executable = plugin.object.kind === 'executable' || plugin.linker?.pie === true;
  if (plugin.object.kind === 'shared object' && !executable && plugin.linker?.dynamic) return checked('shared object');
  const kind = plugin.linker?.pie ? 'position-independent executable' : plugin.object.kind;
  const message = executable
    ? `it is a program (${kind}), not a shared object`
    : plugin.object.kind === 'shared object'
      ? 'it has no dynamic section: it was not linked as a shared object'
      : `it is a ${kind} file, not a shared object`;
  return checked('shared object', [
    finding('OCX0107', {
      subject: 'type',
      plugin: kind,
      evidence: 'ELF header, e_type at 0x10',
      message,
      loaderMessage: loaderWords(plugin.object.kind, plugin.linker?.pie === true),
      fix: plugin.go ? 'build it with go build -buildmode=plugin' : 'link it as a shared library (Rust: crate-type = ["cdylib"])',
    }),
  ]);
};

/** ldso/dynlink.c, map_library: ET_EXEC is taken as ET_DYN is. */
function muslType({ object: { kind }, linker }: Evidence): Ruling {
  if (kind === 'shared object' && !linker?.pie) return checked('shared object');
  return notChecked('shared object', [
    finding('OCX0207', {
      subject: 'type',
      plugin: kind,
      evidence: 'ELF header, e_type at 0x10',
      message: `it is a ${kind}, which musl opens as a library`,
      fix: 'link it as a shared library',
    }),
  ]);
}

function loaderWords(kind: string, pie: boolean): string {
  if (pie) return 'cannot dynamically load position-independent executable';
  if (kind === 'executable') return 'cannot dynamically load executable';
  return kind === 'shared object' ? 'object file has no dynamic section' : 'only ET_DYN and ET_EXEC can be loaded';
}

/** Parts of the file that could not be read, so that nothing is concluded from their absence. */
export const readable: Rule = ({ plugin }) =>
  together(
    ...plugin.problems.map(({ field, offset, problem }) => ({
      ...NOTHING,
      findings: [
        finding('OCX0103', {
          subject: field,
          evidence: `offset 0x${offset.toString(16)}`,
          message: `${field} at 0x${offset.toString(16)} ${problem}`,
          fix: 'copy or build the file again',
        }),
      ],
    })),
  );
