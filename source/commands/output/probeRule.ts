import type { FindingPage } from '../../verdict/findingPages.js';

/** What a plugin that did not open in a real Collector is listed under in SARIF: no finding, but what was seen. `ocx explain` has its page. */
export const PROBE_RULE: FindingPage = {
  code: 'OCX-PROBE',
  severity: 'fails',
  title: 'the Collector could not open the plugin',
  explain:
    'By its bytes the plugin would load; opened in a child process of the Collector it did not: it returned an error, panicked, ended the process, crashed or hung. Init functions run when a plugin is opened, and no file tells what they do. The message is what it said; `ocx plugins validate FILE --collector COLLECTOR` shows it again, and `--no-load` leaves the opening out.',
};
