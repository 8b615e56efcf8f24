import { orNull, type ReadProblem } from '../binary/reader/errors.js';

/** Reads a part of the evidence; when it is malformed, that becomes a problem, and the part is null. */
export type Attempt = <T>(read: () => T) => T | null;

/** A crafted file has a malformed line of build info in every six bytes; more than this are worth nobody's time. */
const MOST = 100;

/** What went wrong while one file was read, each thing once. */
export class Problems {
  readonly #list: ReadProblem[] = [];

  readonly attempt: Attempt = (read) => orNull(read, (problem) => this.add(problem));

  readonly add = ({ field, offset, problem }: ReadProblem): void => {
    if (this.#list.length === MOST) return;
    if (!this.#list.some((known) => known.field === field && known.offset === offset && known.problem === problem)) {
      this.#list.push({ field, offset, problem });
    }
  };

  get list(): readonly ReadProblem[] {
    return this.#list;
  }
}
