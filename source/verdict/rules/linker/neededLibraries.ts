import { type Context, checked, notChecked, type Ruling, together } from '../../context.js';
import { finding } from '../../finding.js';
import { quoted } from '../../shellWord.js';
import { GLIBC, type Missing, type Scope } from './scope.js';

/** Each needed library, and what it needs, is found as ld.so would find it (elf/dl-load.c: _dl_map_object; `scope.ts`). */
export function neededLibraries(context: Context, scope: Scope): Ruling {
  const { plugin } = context;
  const { found, missing, isHere } = scope;
  const here = (plugin.linker?.needed ?? []).flatMap((name) => (GLIBC.test(name) ? [] : (found.get(name)?.path ?? [])));
  if (missing.length === 0) {
    const path = plugin.linker?.rpath || plugin.linker?.runpath || null;
    if (!isHere && here.length > 0 && path !== null) return searchedElsewhere(path, here);
    return checked(here.length === 0 ? 'needed libraries' : `needed libraries (${here.join(', ')} of this system)`);
  }
  const decided = isHere ? missing.filter(({ relative }) => !relative) : [];
  const open = missing.filter((one) => !decided.includes(one));
  return together(
    ...(decided.length === 0
      ? []
      : [
          checked(
            'needed libraries',
            decided.map((one) => notHere(context, one)),
          ),
        ]),
    ...(open.length === 0
      ? []
      : [
          notChecked(
            'needed libraries that are not on this system',
            open.map((one) => unknown(context, one)),
          ),
        ]),
  );
}

function notHere({ plugin }: Context, { name, neededBy, unusable }: Missing) {
  const who = neededBy === plugin.path ? 'needs' : `${neededBy} needs`;
  if (unusable?.kills) {
    return finding('OCX0104', {
      subject: name,
      plugin: name,
      host: unusable.path,
      evidence: `dynamic section, DT_NEEDED; ${unusable.path} of this system`,
      message: `${who} ${name}, and ${unusable.path} is broken: ${unusable.fault}: opening it kills the Collector`,
      fix: `put the whole library there: ${quoted(unusable.path)}`,
    });
  }
  if (unusable) {
    return finding('OCX0211', {
      subject: name,
      plugin: name,
      host: unusable.path,
      evidence: 'dynamic section, DT_NEEDED; this system',
      message: `${who} ${name}, and ${unusable.path} is found, which is no library: ${unusable.fault}`,
      loaderMessage: `${unusable.path}: ${unusable.fault}`,
      fix: `put the library there, or take ${quoted(unusable.path)} away`,
    });
  }
  return finding('OCX0210', {
    subject: name,
    plugin: name,
    evidence: 'dynamic section, DT_NEEDED; this system, which could run the host',
    message: `${who} ${name}, which is not on this system`,
    loaderMessage: `${name}: cannot open shared object file: No such file or directory`,
    fix: `install what has it, or put it where it is looked for: ldd ${quoted(plugin.path)}`,
  });
}

function unknown({ plugin }: Context, { name }: Missing) {
  return finding('OCX0201', {
    subject: name,
    plugin: name,
    evidence: 'dynamic section, DT_NEEDED',
    message: `needs ${name}, which is not in this system's library directories`,
    loaderMessage: `${name}: cannot open shared object file: No such file or directory`,
    fix: `on the Collector's machine: ldd ${quoted(plugin.path)}`,
  });
}

/** Its own search path comes before the system's directories: the library found there may not be the one that is taken. */
function searchedElsewhere(path: string, here: readonly string[]): Ruling {
  return notChecked('needed libraries by RPATH or RUNPATH', [
    finding('OCX0208', {
      subject: path,
      plugin: path,
      evidence: 'dynamic section, DT_RPATH or DT_RUNPATH',
      message: `looks for libraries in ${path} first, which was not searched (this system has ${here.join(', ')})`,
      fix: 'link it without -rpath, or try it on the machine of the host',
    }),
  ]);
}
