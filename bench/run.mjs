// Runs every benchmark and writes docs/benchmarks.md. Run from the root of the repository: node bench/run.mjs
import { writeFileSync } from 'node:fs';
import { manyPlugins } from './manyPlugins.mjs';
import { machineFacts } from './measuring/machine.mjs';
import { oneShot } from './oneShot.mjs';
import { warm } from './warm.mjs';

const FILE = 'docs/benchmarks.md';
const command = ['node bench/run.mjs', ...process.argv.slice(2)].join(' ');
const facts = machineFacts();
const sections = [];
for (const benchmark of [warm, oneShot, manyPlugins]) {
  const section = await benchmark();
  console.log(section);
  sections.push(section);
}
writeFileSync(
  FILE,
  `# Benchmarks

Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}. Nothing here is asserted: figures are of one machine and one run, and within a table
all subjects ran side by side, in turn, over the same files.

${facts}

${sections.join('\n').trimEnd()}
`,
);
console.log(`${FILE} written`);
