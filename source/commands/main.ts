import yargs from 'yargs';
import { ENGINE_NAMES } from '../builder/hermetic/engineName.js';
import { PlaceError, reason } from '../catalog/discovery.js';
import { cleaned } from '../terminal/clean.js';
import {
  checkOutputOption,
  componentOptions,
  EXIT,
  hostOption,
  outputOption,
  placeOptions,
  probeOptions,
  type Shell,
  TRUSTED_KEY,
} from './options.js';
import { ReaderGone, sinkOf } from './output/sink.js';
import { checkAll } from './plugins/checkAll.js';
import { inspect } from './plugins/inspect.js';
import { list } from './plugins/list.js';
import { validate } from './plugins/validate.js';
import { Interrupted } from './probing.js';
import { VERSION } from './version.js';

/** Bad usage: the sentence goes to stderr with the way to help. */
class UsageError extends Error {
  /** The first line of the help it points to: `ocx plugins validate <files..>`. */
  usage = 'ocx';

  /** `ocx plugins validate`. */
  get command(): string {
    return this.usage.replace(/ [[<].*$/, '');
  }

  /** What yargs says of missing arguments counts them; their names say more. */
  get sentence(): string {
    return this.message.startsWith('Not enough non-option arguments') ? `something is missing: ${this.usage}` : this.message;
  }
}

/** The process itself as a shell. */
export function processShell(): Shell {
  return {
    out: sinkOf(process.stdout, process.env),
    err: sinkOf(process.stderr, process.env),
    env: process.env,
    now: () => Date.now(),
  };
}

/** Runs one command line. Gives the exit code; prints every error as one clean sentence. */
export async function main(argv: readonly string[], shell: Shell): Promise<number> {
  try {
    return await run(argv, shell);
  } catch (error) {
    if (error instanceof ReaderGone) return EXIT.ok;
    if (error instanceof Interrupted) return error.exitCode;
    if (error instanceof UsageError) {
      await shell.err.lines([cleaned`ocx: ${error.sentence}`, cleaned`Try: ${error.command} --help`]);
      return EXIT.usage;
    }
    if (error instanceof PlaceError) {
      await shell.err.lines([cleaned`ocx: ${error.message}`]);
      return EXIT.usage;
    }
    if (error instanceof Error && 'syscall' in error) {
      await shell.err.lines([cleaned`ocx: ${'path' in error ? String(error.path) : 'the system'}: ${reason(error)}`]);
      return EXIT.usage;
    }
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await shell.err.lines([
      cleaned`ocx ${VERSION} has a bug: ${error instanceof Error ? error.message : String(error)}`,
      cleaned`Please report it with the command and this place: ${words.split('\n').slice(1, 3).join(' ').trim()}`,
    ]);
    return EXIT.usage;
  }
}

async function run(argv: readonly string[], shell: Shell): Promise<number> {
  // yargs lays out the whole help after an async handler was started, 20 ms for nothing: handlers only say what to run.
  const chosen: { command: () => Promise<number> } = { command: async () => EXIT.ok };
  const choose = (command: () => Promise<number>) => {
    chosen.command = command;
  };
  let help = '';
  const parser = yargs([...argv])
    .scriptName('ocx')
    .usage('$0 [dirs..]\n\nKnow a Collector plugin before you load it: opens the explorer over a plugin directory.')
    .command(
      ['$0 [dirs..]', 'explore'],
      'open the explorer over plugin directories, or a discovery file',
      (y) =>
        placeOptions(y)
          .option('theme', {
            choices: ['terminal', 'dark', 'light', 'colour-blind', 'high-contrast'] as const,
            default: 'terminal' as const,
            describe: 'colours',
          })
          .option('ascii', { type: 'boolean', describe: 'draw with ASCII only' })
          .example('$0 /opt/otelcol/plugins', 'explore a directory; the host lies in or beside it')
          .example('$0 plugins.yaml --collector ./otelcol', 'a discovery file, judged against that Collector'),
      (args) =>
        choose(async () => {
          const { explore } = await import('./explore.js');
          return explore(args, shell);
        }),
    )
    .command('plugins', 'read and judge plugins; ocx itself loads none', (plugins) =>
      plugins
        .command(
          'list [dirs..]',
          'list the plugins of a directory, with verdict and first cause',
          (y) =>
            outputOption(placeOptions(y))
              .example('$0 plugins list /opt/otelcol/plugins', 'one line a file, in load order')
              .example(
                '$0 plugins list --collector ./otelcol --output json',
                'for scripts; OTELCOL_PLUGIN_DIR names the directory',
              ),
          (args) => choose(() => list(args, shell)),
        )
        .command(
          'inspect <file>',
          'show everything the bytes of one plugin say',
          (y) =>
            outputOption(hostOption(y))
              .positional('file', { type: 'string', demandOption: true, describe: 'the plugin' })
              .option('symbols', { type: 'boolean', default: false, describe: 'list symbols, Rust names demangled' })
              .option('raw', { type: 'boolean', default: false, describe: 'symbol names as the linker has them' })
              .option('sections', { type: 'boolean', default: false, describe: 'list sections' })
              .option('dependencies', { type: 'boolean', default: false, describe: 'list modules or crates' })
              .option('filter', {
                type: 'string',
                requiresArg: true,
                describe: 'words (all must match), !word, or /regular expression/',
              })
              .example('$0 plugins inspect filter.so', 'manifest, build info, comparison with the host')
              .example('$0 plugins inspect filter.so --symbols --filter "pdata !test"', 'symbols that contain pdata and not test')
              .example('$0 plugins inspect filter.so --dependencies -o yaml', 'modules and hashes as YAML'),
          (args) => choose(() => inspect({ ...args, filter: args.filter }, shell)),
        )
        .command(
          'validate <files..>',
          'say whether plugins will load, and every reason why not',
          (y) =>
            probeOptions(outputOption(hostOption(y)))
              .positional('files', { type: 'string', array: true, demandOption: true, describe: 'plugins' })
              .example('$0 plugins validate filter.so --collector ./otelcol', 'exit code 0: loads, 1: does not, 3: unknown')
              .example('$0 plugins validate filter.so --collector ./otelcol --no-load', 'by the bytes alone, nothing is run')
              .example('$0 plugins validate *.so -o json', 'several, for scripts'),
          (args) => choose(() => validate({ ...args, files: args.files }, shell)),
        )
        .command(
          'check-all [dirs..]',
          'judge all plugins of a directory; the exit code is the answer',
          (y) =>
            probeOptions(checkOutputOption(placeOptions(y)))
              .example('$0 plugins check-all /opt/otelcol/plugins', '0: all load, 1: some do not, 3: some unknown, 2: usage')
              .example('$0 plugins check-all plugins.yaml -o json', 'a discovery file, in CI')
              .example(
                '$0 plugins check-all dist/plugins -o sarif --build-file ocx-build.yaml',
                'annotations at the entries of the build file (-o junit: for any CI)',
              ),
          (args) => choose(() => checkAll(args, shell)),
        )
        .example('$0 plugins list /opt/otelcol/plugins', 'each plugin with its verdict and why')
        .example('$0 plugins validate filter.so --collector ./otelcol', 'every reason why one does not load')
        .demandCommand(1, 'plugins needs a command: list, inspect, validate or check-all'),
    )
    .command('collector', 'work with a Collector, or another Go program that loads plugins', (collector) =>
      collector
        .command(
          'profile <binary>',
          'write all that verdicts need of a Collector to a small file, which --collector takes in its place',
          (y) =>
            y
              .positional('binary', { type: 'string', demandOption: true, describe: 'the Collector' })
              .option('output', {
                alias: 'o',
                type: 'string',
                requiresArg: true,
                describe: 'the file to write, gzipped if it ends in .gz (else to stdout)',
              })
              .option('force', { type: 'boolean', default: false, describe: 'write over a file that is there' })
              .example('$0 collector profile ./otelcol -o host.json.gz', 'about 200 kB, for CI and laptops')
              .example('$0 plugins check-all plugins --collector host.json', 'the same verdicts as with the binary'),
          (args) => choose(async () => (await import('./collector/profile.js')).profile(args, shell)),
        )
        .example('$0 collector profile ./otelcol -o host.json', 'a Collector as a small file')
        .demandCommand(1, 'collector needs a command: profile'),
    )
    .command(
      'triage [log]',
      'find the load failures in a log, and say of each why, and what to do',
      (y) =>
        outputOption(hostOption(y))
          .positional('log', { type: 'string', describe: "a Collector's log, or that of any Go host (else stdin)" })
          .option('dir', { type: 'string', array: true, requiresArg: true, describe: 'where the plugins lie here' })
          .example('$0 triage collector.log --dir plugins --collector ./otelcol', 'against the files at hand')
          .example(
            'kubectl logs otelcol-0 -p | $0 triage -o json',
            '0: no load failure, 1: some, 3: some of which nothing can be said',
          ),
      (args) => choose(async () => (await import('./triage.js')).triage(args, shell)),
    )
    .command(
      'explain [codes..]',
      'print the page of a finding, or list all findings',
      (y) =>
        outputOption(y)
          .positional('codes', { type: 'string', array: true, describe: 'OCX0410, or 410' })
          .example('$0 explain OCX0410', 'what it means, how it comes about, what to do')
          .example('$0 explain -o json', 'the whole catalogue'),
      (args) => choose(async () => (await import('./explain.js')).explain(args, shell)),
    )
    .command('components', 'what a Collector and its plugins bring, by what their files say', (components) =>
      components
        .command(
          ['list [dirs..]', '$0'],
          'list components with stability, module, and where they are from',
          (y) =>
            componentOptions(y)
              .example('$0 components', 'of the plugins here, and the Collector beside them')
              .example('$0 components list dist/plugins --plugins --kind processor', 'processors that plugins bring')
              .example('$0 components -o json', 'all that is known: schemas, defaults, docs (spec/components.schema.json)'),
          (args) => choose(async () => (await import('./components/list.js')).listComponentsCommand(args, shell)),
        )
        .command(
          'explain <type> [dirs..]',
          'show the configuration of a component field by field, and its docs',
          (y) =>
            componentOptions(y)
              .positional('type', { type: 'string', demandOption: true, describe: 'its name in a configuration file: batch' })
              .example('$0 components explain batch dist/plugins', 'fields, types, defaults'),
          (args) => choose(async () => (await import('./components/explain.js')).explainComponent(args, shell)),
        )
        .command(
          'default-config <type> [dirs..]',
          'print the default configuration of a component, ready to paste, docs as comments',
          (y) =>
            componentOptions(y)
              .positional('type', { type: 'string', demandOption: true, describe: 'its name in a configuration file: batch' })
              .option('fields', {
                choices: ['in force', 'all', 'required'] as const,
                default: 'in force' as const,
                describe: 'which; what is not set is a comment',
              })
              .example('$0 components default-config batch dist/plugins > batch.yaml', 'what is in force when nothing is written')
              .example('$0 components default-config otlp --fields all', 'with all that could be set'),
          (args) => choose(async () => (await import('./components/defaultConfig.js')).defaultConfigCommand(args, shell)),
        ),
    )
    .command(
      'build [file]',
      'build a Collector and its plugins from one file, each checked before it is delivered',
      (y) =>
        y
          .positional('file', { type: 'string', describe: 'the build file (ocx-build.yaml, else builder-config.yaml)' })
          .option('only', {
            type: 'string',
            requiresArg: true,
            describe: 'one plugin, against the Collector that is there already',
          })
          .option('against', {
            type: 'string',
            requiresArg: true,
            describe:
              'plugins alone, for the Collector of this distribution.json or host profile: its versions, flags and toolchain',
          })
          .option('json', { type: 'boolean', default: false, describe: 'say what happens as one JSON object a line' })
          .option('into', {
            type: 'string',
            requiresArg: true,
            describe: 'a directory to write to, in place of dist.output_path',
          })
          .option('fetch-only', { type: 'boolean', default: false, describe: 'download all that a build needs, and stop' })
          .option('offline', { type: 'boolean', default: false, describe: 'download nothing' })
          .option('environment', {
            type: 'string',
            requiresArg: true,
            describe: 'in a container of --hermetic: its environment.json, for the manifests',
          })
          .option('hermetic', { type: 'boolean', default: false, describe: 'build all of it in a container' })
          .option('engine', { choices: ENGINE_NAMES, describe: 'what builds the container (the first that works)' })
          .option('base', {
            type: 'string',
            requiresArg: true,
            describe: 'an image of your own with Go, gcc, Node, and cargo for Rust plugins',
          })
          .option('dockerfile-only', {
            type: 'boolean',
            default: false,
            describe: 'write the Dockerfile and all it needs; for any engine, by hand',
          })
          .option('verify', {
            type: 'string',
            requiresArg: true,
            describe: 'build a distribution again, as it was built, and compare: exit code 1 where it differs',
          })
          .example('$0 build --verify dist', 'is it what these sources make')
          .example('$0 build --hermetic', 'the same to the bit on any machine')
          .example('$0 build', 'the Collector, plugins/*.so, manifests and distribution.json in dist.output_path')
          .example('$0 build --only redact', 'after a change in one plugin')
          .example('$0 build --against published/distribution.json', 'a plugin for a Collector that others built'),
      (args) => choose(async () => (await import('./build.js')).buildCommand(args, VERSION, shell)),
    )
    .command('dist', 'what a build delivers, as something that others can trust', (dist) =>
      dist
        .command(
          'verify [dir]',
          'find every file of a distribution that was changed, is missing, or was added',
          (y) =>
            outputOption(y)
              .positional('dir', { type: 'string', describe: 'the folder with distribution.json (here)' })
              .option('trusted-key', {
                ...TRUSTED_KEY,
                alias: 'key',
                describe: `${TRUSTED_KEY.describe}: one must have signed it`,
              })
              .example('$0 dist verify dist', '0: as it was built, 1: it is not, 2: no distribution.json')
              .example('$0 dist verify dist --key release.pub', 'and it is signed with that key'),
          (args) => choose(async () => (await import('./dist/verify.js')).verify(args, shell)),
        )
        .command(
          'sign [paths..]',
          'sign a distribution, or a plugin that is delivered alone, for minisign and for the Collector',
          (y) =>
            y
              .positional('paths', { type: 'string', array: true, describe: 'folders with distribution.json (here), or plugins' })
              .option('key', {
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
          (args) => choose(async () => (await import('./dist/sign.js')).signCommand(args, shell)),
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
          (args) => choose(async () => (await import('./dist/keygen.js')).keygen(args, shell)),
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
              .example('$0 dist pack dist -o otelcol.tar.gz', 'what is not as distribution.json says is not packed')
              .example(
                '$0 dist pack dist -o otelcol.oci.tar',
                'for registries: oras cp --from-oci-layout otelcol.oci.tar:0.1.0 ...',
              ),
          (args) => choose(async () => (await import('./dist/pack.js')).packCommand(args, shell)),
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
                alias: 'key',
                describe: `${TRUSTED_KEY.describe}: one must have signed it`,
              })
              .example('$0 dist unpack otelcol.tar.gz otelcol --key release.pub', '1, and nothing there, when anything is wrong'),
          (args) => choose(async () => (await import('./dist/pack.js')).unpackCommand(args, shell)),
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
          (args) => choose(async () => (await import('./dist/sbom.js')).sbomCommand(args, shell)),
        )
        .example('$0 dist verify dist --key release.pub', 'is it whole, and whose is it')
        .demandCommand(1, 'dist needs a command: verify, sign, keygen, pack, unpack or sbom'),
    )
    .command(
      'init [dir]',
      'start a project: a Collector, and a plugin of your own',
      (y) =>
        y
          .positional('dir', { type: 'string', describe: 'where (here)' })
          .option('name', { type: 'string', requiresArg: true, describe: 'type of your component: greeter' })
          .option('module', { type: 'string', requiresArg: true, describe: 'its Go module (example.com/greeterprocessor)' })
          .option('kind', { choices: ['processor'] as const, describe: 'what kind of component' })
          .option('lang', { choices: ['go', 'rust'] as const, default: 'go' as const, describe: 'its language' })
          .option('ci', {
            choices: ['github'] as const,
            describe: 'write the workflow and the container of its CI too; where a build file is, those alone',
          })
          .option('against', {
            type: 'string',
            requiresArg: true,
            describe: 'with --ci: the distribution.json or host profile in the repository that plugins are built against there',
          })
          .example('$0 init my-collector --name greeter', 'then: cd my-collector && ocx build')
          .example('$0 init my-collector --name greeter --lang rust', 'the same in Rust')
          .example('$0 init --ci github --against host/distribution.json', 'CI for the plugins of the build file here'),
      (args) => choose(async () => (await import('./init.js')).initCommand(args, shell)),
    )
    .strict()
    .recommendCommands()
    .help()
    .alias('h', 'help')
    .version(VERSION)
    .epilogue(
      'Exit codes: 0 all good, 1 a plugin is refused, fails, crashes or is damaged, 2 usage or unreadable place, 3 unknown.',
    )
    .wrap(Math.min(110, shell.out.columns ?? 110))
    .exitProcess(false)
    .fail((message, error) => {
      // Of yargs itself, whatever handler it comes through: wrong usage.
      if (error && error.name !== 'YError') throw error;
      throw new UsageError(message.replaceAll('\n', ' '));
    });
  try {
    await parser.parseAsync([...argv], {}, (_error, _argv, output) => {
      help = output;
    });
  } catch (error) {
    // The parser is still at the command that it could not read.
    if (error instanceof UsageError) error.usage = (await parser.getHelp()).split('\n', 1)[0] ?? error.usage;
    throw error;
  }
  if (help !== '') await shell.out.lines(help.split('\n').map((line) => cleaned`${line}`));
  return chosen.command();
}
