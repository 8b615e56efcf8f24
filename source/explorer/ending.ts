import { clean } from '../terminal/clean.js';

/** What is printed once the terminal is as it was: an error can quote a file. */
export function printed(message: string): string {
  return `${message.split('\n').map(clean).join('\n')}\n`;
}
