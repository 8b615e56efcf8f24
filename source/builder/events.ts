import type { Artifact } from '../trust/distribution.js';
import type { VerifiedArtifact } from './verify/compare.js';

/** What a build does, in its order. */
export type StepName =
  | 'engine'
  | 'image'
  | 'container'
  | 'ocb'
  | 'match'
  | 'sources'
  | 'modules'
  | 'crates'
  | 'assembly'
  | 'closure'
  | 'describe'
  | 'compile'
  | 'check'
  | 'probe'
  | 'publish';

export interface StepOutcome {
  readonly state: 'done' | 'unchanged' | 'failed';
  readonly seconds: number;
  /** `v0.165.0, kept from an earlier build`, `31.2 MB`; empty when there is nothing to say. */
  readonly note: string;
}

/** Everything a build says while it runs. With `--json` each is one line. */
export type BuildEvent =
  | {
      readonly event: 'build started';
      readonly file: string;
      readonly output: string;
      /** With `--against` that of the distribution. */
      readonly collector: string;
      /** `--against`: the file it was read from; null when the Collector is built too. */
      readonly against: string | null;
      readonly plugins: readonly string[];
    }
  | { readonly event: 'warning'; readonly message: string }
  | { readonly event: 'step started'; readonly step: StepName; readonly title: string }
  | ({ readonly event: 'step ended'; readonly step: StepName; readonly title: string } & StepOutcome)
  | { readonly event: 'build failed'; readonly message: string; readonly details: readonly string[]; readonly log: string }
  | { readonly event: 'container written'; readonly folder: string; readonly dockerfile: string }
  | { readonly event: 'build fetched'; readonly output: string; readonly seconds: number; readonly log: string }
  | {
      readonly event: 'build verified';
      readonly distribution: string;
      readonly same: boolean;
      readonly artifacts: readonly VerifiedArtifact[];
    }
  | { readonly event: 'build stopped'; readonly signal: string }
  | {
      readonly event: 'build finished';
      readonly output: string;
      readonly seconds: number;
      readonly artifacts: readonly Artifact[];
      readonly log: string;
    };

export type Emit = (event: BuildEvent) => void;

/** Runs one step and says when it starts and how it ends. */
export async function step<T>(
  emit: Emit,
  now: () => number,
  name: StepName,
  title: string,
  work: () => Promise<{ readonly value: T; readonly note: string; readonly unchanged?: true }>,
): Promise<T> {
  const started = now();
  const seconds = () => Math.round((now() - started) / 100) / 10;
  emit({ event: 'step started', step: name, title });
  try {
    const { value, note, unchanged } = await work();
    emit({ event: 'step ended', step: name, title, state: unchanged ? 'unchanged' : 'done', seconds: seconds(), note });
    return value;
  } catch (error) {
    emit({ event: 'step ended', step: name, title, state: 'failed', seconds: seconds(), note: '' });
    throw error;
  }
}

/** `step` with all but the step given. */
export type Say = <T>(
  name: StepName,
  title: string,
  work: () => Promise<{ readonly value: T; readonly note: string; readonly unchanged?: true }>,
) => Promise<T>;

/** The steps of a build, each said. */
export const sayOf =
  ({ emit, now }: { readonly emit: Emit; readonly now: () => number }): Say =>
  (name, title, work) =>
    step(emit, now, name, title, work);
