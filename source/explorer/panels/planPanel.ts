import { moduleOf } from '../../plan/moduleOf.js';
import type { PlanStep } from '../../plan/plan.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { shortModule } from '../../verdict/causes/moduleNames.js';
import { counted } from '../quantities.js';
import { blanks, cell, cutRow, numberCell, type Row, span } from '../row.js';
import { type ShownPlan, shownPlan } from '../trial.js';
import { STANDINGS } from '../words.js';
import { type Block, contentOf, type Entrance, type PanelContent, type PanelContext } from './content.js';
import { sentence } from './symbolsPanel.js';

/** The files in load order in one process of the host: what each brings, who breaks whom. */
export function planContent(context: PanelContext): PanelContent {
  const { snapshot, trial, width } = context;
  const shown = shownPlan({ snapshot, trial });
  if (!shown) return contentOf(clean(''), [sentence(clean('No load plan: no host was given. : Choose the host…'), width)], []);
  const { steps, loads } = shown.sequence;
  if (steps.length === 0) return contentOf(clean(''), [sentence(clean('No plugins are read yet.'), width)], []);
  const columns = columnsFor(width);
  const blocks = steps.map((step): Block => {
    return {
      height: 1,
      text: cleaned`${step.order}  ${step.judgement.verdict}  ${step.candidate.name}  ${bringsText(step)}  ${soThat(step, shown)}`,
      enter: whoBreaksWhom(step, shown),
      draw: (current) => [stepRow(step, shown, columns, current)],
    };
  });
  const summary = summaryOf(shown);
  const heading = [...(summary === null ? [] : [cutRow([blanks(1), span(summary)], width)]), headingRow(columns)];
  const note = cleaned`${shown.isTrial ? 'trying: ' : ''}${loads} of ${steps.length} load`;
  return contentOf(note, heading, blocks);
}

interface Columns {
  /** 0: left out. */
  readonly number: number;
  readonly word: boolean;
  readonly file: number;
  readonly brings: number;
  readonly so: number;
}

/** What goes first when it gets narrow: what is brought, then the word of the verdict. */
function columnsFor(width: number): Columns {
  const word = width >= 60;
  const number = width >= 60 ? 4 : 0;
  const fixed = 1 + (number > 0 ? number + 1 : 0) + (word ? 10 : 2);
  const brings = width >= 100 ? Math.floor(width * 0.25) : 0;
  const file = Math.min(30, Math.floor((width - fixed) * 0.4));
  return { number, word, file, brings, so: width - fixed - file - 1 - (brings > 0 ? brings + 1 : 0) };
}

function headingRow({ number, word, file, brings, so }: Columns): Row {
  const title = (text: string, columns: number) => [cell(clean(text), columns, 'end', 'secondary'), blanks(1)];
  return [
    blanks(1),
    ...(number > 0 ? [numberCell(clean('#'), number), blanks(1)] : []),
    ...title(word ? 'verdict' : '', word ? 9 : 1),
    ...title('file', file),
    ...(brings > 0 ? title('brings to the scope', brings) : []),
    cell(clean('so that'), so, 'end', 'secondary'),
  ];
}

function stepRow(step: PlanStep, shown: ShownPlan, { number, word, file, brings, so }: Columns, current: boolean): Row {
  const { sign, word: verdict, role } = STANDINGS[step.judgement.verdict];
  return [
    span(clean(current ? '>' : ' '), 'focus'),
    ...(number > 0 ? [numberCell(clean(String(step.order)), number), blanks(1)] : []),
    ...(word ? [cell(cleaned`${sign} ${verdict}`, 9, 'end', role), blanks(1)] : [span(sign, role), blanks(1)]),
    cell(clean(step.candidate.name), file, 'file', current ? 'current' : 'plain'),
    blanks(1),
    ...(brings > 0 ? [cell(clean(bringsText(step)), brings, 'end'), blanks(1)] : []),
    cell(clean(soThat(step, shown)), so, 'end'),
  ];
}

/** Every plugin brings its own main package, which nobody else wants. */
function packagesOf({ packages, candidate }: PlanStep): readonly string[] {
  return packages.filter((name) => name !== candidate.evidence?.go?.pluginPath && name !== 'main');
}

function bringsText(step: PlanStep): string {
  if (step.opened === 'no') return 'nothing: not opened';
  if (step.dies) return '';
  const packages = packagesOf(step);
  const [first] = packages;
  if (first === undefined) return step.judgement.load === 'loads' ? 'nothing the host lacks' : 'nothing';
  const module = step.candidate.evidence && moduleOf(first, step.candidate.evidence);
  const what = module ? `${shortModule(module.path)} ${module.version}` : first;
  return `${counted(packages.length, 'package')}: ${what}${step.judgement.load === 'fails' ? ', though it fails' : ''}`;
}

function soThat(step: PlanStep, { sequence }: ShownPlan): string {
  const { steps, breaks, diesAt } = sequence;
  const { judgement, order, candidate } = step;
  if (order === diesAt) {
    const below = steps.length > order ? `: ${order + 1}-${steps.length} never tried` : '';
    return `the Collector dies here${below}`;
  }
  const broken = breaks.get(order) ?? [];
  const harm = broken.length > 0 ? `breaks ${broken.join(', ')}` : '';
  const cause = judgement.findings.find(({ severity }) => severity === judgement.verdict);
  if (judgement.verdict !== 'loads' && cause) {
    const text = cause.cause ?? cause.message;
    return harm === '' ? text : `${text}; ${harm}`;
  }
  if (harm !== '') return harm;
  if (judgement.verdict === 'loads' && candidate.alone.verdict !== 'loads') return 'loads for what came before it';
  return packagesOf(step).length > 0 ? 'fixes these versions for all after it' : '';
}

/** Whether another order loads more, in a line; null where there is nothing to say. */
function summaryOf({ plan, sequence, isTrial }: ShownPlan): CleanText | null {
  const { best, loads, steps } = plan;
  const all = steps.filter(({ candidate }) => candidate.alone.verdict === 'loads').length;
  if (isTrial) return cleaned`as they lie ${loads} load, in this order ${sequence.loads}: r resets, w writes this order`;
  const unless = best.exhaustive ? '' : ', as far as was searched';
  if (best.order !== null) return cleaned`another order loads ${best.loads}${unless}: o shows it`;
  if (best.leftOut.length === 0) return null;
  const who = best.leftOut.map((index) => steps[index]?.order).join(', ');
  return cleaned`no order loads all ${all} that load alone: ${who} can't load beside the others${unless}`;
}

/** The whole of one step. */
function whoBreaksWhom(step: PlanStep, { sequence }: ShownPlan): Entrance {
  const { candidate, judgement, order, brokenBy, below } = step;
  const names = (orders: readonly number[]) =>
    orders.map((one) => cleaned`  ${one}: ${sequence.steps.find((other) => other.order === one)?.candidate.name ?? ''}`);
  const broken = sequence.breaks.get(order) ?? [];
  const packages = packagesOf(step);
  const list = (title: string, lines: readonly CleanText[]) => (lines.length === 0 ? [] : [clean(''), clean(title), ...lines]);
  const version = (name: string) => (candidate.evidence && moduleOf(name, candidate.evidence)?.version) || '';
  return {
    type: 'page',
    title: cleaned`${order}: ${candidate.name}`,
    hint: clean('who breaks whom'),
    lines: [
      cleaned`${judgement.verdict} at this place, ${candidate.alone.verdict} alone; opened: ${step.opened}`,
      ...(below === null ? [] : [cleaned`never really tried: ${below} kills the host`]),
      ...list('broken by', names(brokenBy)),
      ...list('breaks', names(broken)),
      ...list(
        'findings',
        judgement.findings.map(({ code, message }) => cleaned`  ${code} ${message}`),
      ),
      ...list(
        'brings these packages, which the host lacks',
        packages.map((name) => cleaned`  ${name} ${version(name)}`),
      ),
    ],
  };
}
