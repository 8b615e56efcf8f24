import type { Demangled, Hash } from '../demangle.js';
import { Cursor } from './cursor.js';
import { MALFORMED, TOO_LONG } from './faults.js';
import { Output } from './output.js';
import { Printer } from './printer.js';

/**
 * A v0 name (RFC 2603, rustc_symbol_mangling/src/v0.rs) read twice: once muted, which checks the grammar and finds the end,
 * once for the text, which follows back references. `mangled` is what follows `_R`. Null when it is malformed.
 */
export function demangleV0(mangled: string, hash: Hash): Demangled | null {
  // A vendor-specific version would stand as a digit here; there is none yet.
  if (!/^[A-Z][\0-\x7f]*$/.test(mangled)) return null;
  try {
    const cursor = new Cursor(mangled);
    const check = new Printer(cursor, new Output('muted'), hash);
    check.path('type');
    // The crate that instantiated a generic function is no part of its name.
    if (/^[A-Z]/.test(cursor.peek())) check.path('type');
    return { text: print(mangled, hash), rest: cursor.rest };
  } catch (fault) {
    if (fault === MALFORMED || fault === TOO_LONG) return null;
    throw fault;
  }
}

function print(mangled: string, hash: Hash): string {
  const output = new Output('printing');
  try {
    new Printer(new Cursor(mangled), output, hash).path('value');
    return output.text;
  } catch (fault) {
    if (fault === TOO_LONG) return `${output.text}{size limit reached}`;
    throw fault;
  }
}
