import { DATA_FORMATS } from '../data.js';

/** What CI systems read: SARIF 2.1.0 (code scanning, annotations) and JUnit XML (test reports). */
export const CI_FORMATS = ['sarif', 'junit'] as const;
export type CiFormat = (typeof CI_FORMATS)[number];

export const CHECK_FORMATS = [...DATA_FORMATS, ...CI_FORMATS] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export function isCiFormat(format: CheckFormat): format is CiFormat {
  return CI_FORMATS.some((known) => known === format);
}
