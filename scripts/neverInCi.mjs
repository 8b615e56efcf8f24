// Stands in for `is-in-ci` in the bundle: with CI set, Ink draws nothing but its last frame, in a terminal too. Whether there is
// a terminal is decided before Ink is loaded (source/commands/explore.ts), so CI alone has no say.
export default false;
