import type { Argv } from 'yargs';
import type { Choose } from '../choose.js';
import { componentOptions, type Shell } from '../options.js';

/** `ocx components ...`: its commands and options. */
export const componentsCommandLine = (choose: Choose, shell: Shell) => (components: Argv) =>
  components
    .command(
      ['list [dirs..]', '$0'],
      'list components with stability, module, and where they are from',
      (y) =>
        componentOptions(y)
          .example('$0 components', 'of the plugins here, and the Collector beside them')
          .example('$0 components list dist/plugins --plugins --kind processor', 'processors that plugins bring')
          .example('$0 components -o json', 'all that is known: schemas, defaults, docs (spec/components.schema.json)'),
      (args) => choose(async () => (await import('./list.js')).listComponentsCommand(args, shell)),
    )
    .command(
      'explain <type> [dirs..]',
      'show the configuration of a component field by field, and its docs',
      (y) =>
        componentOptions(y)
          .positional('type', { type: 'string', demandOption: true, describe: 'its name in a configuration file: batch' })
          .example('$0 components explain batch dist/plugins', 'fields, types, defaults'),
      (args) => choose(async () => (await import('./explain.js')).explainComponent(args, shell)),
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
      (args) => choose(async () => (await import('./defaultConfig.js')).defaultConfigCommand(args, shell)),
    );
