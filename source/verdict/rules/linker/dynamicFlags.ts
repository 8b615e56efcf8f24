import { type Context, checked, NOTHING, notChecked, type Ruling, together } from '../../context.js';
import { finding } from '../../finding.js';
import type { Scope } from './scope.js';

/** DF_1_NOOPEN (elf/dl-load.c: _dl_map_object_from_fd); DT_RELR, which asks for a version of libc.so.6 (elf/dl-version.c: _dl_check_map_versions). */
export function dynamicFlags({ plugin, host }: Context, { found, isHere }: Scope): Ruling {
  const { linker } = plugin;
  if (!linker) return NOTHING;
  const noOpen = linker.noOpen
    ? checked('dynamic flags', [
        finding('OCX0204', {
          subject: 'DF_1_NOOPEN',
          plugin: 'set',
          evidence: 'dynamic section, DT_FLAGS_1',
          message: 'the file is marked as not to be opened with dlopen (-z nodlopen)',
          loaderMessage: 'shared object cannot be dlopen()ed',
          fix: 'link it without -z nodlopen',
        }),
      ])
    : checked('dynamic flags');
  const asksForRelr = linker.versionNeeds.some(({ version }) => version === 'GLIBC_ABI_DT_RELR');
  const hostHasRelr = host?.evidence.linker?.hasRelr === true;
  // A glibc that knows them defines that version, and refuses who does not ask for it; one that doesn't passes them over.
  const libc = isHere ? found.get('libc.so.6') : undefined;
  const isKnown = libc?.versions.has('GLIBC_ABI_DT_RELR') === true;
  // Of a file that asks libc.so.6 for no version at all, as that itself, it is not asked either.
  const asksLibc = linker.versionNeeds.some(({ library }) => library === 'libc.so.6');
  const relr =
    linker.hasRelr && !asksForRelr && isKnown && asksLibc
      ? checked('packed relocations', [
          finding('OCX0215', {
            subject: 'DT_RELR',
            plugin: 'used, GLIBC_ABI_DT_RELR not asked for',
            evidence: `dynamic section, DT_RELR; ${libc?.path ?? ''} of this system`,
            message: 'uses packed relocations without asking for GLIBC_ABI_DT_RELR, which glibc refuses',
            loaderMessage: `${plugin.path}: DT_RELR without GLIBC_ABI_DT_RELR dependency`,
            fix: 'link with -z nopack-relative-relocs, or with a linker that asks for the version',
          }),
        ])
      : linker.hasRelr && !asksForRelr && !isKnown && !hostHasRelr
        ? notChecked('packed relocations', [
            finding('OCX0205', {
              subject: 'DT_RELR',
              plugin: 'used, GLIBC_ABI_DT_RELR not asked for',
              evidence: 'dynamic section, DT_RELR',
              message: 'uses packed relocations without asking for GLIBC_ABI_DT_RELR: newer glibc refuses it, older ones crash',
              loaderMessage: 'DT_RELR without GLIBC_ABI_DT_RELR dependency',
              fix: 'link with -z nopack-relative-relocs, or with a linker that asks for the version',
            }),
          ])
        : NOTHING;
  return together(noOpen, relr);
}
