/** An archive that is refused, for it is damaged or holds what it must not: one sentence, without its name. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}
