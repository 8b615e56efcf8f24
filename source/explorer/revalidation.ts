import type { Probe } from '../catalog/probe.js';
import { whyPluginNotProbed } from '../catalog/probe.js';
import type { Recheck } from '../catalog/record.js';

const SECOND = 1000;

export interface RevalidationReports {
  readonly onResult: (path: string, result: Recheck | null, probe: Probe | null) => void;
  /** Once a second while it lasts. */
  readonly onSecond: () => void;
  /** All done, or stopped. */
  readonly onEnd: () => void;
}

/** Opens a plugin in a child process; null when it was stopped. */
export interface Opener {
  readonly atOnce: number;
  probe(path: string, pin: string | null): Promise<Probe | null>;
  stop(): void;
}

/** Has plugins read and judged again, and opened where they load; keys get their turn between them. */
export class Revalidation {
  readonly #recheck: (path: string) => Promise<Recheck | null>;
  readonly #reports: RevalidationReports;
  #running: { readonly clock: NodeJS.Timeout; readonly opener: Opener | null } | null = null;

  constructor(recheck: (path: string) => Promise<Recheck | null>, reports: RevalidationReports) {
    this.#recheck = recheck;
    this.#reports = reports;
  }

  /** @param opener null to open none. */
  async start(paths: readonly string[], opener: Opener | null): Promise<void> {
    this.stop();
    const mine = { clock: setInterval(() => this.#reports.onSecond(), SECOND), opener };
    this.#running = mine;
    const queue = paths.values();
    const worker = async () => {
      for (const path of queue) {
        const result = await this.#recheck(path);
        if (this.#running !== mine) return;
        const record = result?.record.state === 'judged' && whyPluginNotProbed(result.record) === null ? result.record : null;
        const probe = record && opener ? await opener.probe(path, record.pin) : null;
        if (this.#running !== mine) return;
        this.#reports.onResult(path, result, probe);
      }
    };
    await Promise.all(Array.from({ length: opener?.atOnce ?? 1 }, worker));
    if (this.#running === mine) this.stop();
  }

  stop(): void {
    if (!this.#running) return;
    const { clock, opener } = this.#running;
    this.#running = null;
    clearInterval(clock);
    opener?.stop();
    this.#reports.onEnd();
  }
}
