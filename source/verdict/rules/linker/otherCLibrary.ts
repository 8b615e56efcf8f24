import { type Context, NOTHING, notChecked, type Ruling } from '../../context.js';
import { finding } from '../../finding.js';

/** Only glibc's dynamic linker is modelled; musl's has rules of its own (ldso/dynlink.c). */
export function otherCLibrary({ host }: Context): Ruling {
  const interpreter = host?.evidence.linker?.interpreter ?? null;
  if (interpreter === null || /\/ld(-linux[-\w]*|64)?(-[\d.]+)?\.so/.test(interpreter)) return NOTHING;
  return notChecked('the dynamic linker of the host', [
    finding('OCX0207', {
      subject: interpreter,
      host: interpreter,
      evidence: 'PT_INTERP of the host',
      message: `the host asks for ${interpreter}, which is not glibc's: its rules for libraries are not decided here`,
      fix: 'try it in a child process on the machine of the host',
    }),
  ]);
}
