/** One reason why packages differ, with how many of them it explains. */
export interface Cause {
  /** `built without -trimpath`: what a person reads, without the count. */
  readonly words: string;
  /** How many of the packages that differ it explains; 0 when it may explain some by way of what they import. */
  readonly explains: number;
  /** Steps that take it away. */
  readonly cure: Cure;
  /** The module whose sources differ, where a folder and no version says which they are; else null. */
  readonly folder: string | null;
}

/** What a build command is made of: the parts of several cures are put together into one command. */
export interface Cure {
  /** Edits of go.mod: `-dropreplace=example.com/x`. */
  readonly edits: readonly string[];
  /** `module@version` for go get. */
  readonly gets: readonly string[];
  /** Before `go build`: `GOEXPERIMENT=`. */
  readonly environment: readonly string[];
  /** After the host's flags: `-pgo=off`. */
  readonly flags: readonly string[];
  /** Where no command can do it. */
  readonly sentence: string | null;
}

export const NO_CURE: Cure = { edits: [], gets: [], environment: [], flags: [], sentence: null };

/** The command that takes all causes away at once: all of them have to go before the plugin loads. Sentences only when there is nothing to run. */
export function cureOf(causes: readonly Cause[], build: string): string {
  const all = (pick: (cure: Cure) => readonly string[]) => [...new Set(causes.flatMap(({ cure }) => pick(cure)))];
  const [edits, gets] = [all(({ edits }) => edits), all(({ gets }) => gets)];
  const sentences = all(({ sentence }) => (sentence === null ? [] : [sentence]));
  const command = [
    ...(edits.length > 0 ? [`go mod edit ${edits.join(' ')}`] : []),
    ...(gets.length > 0 ? [`go get ${gets.join(' ')}`] : []),
    ...(edits.length + gets.length > 0 ? ['go mod tidy'] : []),
    [...all(({ environment }) => environment), build, ...all(({ flags }) => flags)].join(' '),
  ].join(' && ');
  const [sentence] = sentences;
  // What a person has to do first makes the command work.
  return sentence === undefined
    ? command
    : causes.some(({ cure }) => cure.sentence === null)
      ? `${sentence}; then: ${command}`
      : sentence;
}
