import { machineFacts } from './machine.mjs';

/** Prints one benchmark with what its figures depend on. */
export async function print(benchmark) {
  const facts = machineFacts();
  console.log(`${await benchmark()}\n${facts}`);
}
