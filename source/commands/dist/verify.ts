import { trustedKeys } from '../../catalog/trustedKeys.js';
import type { FileCheck } from '../../distribution/fileCheck.js';
import { isWhole, type SignatureCheck, type Verification, verifyDistribution } from '../../distribution/verify.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import type { Finding } from '../../verdict/judgement.js';
import { EXIT, type OutputOption, type Shell } from '../options.js';
import { dataLines } from '../output/data.js';
import { findingLines } from '../output/findings.js';
import { findingReport } from '../output/report.js';
import { sizeText } from '../output/size.js';
import { painter, type Style } from '../output/style.js';
import { tableLines } from '../output/table.js';

export interface VerifyOptions extends OutputOption {
  /** The folder of a distribution, or its `distribution.json`; undefined: here. */
  readonly dir: string | undefined;
  readonly trustedKey: readonly string[] | undefined;
}

/** `ocx dist verify [dir]`: every file held against the list, and the list against its signature. Exit code 1 for anything wrong. */
export async function verify({ dir, trustedKey, output }: VerifyOptions, shell: Shell): Promise<number> {
  const verification = verifyDistribution(dir ?? '.', trustedKeys(trustedKey, shell.env));
  const isGood = isWhole(verification);
  await shell.out.lines(
    output === 'table' ? lines(verification, shell) : dataLines(verificationReport(verification, isGood), output),
  );
  return isGood ? EXIT.ok : EXIT.bad;
}

/** spec/dist-verify-output.schema.json */
function verificationReport({ directory, distribution, signature, files }: Verification, isGood: boolean) {
  return {
    format_version: 1,
    directory,
    distribution,
    verified: isGood,
    signature: {
      state: signature.state,
      key_id: signature.keyId,
      trusted_comment: signature.trustedComment,
      findings: signature.findings.map(findingReport),
    },
    files: files.map(({ findings, ...file }) => ({ ...file, findings: findings.map(findingReport) })),
  };
}

function lines(verification: Verification, { out }: Shell): CleanText[] {
  const { directory, distribution, signature, files } = verification;
  const paint = painter(out.colour);
  const explained = (findings: readonly Finding[], file: string) =>
    findings.flatMap((finding) => [clean(''), ...findingLines(finding, file, paint)]);
  const title = [distribution.name, distribution.version.replace(/^(?=\d)/, 'v')].filter((word) => word !== '').join(' ');
  return [
    cleaned`distribution  ${title}  (${directory})`,
    cleaned`signature     ${signatureText(signature)}`,
    clean(''),
    ...tableLines(files, COLUMNS, out.columns, paint),
    ...explained(signature.findings, 'distribution.json'),
    ...files.flatMap(({ path, findings }) => explained(findings, path)),
    clean(''),
    totals(verification),
  ];
}

function signatureText({ state, keyId, trustedComment, findings }: SignatureCheck): string {
  if (state === 'none') return 'none';
  if (state === 'not checked')
    return keyId === null ? 'there is one that can not be read' : `of key ${keyId}, not checked: --trusted-key FILE checks it`;
  if (state === 'bad') return findings[0]?.code === 'OCX0903' ? `of key ${keyId}, which is not trusted` : 'bad';
  return `good, of key ${keyId}: ${trustedComment?.replaceAll('\t', ', ')}`;
}

const SIGN: Readonly<Record<FileCheck['state'], string>> = { ok: '+', changed: 'x', missing: 'x', added: '?' };
const STYLE: Readonly<Record<FileCheck['state'], Style>> = { ok: 'loads', changed: 'fails', missing: 'fails', added: 'unknown' };

const COLUMNS = [
  {
    title: 'state',
    value: ({ state }: FileCheck) => `${SIGN[state]} ${state}`,
    style: ({ state }: FileCheck) => STYLE[state],
  },
  { title: 'kind', value: ({ kind }: FileCheck) => kind ?? '' },
  { title: 'file', cut: 'file', value: ({ path }: FileCheck) => path },
  { title: 'size', align: 'right', value: ({ found }: FileCheck) => (found ? sizeText(found.size) : '') },
  { title: 'what', cut: 'end', value: ({ findings }: FileCheck) => findings[0]?.message ?? 'as listed' },
] as const;

/** By its finding. */
const SIGNATURE_FAULT: Readonly<Record<string, string>> = {
  OCX0902: 'not signed',
  OCX0903: 'signed by a key that is not trusted',
  OCX0904: 'the signature does not hold',
};

/** `7 files: 5 ok, 1 changed, 1 added; signed by a key that is not trusted`. */
function totals({ files, signature }: Verification): CleanText {
  const counted = (['ok', 'changed', 'missing', 'added'] as const).flatMap((state) => {
    const { length } = files.filter((file) => file.state === state);
    return length === 0 ? [] : [`${length} ${state}`];
  });
  const wrong = signature.findings.map(({ code }) => `; ${SIGNATURE_FAULT[code] ?? 'the signature does not hold'}`);
  return cleaned`${files.length} file${files.length === 1 ? '' : 's'}: ${counted.join(', ')}${wrong.join('')}`;
}
