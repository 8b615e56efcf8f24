import type { Recheck } from '../catalog/record.js';

const SECOND = 1000;

export interface RevalidationReports {
  readonly onResult: (path: string, result: Recheck | null) => void;
  /** Once a second while it lasts. */
  readonly onSecond: () => void;
  /** All done, or stopped. */
  readonly onEnd: () => void;
}

/** Has plugins read and judged again one after the other; keys get their turn between them. */
export class Revalidation {
  readonly #recheck: (path: string) => Promise<Recheck | null>;
  readonly #reports: RevalidationReports;
  #clock: NodeJS.Timeout | null = null;

  constructor(recheck: (path: string) => Promise<Recheck | null>, reports: RevalidationReports) {
    this.#recheck = recheck;
    this.#reports = reports;
  }

  async start(paths: readonly string[]): Promise<void> {
    this.stop();
    const clock = setInterval(() => this.#reports.onSecond(), SECOND);
    this.#clock = clock;
    for (const path of paths) {
      const result = await this.#recheck(path);
      if (this.#clock !== clock) return;
      this.#reports.onResult(path, result);
    }
    this.stop();
  }

  stop(): void {
    if (!this.#clock) return;
    clearInterval(this.#clock);
    this.#clock = null;
    this.#reports.onEnd();
  }
}
