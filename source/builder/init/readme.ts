import { CRATE_FOLDER } from './crateFiles.js';
import { BUILT_IN, buildCommand, folderOf, type Project } from './project.js';
import { shellWord } from './shellWord.js';

/**
 * How to go on in a new project.
 * @param ocx how whoever makes it calls ocx: `npx ocx`.
 */
export function readme(project: Project, ocx: string): string {
  const { name, language, target } = project;
  const folder = folderOf(project);
  const rust = language === 'rust';
  const test = rust ? 'cargo test' : 'go mod tidy && go test ./...';
  const crate = rust ? `\n| \`${CRATE_FOLDER}/\` | the crate otelcol-plugin, as the ocx that made this project has it |` : '';
  const judge = target?.judge ? ` --collector ${shellWord(target.judge)}` : '';
  const made = target === null ? `dist/otelcol-${name}, dist/plugins/${name}.so` : `dist/plugins/${name}.so`;
  const collector = target === null ? `dist/otelcol-${name}` : 'COLLECTOR';
  return `# ${target === null ? `otelcol-${name}` : name}

${target === null ? 'A Collector, and a plugin for it' : `A plugin for ${target.title}, a Collector that others built`}: the processor \`${name}\`, which puts an attribute on every resource.

\`\`\`sh
(cd ${folder} && ${test})   # the processor by itself
${ocx} ${buildCommand(project)}   # ${made}
${ocx} plugins check-all dist/plugins${judge}   # will it load, and if not, why
${collector} --plugin-dir dist/plugins --config config.yaml
\`\`\`

${target === null ? `After a change in \`${folder}\`, \`${ocx} build --only ${name}\` builds the plugin alone, against the Collector in \`dist\`.` : `\`COLLECTOR\` is that one, where it is. After a change in \`${folder}\`, build again: what did not change is kept.`}
Where ocx is not installed: \`npm install --global ./ocx-*.tgz\`, the package that \`npm pack\` makes of it.

| File | What it is |
|---|---|
| \`ocx-build.yaml\` | what is built: ${target === null ? 'components of the Collector, and `plugins`' : '`plugins`'} |
| \`${folder}/\` | the processor, ${rust ? 'a crate' : 'a Go module'} of its own${rust ? '; keep the Cargo.lock that the first build writes' : ''} |${crate}
| \`config.yaml\` | a configuration to run ${target === null ? 'the Collector' : `a Collector that has ${Object.values(BUILT_IN).join(', ')}`} with |
`;
}
