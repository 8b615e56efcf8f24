import { type Context, checked, NOTHING, type Ruling } from '../../context.js';
import { finding } from '../../finding.js';
import type { Finding } from '../../judgement.js';
import type { Scope } from './scope.js';

/** elf/dl-load.c: is_dst: `$ORIGIN`, `${LIB}`, and no longer word that begins so. */
const TOKEN = /\$(?:(?:ORIGIN|PLATFORM|LIB)(?![A-Za-z0-9_])|\{(?:ORIGIN|PLATFORM|LIB)\})/;

/** Where the file and its libraries lie: what dlopen makes of the path it is given, and what the kernel maps from there. */
export function place(context: Context, scope: Scope): Ruling {
  const findings = [...tokens(context), ...forbidden(context, scope)];
  return findings.length > 0 ? checked('path', findings) : NOTHING;
}

/** dlopen replaces tokens in a path (elf/dl-load.c: _dl_map_object, expand_dynamic_string_token); plugin.Open gives it the real path. */
function tokens({ plugin, opener, libraries }: Context): Finding[] {
  const path = opener === 'plugin.Open' ? libraries.realPath(plugin.path) : plugin.path;
  const [token] = TOKEN.exec(path) ?? [];
  if (token === undefined) return [];
  return [
    finding('OCX0216', {
      subject: token,
      plugin: path,
      evidence: 'the path of the file',
      message: `${token} in its path means something to the dynamic linker, which looks for the file elsewhere`,
      loaderMessage: `${path}: cannot open shared object file: No such file or directory`,
      fix: `give it a path without ${token}`,
    }),
  ];
}

/** mmap(2) with PROT_EXEC is refused where the file system is mounted so (elf/dl-map-segments.h: _dl_map_segments). */
function forbidden({ plugin, libraries }: Context, { added, isHere }: Scope): Finding[] {
  if (!isHere) return [];
  for (const path of [plugin.path, ...added.map((library) => library.path)]) {
    const mount = libraries.noexecMount(path);
    if (mount === null) continue;
    return [
      finding('OCX0217', {
        subject: mount,
        plugin: path,
        host: mount,
        evidence: '/proc/self/mounts',
        message: `${path === plugin.path ? 'lies' : `${path}, which it needs, lies`} on ${mount}, which is mounted with noexec`,
        loaderMessage: `${path}: failed to map segment from shared object`,
        fix: 'put it on a file system that is mounted without noexec',
      }),
    ];
  }
  return [];
}
