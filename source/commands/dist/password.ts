import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { PlaceError } from '../../catalog/discovery.js';
import { clean } from '../../terminal/clean.js';
import type { Shell } from '../options.js';
import { Interrupted } from '../probing.js';

/** Has the password of a secret key where nobody can be asked. */
export const PASSWORD_VARIABLE = 'OCX_KEY_PASSWORD';

/**
 * The password of a secret key: of the environment, else typed, unseen.
 * @param prompt what is asked, once for each time it is to be typed; all must be the same.
 * @throws PlaceError when there is no terminal to ask on, or what was typed differs.
 * @throws Interrupted on Ctrl-C.
 */
export async function passwordFrom({ env, err }: Pick<Shell, 'env' | 'err'>, ...prompts: readonly string[]): Promise<string> {
  const given = env[PASSWORD_VARIABLE];
  if (given !== undefined && given !== '') return given;
  if (!process.stdin.isTTY || err.columns === null)
    throw new PlaceError(`the key has a password, and there is no terminal to ask for it: ${PASSWORD_VARIABLE} may have it`);
  const typed = await ask(prompts, err);
  const [first = ''] = typed;
  if (typed.some((one) => one !== first)) throw new PlaceError('the passwords differ');
  return first;
}

async function ask(prompts: readonly string[], err: Shell['err']): Promise<string[]> {
  // What readline would draw of a line is drawn nowhere; and the terminal shows no key itself from before the first question on.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const ended = new Promise<never>((_, reject) => {
    line.once('SIGINT', () => reject(new Interrupted(130)));
    line.once('close', () => reject(new PlaceError('no password was given')));
  });
  ended.catch(() => {}); // It is closed at the end, too.
  try {
    const typed: string[] = [];
    for (const prompt of prompts) {
      const answer = new Promise<string>((resolve) => line.question('', resolve));
      await err.lines([clean(prompt)]);
      typed.push(await Promise.race([answer, ended]));
    }
    return typed;
  } finally {
    line.close();
  }
}
