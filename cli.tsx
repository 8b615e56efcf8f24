import { main, processShell } from './source/commands/main.js';

process.exitCode = await main(process.argv.slice(2), processShell());
