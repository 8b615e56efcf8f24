import { fileURLToPath } from 'node:url';

/** Whether the module is the script that was started, and not imported by bench/run.mjs. */
export function isMain(url) {
  return process.argv[1] === fileURLToPath(url);
}

/** `--rounds N`, else what the benchmark takes by itself. */
export function rounds(otherwise) {
  return numberAfter('--rounds') ?? otherwise;
}

/** `--files N`: fewer, to try the script. */
export function fileCount() {
  return numberAfter('--files') ?? 1000;
}

function numberAfter(name) {
  const at = process.argv.indexOf(name);
  if (at < 0) return null;
  const value = Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} needs a number from 1`);
  return value;
}
