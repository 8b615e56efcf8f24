import type { Argv } from 'yargs';
import type { Choose } from '../choose.js';
import { outputOption, type Shell, TRUSTED_KEY } from '../options.js';

/** `ocx dist ...`: its commands and options. */
export const distCommandLine = (choose: Choose, shell: Shell) => (dist: Argv) =>
  dist
    .command(
      'verify [dir]',
      'find every file of a distribution that was changed, is missing, or was added',
      (y) =>
        outputOption(y)
          .positional('dir', { type: 'string', describe: 'the folder with distribution.json (here)' })
          .option('trusted-key', {
            ...TRUSTED_KEY,
            alias: ['key', 'plugin-trusted-key'],
            describe: `${TRUSTED_KEY.describe}: one must have signed it`,
          })
          .example('$0 dist verify dist', '0: as it was built, 1: it is not, 2: no distribution.json')
          .example('$0 dist verify dist --key release.pub', 'and it is signed with that key'),
      (args) => choose(async () => (await import('./verify.js')).verify(args, shell)),
    )
    .command(
      'sign [paths..]',
      'sign a distribution, or a plugin that is delivered alone, for minisign and for the Collector',
      (y) =>
        y
          .positional('paths', { type: 'string', array: true, describe: 'folders with distribution.json (here), or plugins' })
          .option('key', {
            alias: 'secret-key',
            type: 'string',
            requiresArg: true,
            demandOption: true,
            describe: 'the secret key, of ocx dist keygen or minisign -G; OCX_KEY_PASSWORD may have its password',
          })
          .option('comment', {
            type: 'string',
            requiresArg: true,
            describe: 'a line that is signed with it (when, which file, of which distribution)',
          })
          .example('$0 dist sign dist --key release.key', 'dist/distribution.json.minisig')
          .example('$0 dist sign greeter.so --key release.key', 'greeter.so.minisig'),
      (args) => choose(async () => (await import('./sign.js')).signCommand(args, shell)),
    )
    .command(
      'keygen [name]',
      'make a key pair: NAME.key, to sign with, and NAME.pub, for those who are to trust it',
      (y) =>
        y
          .positional('name', { type: 'string', describe: 'of the files (ocx)' })
          .option('password', {
            type: 'boolean',
            default: true,
            describe: 'lock the secret key (OCX_KEY_PASSWORD, else it is asked for); --no-password: the file is the secret',
          })
          .example('$0 dist keygen release', 'release.key, release.pub'),
      (args) => choose(async () => (await import('./keygen.js')).keygen(args, shell)),
    )
    .command(
      'pack [dir]',
      'pack a distribution into one file; the same files are the same bytes',
      (y) =>
        y
          .positional('dir', { type: 'string', describe: 'the folder with distribution.json (here)' })
          .option('output', {
            alias: 'o',
            type: 'string',
            requiresArg: true,
            demandOption: true,
            describe: 'the file: NAME.tar.gz, or NAME.oci.tar for an OCI image layout',
          })
          .option('tag', {
            type: 'string',
            requiresArg: true,
            describe: 'of an OCI image layout (the version of the distribution)',
          })
          .option('force', { type: 'boolean', default: false, describe: 'write over a file that is there' })
          .example('$0 dist pack dist -o otelcol.tar.gz', 'what is not as distribution.json says is not packed')
          .example('$0 dist pack dist -o otelcol.oci.tar', 'for registries: oras cp --from-oci-layout otelcol.oci.tar:0.1.0 ...'),
      (args) => choose(async () => (await import('./pack.js')).packCommand(args, shell)),
    )
    .command(
      'unpack <archive> <dir>',
      'unpack and verify what pack made, of a stranger too: what is not listed is refused',
      (y) =>
        y
          .positional('archive', { type: 'string', demandOption: true, describe: '.tar.gz, .tar, or .oci.tar' })
          .positional('dir', { type: 'string', demandOption: true, describe: 'a folder that is not there yet, or empty' })
          .option('trusted-key', {
            ...TRUSTED_KEY,
            alias: ['key', 'plugin-trusted-key'],
            describe: `${TRUSTED_KEY.describe}: one must have signed it`,
          })
          .example('$0 dist unpack otelcol.tar.gz otelcol --key release.pub', '1, and nothing there, when anything is wrong'),
      (args) => choose(async () => (await import('./pack.js')).unpackCommand(args, shell)),
    )
    .command(
      'sbom <file>',
      'print the bill of materials of a plugin or a Collector: CycloneDX 1.6',
      (y) =>
        y
          .positional('file', {
            type: 'string',
            demandOption: true,
            describe: 'the plugin or Collector, of ocx build or not',
          })
          .example(
            '$0 dist sbom filter.so > filter.cdx.json',
            'by its manifest, else by what Go or cargo-auditable wrote into it',
          ),
      (args) => choose(async () => (await import('./sbom.js')).sbomCommand(args, shell)),
    )
    .example('$0 dist verify dist --key release.pub', 'is it whole, and whose is it')
    .demandCommand(1, 'dist needs a command: verify, sign, keygen, pack, unpack or sbom');
