import type { Evidence, ThreadLocal } from '../../../evidence/evidence.js';
import {
  type Before,
  type Context,
  checked,
  type Host,
  type Libraries,
  NOTHING,
  notChecked,
  type Ruling,
  type StaticBlock,
} from '../../context.js';
import { finding } from '../../finding.js';
import type { Finding } from '../../judgement.js';
import { type Scope, scopeOf } from './scope.js';

/** What is left over is rounded up to the alignment of a thread's descriptor (elf/dl-tls.c: _dl_determine_tlsoffset; TCB_ALIGNMENT). */
const ROUNDED_TO = 64;
/** More than any glibc has; it is said of hosts that are not for this system. */
const SURELY_THERE = 512;

/**
 * A file that insists on static thread-local storage gets it, when it is opened, from what was left over at the start of the process (elf/dl-reloc.c:
 * _dl_try_allocate_static_tls). How much that is glibc's tunables say (elf/dl-tls.c: _dl_tls_static_surplus_init); plugins before took of it.
 */
export function staticTls(context: Context, scope: Scope): Ruling {
  const { plugin, before, libraries } = context;
  if (!scope.isHere) return elsewhere(context);
  const blocks = staticBlocks(context, scope);
  if (blocks.length === 0) return NOTHING;
  const isBelow = libraries.machine === 'x86-64';
  let left: Left = { least: libraries.staticTlsSurplus, most: libraries.staticTlsSurplus + ROUNDED_TO - 1 };
  for (const block of before.staticTls) left = without(left, block, isBelow);
  const findings: Finding[] = [];
  let open = false;
  for (const block of blocks) {
    if (block.insists && block.size > left.most) {
      findings.push(noRoom(block, plugin.path, left.most, before.staticTls.length > 0));
      break;
    }
    if (block.insists && (mostOf(block, isBelow) > left.least || block.align > ROUNDED_TO)) {
      open = true;
      findings.push(mayNotFit(block, plugin.path));
    }
    left = without(left, block, isBelow);
  }
  const what = 'room for static thread-local storage';
  return open && findings.every(({ severity }) => severity === 'unknown') ? notChecked(what, findings) : checked(what, findings);
}

/** What the plugin takes of static thread-local storage when it is opened. */
export function staticBlocksOf(plugin: Evidence, host: Host, libraries: Libraries, before: Before): readonly StaticBlock[] {
  const context = { plugin, host, libraries, before };
  return staticBlocks(context, scopeOf(context));
}

/** Bytes that are left of static storage: what is certain. */
interface Left {
  readonly least: number;
  readonly most: number;
}

/**
 * After a block got its place. Where storage lies below the thread pointer what is left is a multiple of the block's alignment (elf/dl-reloc.c:
 * TLS_TCB_AT_TP, of x86); above it, as much is lost as brings the block to its alignment.
 */
function without({ least, most }: Left, block: StaticBlock, isBelow: boolean): Left {
  const after = (bytes: number): number => Math.floor((bytes - block.size) / block.align) * block.align;
  const lost = isBelow ? after(least) : least - mostOf(block, isBelow);
  // What need not be there may have been left out.
  return { least: lost, most: !block.insists ? most : isBelow ? after(most) : most - block.size };
}

/** As much as it may take up. */
function mostOf({ size, align }: StaticBlock, isBelow: boolean): number {
  return isBelow ? size : size + align - 1;
}

/**
 * Blocks that get a place in static storage when the plugin is opened, in the order in which they are met: the last library is relocated first.
 * Not those that have one already.
 */
function staticBlocks(
  context: Pick<Context, 'plugin' | 'host' | 'libraries' | 'before'>,
  { found, added }: Scope,
): StaticBlock[] {
  const { plugin, host, before, libraries } = context;
  const files = [
    {
      path: plugin.path,
      threadLocal: plugin.threadLocal ?? null,
      defines: (name: string) => libraries.definesIn(plugin.path, name),
    },
    ...added,
  ];
  if (files.every(({ threadLocal }) => threadLocal === null)) return [];
  const wanted = files.flatMap(({ threadLocal }) => threadLocal?.names ?? []);
  const others = [...found.values()].filter((library) => !added.includes(library));
  const isTheirs = (name: string) =>
    host?.defines(name) || others.some((library) => library.defines(name)) || before.defines(name);
  const taken = new Set<string>();
  for (const name of new Set(wanted)) {
    const owner = isTheirs(name) ? undefined : files.find((file) => file.defines(name));
    if (owner) taken.add(owner.path);
  }
  return files.toReversed().flatMap(({ path, threadLocal }): StaticBlock[] => {
    const insists = threadLocal?.insists || taken.has(path);
    if (!threadLocal || before.staticTls.some((block) => block.path === path) || !(insists || threadLocal.mayTake)) return [];
    return threadLocal.size === 0 ? [] : [blockOf(path, threadLocal, insists)];
  });
}

function blockOf(path: string, { size, align }: ThreadLocal, insists: boolean): StaticBlock {
  return { path, size, align, insists };
}

function noRoom(block: StaticBlock, plugin: string, most: number, isTaken: boolean): Finding {
  const left = `${Math.max(0, most).toLocaleString('en')} bytes are left at most`;
  return finding('OCX0218', {
    ...about(block, plugin),
    host: left,
    message: `${wants(block, plugin)}, and ${left}${isTaken ? ': plugins before took theirs' : ''}`,
    loaderMessage: `${block.path}: cannot allocate memory in static TLS block`,
  });
}

function mayNotFit(block: StaticBlock, plugin: string): Finding {
  return finding('OCX0209', {
    ...about(block, plugin),
    message: `${wants(block, plugin)}, of which little is left in a running process`,
    loaderMessage: 'cannot allocate memory in static TLS block',
  });
}

function wants({ path, size }: StaticBlock, plugin: string): string {
  return `${path === plugin ? 'wants' : `${path}, which it needs, wants`} ${size.toLocaleString('en')} bytes of static thread-local storage`;
}

function about({ path, size }: StaticBlock, plugin: string) {
  return {
    subject: path === plugin ? 'PT_TLS' : path,
    plugin: `${size.toLocaleString('en')} bytes`,
    evidence: 'program header PT_TLS, relocations for an offset from the thread pointer',
    fix: 'build its C code with -ftls-model=global-dynamic, or start the host with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=BYTES',
  };
}

/** Of a host for another system only what any glibc has is sure. */
function elsewhere({ plugin }: Context): Ruling {
  const { threadLocal } = plugin;
  if (!threadLocal?.insists || threadLocal.size <= SURELY_THERE) return NOTHING;
  return notChecked('room for static thread-local storage', [mayNotFit(blockOf(plugin.path, threadLocal, true), plugin.path)]);
}
