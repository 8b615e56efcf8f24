declare const OCX_VERSION: string | undefined;

/** Of package.json, put in by the build; `development` where the sources run unbundled. */
export const VERSION = typeof OCX_VERSION === 'undefined' ? 'development' : OCX_VERSION;
