import type { Argv } from 'yargs';
import { ENGINE_NAMES } from '../builder/hermetic/engineName.js';

/** Options of `ocx build`. */
export const buildOptions = (y: Argv) =>
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
      describe: 'plugins alone, for the Collector of this distribution.json or host profile: its versions, flags and toolchain',
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
    .example('$0 build --against published/distribution.json', 'a plugin for a Collector that others built');
