import yargs from 'yargs';
import { PlaceError, reason } from '../catalog/discovery.js';
import { cleaned } from '../terminal/clean.js';
import { buildOptions } from './buildOptions.js';
import type { Choose } from './choose.js';
import { componentsCommandLine } from './components/commandLine.js';
import { distCommandLine } from './dist/commandLine.js';
import { EXIT, hostOption, outputOption, placeOptions, type Shell } from './options.js';
import { ReaderGone, sinkOf } from './output/sink.js';
import { pluginsCommandLine } from './plugins/commandLine.js';
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
  const choose: Choose = (command) => {
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
    .command('plugins', 'read and judge plugins; ocx itself loads none', pluginsCommandLine(choose, shell))
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
          .option('dir', { type: 'string', array: true, nargs: 1, requiresArg: true, describe: 'where the plugins lie here' })
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
    .command(
      'components',
      'what a Collector and its plugins bring, by what their files say',
      componentsCommandLine(choose, shell),
    )
    .command(
      'build [file]',
      'build a Collector and its plugins from one file, each checked before it is delivered',
      buildOptions,
      (args) => choose(async () => (await import('./build.js')).buildCommand(args, VERSION, shell)),
    )
    .command('dist', 'what a build delivers, as something that others can trust', distCommandLine(choose, shell))
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
            describe:
              'the distribution.json or host profile of a Collector of others that the plugin is for (with --ci: in the repository)',
          })
          .example('$0 init my-collector --name greeter', 'then: cd my-collector && ocx build')
          .example('$0 init my-collector --name greeter --lang rust', 'the same in Rust')
          .example('$0 init my-plugin --name greeter --against host.json', 'a plugin for a Collector that others built')
          .example('$0 init --ci github --against host/distribution.json', 'CI for the plugins of the build file here'),
      (args) => choose(async () => (await import('./init.js')).initCommand(args, shell)),
    )
    .strict()
    .recommendCommands()
    .help()
    .alias('h', 'help')
    .version(VERSION)
    .epilogue(
      'Exit codes: 0 all good, 1 a plugin is refused, fails, crashes or is damaged, 2 usage, or a place that is unreadable or, in check-all, has no plugins, 3 unknown.',
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
