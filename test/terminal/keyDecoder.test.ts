import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyDecoder } from '../../source/terminal/keyDecoder.js';
import { type KeyEvent, named, typed } from '../../source/terminal/keys.js';

function decode(...chunks: (string | Uint8Array)[]): KeyEvent[] {
  const decoder = new KeyDecoder();
  const events = chunks.flatMap((chunk) => decoder.push(Buffer.from(chunk)));
  return [...events, ...decoder.flush()];
}

describe('keys from bytes', () => {
  it('takes a burst apart', () => {
    expect(decode('jjj')).toEqual([typed('j'), typed('j'), typed('j')]);
    expect(decode('/foo\r')).toEqual([...'/foo'].map(typed).concat(named('enter')));
    expect(decode('\x1b[B'.repeat(6))).toEqual(Array.from({ length: 6 }, () => named('down')));
  });

  it('puts a sequence together that comes in two packets', () => {
    expect(decode('\x1b', '[B')).toEqual([named('down')]);
    expect(decode('\x1b[', '6', '~')).toEqual([named('page-down')]);
    expect(decode('\x1bO', 'A')).toEqual([named('up')]);
  });

  it('tells a lone Esc by time, and Esc before a key by the key', () => {
    const decoder = new KeyDecoder();
    expect(decoder.push(Buffer.from('\x1b'))).toEqual([]);
    expect(decoder.wait).toBe(50);
    expect(decoder.flush()).toEqual([named('escape')]);
    expect(decoder.wait).toBeNull();
    expect(decode('\x1bj')).toEqual([named('escape'), typed('j')]);
    expect(decode('\x1b\x1b[A')).toEqual([named('escape'), named('up')]);
    // Esc, then `[` for the previous panel, typed by hand and nothing after it.
    expect(decode('\x1b[')).toEqual([named('escape'), typed('[')]);
  });

  it('knows modifiers, controls and the keys of other terminals', () => {
    expect(decode('\x1b[1;5C')).toEqual([named('ctrl-right')]);
    expect(decode('\x1b[Z')).toEqual([named('shift-tab')]);
    expect(decode('\x03\x15\x7f\t')).toEqual([named('ctrl-c'), named('ctrl-u'), named('backspace'), named('tab')]);
    expect(decode('\x1b[1~\x1b[4~\x1b[7~\x1bOH')).toEqual(['home', 'end', 'home', 'home'].map(named));
    // Linux console F1, mouse and focus reports: no keys of ours, and nothing of them is taken for typing.
    expect(decode('\x1b[[A\x1b[<0;10;5M\x1b[I\x1b[?1;2cx')).toEqual([typed('x')]);
  });

  it('takes a paste as one text, whatever it holds', () => {
    expect(decode('\x1b[200~q\x1b[B\rö\x1b[201~j')).toEqual([{ kind: 'paste', text: 'q\x1b[B\rö' }, typed('j')]);
    expect(decode('\x1b[200~never ended')).toEqual([{ kind: 'paste', text: 'never ended' }]);
  });

  it('joins the bytes of one character, and shows what is none', () => {
    const bytes = Buffer.from('ö😀');
    expect(decode(bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4))).toEqual([typed('ö'), typed('😀')]);
    expect(decode(Uint8Array.of(0xc3, 0x6a))).toEqual([typed('\ufffd'), typed('j')]);
  });

  it('gives the same events however the bytes are cut into packets', () => {
    const piece = fc.constantFrom(
      'j',
      '\x1b[B',
      '\x1b[6~',
      '\x1bOA',
      'ö',
      '😀',
      '\r',
      '\x03',
      '\x1b',
      '\x1b[200~a\x1b[201~',
      '\x1b[1;5D',
      '[',
      'O',
      '\xff',
    );
    const stream = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
      fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(stream, fc.array(fc.nat(24), { maxLength: 8 }), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(decode(...chunks)).toEqual(decode(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});
