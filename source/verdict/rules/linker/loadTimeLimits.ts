import { type Context, NOTHING, notChecked, type Ruling } from '../../context.js';
import { finding } from '../../finding.js';

/** What glibc does not read. */
export function loadTimeLimits({ plugin }: Context): Ruling {
  if (!plugin.linker?.androidRelocations) return NOTHING;
  return notChecked('packed relocations of Android', [
    finding('OCX0205', {
      subject: 'DT_ANDROID_RELA',
      plugin: 'used',
      evidence: 'dynamic section',
      message: "its relocations are in Android's packed format, which glibc does not read",
      fix: 'link it without --pack-dyn-relocs=android',
    }),
  ]);
}
