import { availableParallelism } from 'node:os';

/** So many plugins are open in child processes at a time, as in the Collector (runtime/go/commands/probe_records.go). */
export const AT_ONCE = Math.min(4, availableParallelism());

/** Works through a list, so many at a time; each result is told as it comes. @throws the first error, when all that runs has ended. */
export async function inTurn<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  onResult: (item: T, result: R) => void,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) onResult(item, await work(item));
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
