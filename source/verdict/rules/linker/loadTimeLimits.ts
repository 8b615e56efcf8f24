import { type Context, NOTHING, notChecked, type Ruling, together } from '../../context.js';
import { finding } from '../../finding.js';

/** glibc's dl-reloc.c: a file that insists on static TLS gets it from what is left over, about 1.6 kB; Go plugins want 8 bytes. */
const STATIC_TLS_LEFT = 512;

/** What glibc may not be able to give, or to read. */
export function loadTimeLimits({ plugin }: Context): Ruling {
  const { staticTls = 0, androidRelocations = false } = plugin.linker ?? {};
  const wants = `${staticTls.toLocaleString('en')} bytes`;
  const tls =
    staticTls <= STATIC_TLS_LEFT
      ? NOTHING
      : notChecked('room for static thread-local storage', [
          finding('OCX0209', {
            subject: 'PT_TLS',
            plugin: wants,
            evidence: 'program header PT_TLS, DF_STATIC_TLS',
            message: `wants ${wants} of static thread-local storage, of which little is left in a running process`,
            loaderMessage: 'cannot allocate memory in static TLS block',
            fix: 'build its C code with -ftls-model=global-dynamic',
          }),
        ]);
  if (!androidRelocations) return tls;
  const packed = notChecked('packed relocations of Android', [
    finding('OCX0205', {
      subject: 'DT_ANDROID_RELA',
      plugin: 'used',
      evidence: 'dynamic section',
      message: "its relocations are in Android's packed format, which glibc does not read",
      fix: 'link it without --pack-dyn-relocs=android',
    }),
  ]);
  return together(tls, packed);
}
