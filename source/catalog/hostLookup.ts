import { basename } from 'node:path';
import type { PolicyName } from '../verdict/policyName.js';
import { PlaceError } from './discovery.js';
import { entryAt } from './entries.js';
import { executablesOf, findHost, type OpenHost, openHost } from './host.js';
import type { HostRecord } from './record.js';

/**
 * Which host a place is judged against, kept true while files change: the one that was named (flag, environment,
 * discovery file), else the one host-like executable in or beside the directories.
 */
export class HostLookup {
  readonly #named: string | null;
  readonly #directories: readonly string[];
  readonly #policy: PolicyName;
  #open: OpenHost | null = null;
  #host: OpenHost['host'] | null = null;
  #record: HostRecord = { state: 'absent', because: 'not looked for yet' };
  #signature: string | null = null;

  /** @param policy what the host is told to ask of plugins. */
  constructor(named: string | null, directories: readonly string[], policy: PolicyName) {
    this.#named = named;
    this.#policy = policy;
    this.#directories = directories;
  }

  get record(): HostRecord {
    return this.#record;
  }

  get host(): OpenHost['host'] | null {
    return this.#host;
  }

  /** The named host's file, or what the look-up chose: where to watch. */
  get path(): string | null {
    return this.#named ?? this.#open?.record.path ?? null;
  }

  /** What would make `refresh` look again, as one string: compared by whoever waits for a file to settle. */
  signature(): string {
    if (this.#named !== null) return entryAt(this.#named, this.#named, basename(this.#named)).stamp;
    return executablesOf(this.#directories)
      .map((path) => `${path} ${entryAt(path, path, basename(path)).stamp}`)
      .join('\n');
  }

  /** Reads the host again if it changed. True when the record is another one. */
  refresh(): boolean {
    const signature = this.signature();
    if (signature === this.#signature) return false;
    this.#signature = signature;
    this.close();
    this.#record = this.#find();
    const open: OpenHost | null = this.#open;
    this.#host = open && { ...open.host, policy: this.#policy };
    return true;
  }

  close(): void {
    this.#open?.close();
    this.#open = null;
    this.#host = null;
  }

  #find(): HostRecord {
    if (this.#named === null) {
      const found = findHost(this.#directories);
      if ('state' in found) return found;
      this.#open = found;
      return found.record;
    }
    try {
      this.#open = openHost(this.#named);
      return this.#open.record;
    } catch (error) {
      if (error instanceof PlaceError) return { state: 'unreadable', path: this.#named, because: error.message };
      throw error;
    }
  }
}
