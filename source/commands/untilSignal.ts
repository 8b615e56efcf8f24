/** What a shell adds to 128 for a program that a signal ended. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** How work that runs other programs ended: with a result, or with the exit code of the signal that stopped it. */
export interface SignalWatch {
  /** Aborted with the name of a signal. */
  readonly stop: AbortSignal;
  /** `130` after SIGINT; 0 while none has come. */
  exitCode(): number;
}

/** Does some work during which Ctrl-C and the like stop what runs, instead of this process under it. */
export async function untilSignal<T>(work: (watch: SignalWatch) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let code = 0;
  const listeners = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((signal) => {
    const listener = () => {
      code ||= 128 + SIGNALS[signal];
      stop.abort(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  try {
    return await work({ stop: stop.signal, exitCode: () => code });
  } finally {
    for (const remove of listeners) remove();
  }
}
