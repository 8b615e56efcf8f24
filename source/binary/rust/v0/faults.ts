/**
 * Why a v0 name can't be shown demangled. Thrown and caught within this folder, on names that are most often simply not
 * Rust's, so there is one of each and no stack trace is made.
 */
class Fault extends Error {}

/** Not what RFC 2603 describes, or nested too deeply. */
export const MALFORMED: Error = new Fault('malformed');
/** The text outgrew the limit; what there is of it stands. */
export const TOO_LONG: Error = new Fault('too long');
