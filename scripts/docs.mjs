// Writes docs/findings.md from spec/findings.json. `node scripts/docs.mjs --check` fails when it is stale (npm test does).
import { readFileSync, writeFileSync } from 'node:fs';

const GROUPS = {
  '01': 'File',
  '02': 'Dynamic linker',
  '03': 'Runtime layout',
  '04': 'Host and link hashes',
  '05': 'Entry symbol',
  '06': 'Manifest and claims',
  '07': 'Rust',
  '08': 'Policy',
  '09': 'Distribution',
};
const { findings } = JSON.parse(readFileSync('spec/findings.json', 'utf8'));
const pages = Object.entries(GROUPS).map(([group, title]) => {
  const members = findings.filter(({ code }) => code.slice(3, 5) === group).sort((a, b) => (a.code < b.code ? -1 : 1));
  const entries = members.map(
    ({ code, severity, title: what, explain }) => `### ${code}: ${what}\n\nSeverity: \`${severity}\`\n\n${explain}\n`,
  );
  return `## ${title}\n\n${entries.join('\n')}`;
});
const text = `# Findings

Written from \`spec/findings.json\` by \`node scripts/docs.mjs\`; edit that file. What a severity does to the verdict is said in
[verdicts.md](verdicts.md).

${pages.join('\n')}`;

const file = 'docs/findings.md';
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is stale: run node scripts/docs.mjs`);
    process.exit(1);
  }
} else {
  writeFileSync(file, text);
}
