/** Commands as they are typed, and words that people try for them. */
const COMMANDS: readonly (readonly [command: string, ...words: string[]])[] = [
  ['plugins list', 'list', 'ls', 'plugin', 'plugin list'],
  ['plugins inspect', 'inspect', 'show', 'plugin inspect'],
  ['plugins validate', 'validate', 'plugin validate'],
  ['plugins check-all', 'check-all', 'check', 'verify-all', 'plugin check-all'],
  ['collector profile', 'profile'],
  ['components list', 'component', 'component list'],
  ['components explain', 'component explain'],
  ['components default-config', 'default-config', 'component default-config'],
  ['dist verify', 'verify'],
  ['dist sign', 'sign'],
  ['dist keygen', 'keygen'],
  ['plugins'],
  ['collector'],
  ['components'],
  ['triage'],
  ['explain'],
  ['build'],
  ['init'],
  ['dist'],
  ['--version', 'version'],
  ['--help', 'help'],
];

/**
 * The command that was probably meant by words that `ocx` takes for directories; null when they look like none.
 * @param words the arguments, as typed: `['plugin', 'list']`.
 */
export function didYouMean(words: readonly string[]): string | null {
  const [first = '', second = ''] = words.map((word) => word.toLowerCase());
  for (const typed of [`${first} ${second}`, first])
    for (const [command, ...others] of COMMANDS) if (others.includes(typed)) return `ocx ${command}`;
  // One letter more, less or other: `ocx plugns list`, which yargs takes for two directories.
  const near = COMMANDS.find(([command]) => !command.includes(' ') && isNear(first, command));
  if (!near) return null;
  const whole = COMMANDS.find(([command]) => command === `${near[0]} ${second}`);
  return `ocx ${(whole ?? near)[0]}`;
}

function isNear(typed: string, word: string): boolean {
  if (typed.length < 3 || Math.abs(typed.length - word.length) > 1) return false;
  let same = 0;
  while (same < typed.length && typed[same] === word[same]) same++;
  const [a, b] = [typed.slice(same), word.slice(same)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1) || a === `${b[1]}${b[0]}${b.slice(2)}`;
}
