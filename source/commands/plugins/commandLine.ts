import type { Argv } from 'yargs';
import type { Choose } from '../choose.js';
import { checkOutputOption, hostOption, outputOption, placeOptions, probeOptions, type Shell } from '../options.js';
import { checkAll } from './checkAll.js';
import { inspect } from './inspect.js';
import { list } from './list.js';
import { validate } from './validate.js';

/** `ocx plugins ...`: its commands and options. */
export const pluginsCommandLine = (choose: Choose, shell: Shell) => (plugins: Argv) =>
  plugins
    .command(
      'list [dirs..]',
      'list the plugins of a directory, with verdict and first cause',
      (y) =>
        outputOption(placeOptions(y))
          .example('$0 plugins list /opt/otelcol/plugins', 'one line a file, in load order')
          .example('$0 plugins list --collector ./otelcol --output json', 'for scripts; OTELCOL_PLUGIN_DIR names the directory'),
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
          .option('allow-empty', {
            type: 'boolean',
            default: false,
            describe: 'take a directory without plugins for good (else exit code 2: it may be the wrong one)',
          })
          .example(
            '$0 plugins check-all /opt/otelcol/plugins',
            '0: all load, 1: some do not, 3: some unknown, 2: usage, or no plugin',
          )
          .example('$0 plugins check-all plugins.yaml -o json', 'a discovery file, in CI')
          .example(
            '$0 plugins check-all dist/plugins -o sarif --build-file ocx-build.yaml',
            'annotations at the entries of the build file (-o junit: for any CI)',
          ),
      (args) => choose(() => checkAll(args, shell)),
    )
    .example('$0 plugins list /opt/otelcol/plugins', 'each plugin with its verdict and why')
    .example('$0 plugins validate filter.so --collector ./otelcol', 'every reason why one does not load')
    .demandCommand(1, 'plugins needs a command: list, inspect, validate or check-all');
