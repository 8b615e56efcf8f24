// `npm run test:blind [-- --only WORD] [-- --sample] [-- --keep FOLDER]`: bundles the blind matrix and runs it.
import { runBundled } from '../bundled.mjs';

process.exit(await runBundled('test/matrix/blind/main.ts'));
