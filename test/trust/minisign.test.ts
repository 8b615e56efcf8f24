import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { looksLikePublicKey, publicKeyText, readPublicKey, unpackPublicKey } from '../../source/trust/minisign/publicKey.js';
import { SENSITIVE, scryptCost } from '../../source/trust/minisign/scryptCost.js';
import { readSecretKey, secretKeyText, unlock } from '../../source/trust/minisign/secretKey.js';
import { keyOf, signatureOf } from '../../source/trust/minisign/sign.js';
import { holds, readSignature } from '../../source/trust/minisign/signature.js';

// Keys and signatures that minisign made (test/trust/minisign/make.sh); test/toolchain/minisign.test.ts asks minisign about ours.
const file = (name: string) => readFileSync(`test/trust/minisign/${name}`);
const text = (name: string) => file(name).toString();
const digest = (bytes: Uint8Array | string) => createHash('blake2b512').update(bytes).digest();
const hello = digest(file('hello.txt'));
const plain = readPublicKey(file('plain.pub'));
const locked = readPublicKey(file('locked.pub'));
/** A key file with little work behind its password: the one of minisign takes a gigabyte. */
const QUICK = { operations: 32_768, memory: 16_777_216 } as const;

describe('a signature of minisign', () => {
  it('holds for the file and the key it was made with, and says its trusted comment', () => {
    const signature = readSignature(file('hello.txt.minisig'));
    expect(signature.keyId).toBe('77E29054F489D98A');
    expect(signature.trustedComment).toBe('timestamp:1700000000\tfile:hello.txt\thashed');
    expect(holds(signature, plain, hello)).toBe('all');
    expect(holds(readSignature(file('locked.minisig')), locked, hello)).toBe('all');
  });

  it('does not hold for another file, another key, another comment', () => {
    const signature = readSignature(file('hello.txt.minisig'));
    expect(holds(signature, plain, digest('hello!\n'))).toBe('not the file');
    expect(holds(signature, locked, hello)).toBe('not the file');
    const comment = readSignature(Buffer.from(text('hello.txt.minisig').replace('1700000000', '1700000001')));
    expect(holds(comment, plain, hello)).toBe('not the comment');
  });

  it.each([
    ['empty', '', 'its first line does not begin with "untrusted comment:"'],
    ['of the legacy format', text('legacy.minisig'), "it is of minisign's legacy format: sign again, without -l"],
    ['cut', text('hello.txt.minisig').slice(0, 100), 'the signature is not 74 bytes of base64'],
    ['without a trusted comment', text('hello.txt.minisig').split('\n').slice(0, 2).join('\n'), 'it has no trusted comment'],
    ['a public key', text('plain.pub'), 'the signature is not 74 bytes of base64'],
    ['of a megabyte', 'x'.repeat(1 << 20), 'it is too large to be a signature'],
    ['with a blank in its base64', text('hello.txt.minisig').replace('RUSK', 'RU SK'), 'the signature is not 74 bytes of base64'],
  ])('that is %s is said to be none', (_, content, sentence) => {
    expect(() => readSignature(Buffer.from(content))).toThrow(sentence);
  });
});

describe('a public key', () => {
  it('is a file of minisign, or its second line', () => {
    const [, line = ''] = text('plain.pub').split('\n');
    expect(looksLikePublicKey(line)).toBe(true);
    expect(unpackPublicKey(line)).toEqual(plain);
    expect(publicKeyText(plain)).toBe(text('plain.pub'));
    expect(looksLikePublicKey('release.pub')).toBe(false);
    expect(() => readPublicKey(file('hello.txt.minisig'))).toThrow('the public key is not 42 bytes of base64');
  });
});

describe('the other half of a key pair', () => {
  it.each(['plain', 'locked'])('of %s is said to be that', (name) => {
    expect(() => readPublicKey(file(`${name}.key`))).toThrow(
      'it is the secret key of a pair, which only signs: name the public one (.pub)',
    );
    expect(() => readSecretKey(file(`${name}.pub`))).toThrow(
      'it is the public key of a pair, which only verifies: name the secret one (.key)',
    );
  });
});

describe('a secret key', () => {
  it('of minisign without a password signs what its public key verifies', () => {
    const key = unlock(readSecretKey(file('plain.key')), '');
    expect(key.publicKey).toEqual(plain);
    expect(holds(readSignature(Buffer.from(signatureOf(key, hello, 'a comment'))), plain, hello)).toBe('all');
    expect(secretKeyText(key, '', new Uint8Array(32))).toMatch(/^untrusted comment: minisign encrypted secret key\nRWQAAEIy/);
  });

  it('of ours is locked with its password, and opens with no other', () => {
    const key = keyOf(Buffer.alloc(32, 7), Buffer.from('0102030405060708', 'hex'));
    expect(key.publicKey.id).toBe('0807060504030201');
    const kept = readSecretKey(Buffer.from(secretKeyText(key, 'pässword', new Uint8Array(32).fill(9), QUICK)));
    expect(kept.state).toBe('locked');
    expect(unlock(kept, 'pässword')).toEqual(key);
    expect(() => unlock(kept, 'password')).toThrow('the password is another one');
  });

  it('that no minisign ever made is not worked on for hours', () => {
    const key = keyOf(new Uint8Array(32), new Uint8Array(8));
    const greedy = secretKeyText(key, 'x', new Uint8Array(32), QUICK).split('\n');
    const bytes = Buffer.from(greedy[1] ?? '', 'base64');
    bytes.writeBigUInt64LE(2n ** 40n, 38);
    expect(() => readSecretKey(Buffer.from(`${greedy[0]}\n${bytes.toString('base64')}\n`))).toThrow(
      'it asks for more time and memory than minisign ever does',
    );
    expect(() => readSecretKey(file('hello.txt.minisig'))).toThrow('the secret key is not 158 bytes of base64');
  });

  it('costs what libsodium makes of its limits', () => {
    expect(scryptCost(SENSITIVE.operations, SENSITIVE.memory)).toEqual({ N: 2 ** 20, r: 8, p: 1 });
    // crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_INTERACTIVE and MEMLIMIT_INTERACTIVE.
    expect(scryptCost(524_288, 16_777_216)).toEqual({ N: 2 ** 14, r: 8, p: 1 });
  });
});
