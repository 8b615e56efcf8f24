/** A line longer than this is data, not a message; its beginning is looked at. */
const LONGEST = 64 * 1024;
/** Values looked at in one JSON line. */
const MOST_VALUES = 200;

/**
 * The texts of one line of a log in which a message may stand: the line itself, and each text of the JSON object in it (zap,
 * logrus, zerolog, docker's `{"log": ...}`), with their escapes undone.
 */
export function logTexts(line: string): readonly string[] {
  // Colours of a console logger.
  // biome-ignore lint/complexity/useRegexLiterals: a control character in a literal is an error of its own.
  const plain = line.slice(0, LONGEST).replace(new RegExp('\u001b\\[[0-9;]*m', 'g'), '');
  const start = plain.indexOf('{');
  const values = start < 0 ? [] : valuesOf(plain.slice(start));
  // logfmt and console lines escape quotes once more: error="plugin.Open(\"x\"): ...".
  return [...values, plain.includes('\\"') ? plain.replaceAll('\\"', '"').replaceAll('\\n', '\n') : plain];
}

function valuesOf(text: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const found: string[] = [];
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && found.length < MOST_VALUES) {
    const next = waiting.shift();
    if (typeof next === 'string') {
      found.push(next);
      // A log line inside a log line, as container runtimes write it.
      if (next.startsWith('{')) waiting.push(...valuesOf(next));
    } else if (typeof next === 'object' && next !== null) waiting.push(...Object.values(next));
  }
  return found;
}
