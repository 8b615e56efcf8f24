/** A build that fails for a reason that can be told: one sentence, and the lines that show it (a compiler's own). Exit code 1. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly details: readonly string[];

  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.details = details;
  }
}

/** Somebody pressed Ctrl-C, or the system wants the process to end. */
export class BuildStopped extends Error {
  override readonly name = 'BuildStopped';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}
