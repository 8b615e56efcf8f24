import { BUILT_IN, buildCommand, COLLECTOR, folderOf, type Project, type ProjectFile } from './project.js';

const CORE = 'go.opentelemetry.io/collector';

/** What lies at the top of a project, but for its README: the build file, and a configuration to run with. */
export function projectFiles(project: Project): ProjectFile[] {
  return [
    { path: 'ocx-build.yaml', text: buildFile(project) },
    { path: 'config.yaml', text: collectorConfig(project) },
    { path: '.gitignore', text: project.language === 'rust' ? '/dist/\ntarget/\n' : '/dist/\n' },
  ];
}

function buildFile(project: Project): string {
  const { name, module, kind, language, target } = project;
  const folder = folderOf(project);
  const collector = target === null ? `${builtIn()}\n` : `# No Collector is built here: ocx ${buildCommand(project)}.\n\n`;
  const description = target === null ? 'A Collector that loads plugins' : JSON.stringify(`A plugin for ${target.title}`);
  const component =
    language === 'rust'
      ? `    cargo:\n      path: ./${folder}\n`
      : `    ${kind}s:\n      - gomod: ${module} v0.0.0\n        path: ./${folder}\n`;
  return `# What \`ocx build\` makes. Everything but \`plugins\` is a build file of ocb, the Collector's own builder.
dist:
  name: otelcol-${name}
  module: ${distributionModule(project)}
  description: ${description}
  version: 0.1.0
  output_path: ./dist

${collector}# One entry, one plugin: dist/plugins/<name>.so.
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
