/** Bytes of initial-exec storage of one library, in libc.so and in others (elf/dl-tls.c: LIBC_IE_TLS, OTHER_IE_TLS). */
const OF_LIBRARY = 144;
/** The rest that was there before there were tunables (LEGACY_TLS). */
const LEGACY = 144;

/**
 * What glibc keeps of static thread-local storage for libraries that are opened later, in bytes.
 * elf/dl-tls.c: _dl_tls_static_surplus_init, 1664 by default; it was a constant of that size before glibc 2.32.
 */
export function surplusOf(tunables: string): number {
  const namespaces = tunable(tunables, 'nns') ?? 4;
  const counted = namespaces >= 1 && namespaces <= 16 ? namespaces : 4;
  return (2 * counted - 1) * OF_LIBRARY + (tunable(tunables, 'optional_static_tls') ?? 512) + LEGACY;
}

/** The last of a name counts; decimal, octal or hexadecimal as far as it goes, what is no number is 0 (elf/dl-tunables.c; dl-misc.c: _dl_strtoul). */
function tunable(tunables: string, name: string): number | null {
  const set = tunables.split(':').findLast((each) => each.startsWith(`glibc.rtld.${name}=`));
  if (set === undefined) return null;
  const [digits = '0'] = /^(?:0x[0-9a-f]+|\d+)/i.exec(set.slice(set.indexOf('=') + 1)) ?? [];
  return Math.min(/^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits), Number.MAX_SAFE_INTEGER / 4);
}
