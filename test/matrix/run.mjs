// `npm run test:matrix [-- --sample] [-- --minutes 9] [-- --write]`: bundles the matrix and runs it.
import { runBundled } from './bundled.mjs';

process.exit(await runBundled('test/matrix/main.ts'));
