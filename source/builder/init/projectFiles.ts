import { CRATE_FOLDER } from './crateFiles.js';
import { BUILT_IN, COLLECTOR, folderOf, type Project, type ProjectFile } from './project.js';

const CORE = 'go.opentelemetry.io/collector';

/** What lies at the top of a project: the build file, a configuration to run with, how to go on. */
export function projectFiles(project: Project): ProjectFile[] {
  return [
    { path: 'ocx-build.yaml', text: buildFile(project) },
    { path: 'config.yaml', text: collectorConfig(project) },
    { path: 'README.md', text: readme(project) },
    { path: '.gitignore', text: project.language === 'rust' ? '/dist/\ntarget/\n' : '/dist/\n' },
  ];
}

function buildFile(project: Project): string {
  const { name, module, kind, language } = project;
  const folder = folderOf(project);
  const component =
    language === 'rust'
      ? `    cargo:\n      path: ./${folder}\n`
      : `    ${kind}s:\n      - gomod: ${module} v0.0.0\n        path: ./${folder}\n`;
  return `# What \`ocx build\` makes. Everything but \`plugins\` is a build file of ocb, the Collector's own builder.
dist:
  name: otelcol-${name}
  module: ${distributionModule(project)}
  description: A Collector that loads plugins
  version: 0.1.0
  output_path: ./dist

${builtIn()}
# One entry, one plugin: dist/plugins/<name>.so.
plugins:
  - name: ${name}
    version: 0.1.0
${component}`;
}

function builtIn(): string {
  return Object.entries(BUILT_IN)
    .map(([kind, type]) => `${kind}s:\n  - gomod: ${CORE}/${kind}/${type}${kind} ${COLLECTOR.beta}\n`)
    .join('\n');
}

/** A module path of one's own, beside the component's: plugins of two distributions must not share a plugin path. */
function distributionModule({ module, name }: Project): string {
  const parent = module.includes('/') ? module.slice(0, module.lastIndexOf('/')) : module;
  return `${parent}/otelcol-${name}`;
}

function collectorConfig({ name }: Project): string {
  return `receivers:
  otlp:
    protocols:
      http:
        endpoint: localhost:4318

processors:
  ${name}:
    attribute: greeting
    value: hello
  batch:

exporters:
  debug:
    verbosity: detailed

service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [${name}, batch]
      exporters: [debug]
    logs:
      receivers: [otlp]
      processors: [${name}, batch]
      exporters: [debug]
    metrics:
      receivers: [otlp]
      processors: [${name}, batch]
      exporters: [debug]
`;
}

function readme(project: Project): string {
  const { name, language } = project;
  const folder = folderOf(project);
  const rust = language === 'rust';
  const crate = rust ? `\n| \`${CRATE_FOLDER}/\` | the crate otelcol-plugin, as the ocx that made this project has it |` : '';
  const test = rust ? 'cargo test' : 'go mod tidy && go test ./...';
  return `# otelcol-${name}

A Collector, and a plugin for it: the processor \`${name}\`, which puts an attribute on every resource.

\`\`\`sh
(cd ${folder} && ${test})   # the processor by itself
ocx build   # dist/otelcol-${name}, dist/plugins/${name}.so
ocx plugins check-all dist/plugins   # will it load, and if not, why
dist/otelcol-${name} --plugin-dir dist/plugins --config config.yaml
\`\`\`

After a change in \`${folder}\`, \`ocx build --only ${name}\` builds the plugin alone, against the Collector in \`dist\`.

| File | What it is |
|---|---|
| \`ocx-build.yaml\` | what is built: components of the Collector, and \`plugins\` |
| \`${folder}/\` | the processor, ${rust ? 'a crate' : 'a Go module'} of its own${rust ? '; keep the Cargo.lock that the first build writes' : ''} |${crate}
| \`config.yaml\` | a configuration to run the Collector with |
`;
}
