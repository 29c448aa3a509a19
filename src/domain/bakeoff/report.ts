import { nameGrader } from '../evaluation/graders/graders.ts';
import { describeBaseline, describeCut } from '../evaluation/report/format.ts';
import { htmlPage } from '../evaluation/report/html.ts';
import { markdownPage } from '../evaluation/report/markdown.ts';
import { csvCell } from '../evaluation/report/predictions.ts';
import { type Section, section } from '../evaluation/report/sections.ts';
import { count, formatUsd, plural, pValue, shareText } from '../text/format.ts';
import type { CandidateFigures, ComparedPair, Comparison } from './comparison.ts';
import { type LearningCurve, learningCurves } from './learning-curve.ts';
import { targetName } from './target.ts';
import { sharePercent } from './target-settings.ts';
import type { Bakeoff } from './types.ts';
import {
  bestText,
  curveText,
  isMarked,
  latencyText,
  levelText,
  notWorseText,
  pairText,
  rangeText,
  stepText,
  tokensText,
} from './words.ts';

/** How a target stands, as a report says it. */
export interface TargetLine {
  /** Counts from 1. */
  readonly number: number;
  readonly name: string;
  readonly status: string;
  /** The tuned model; null while there is none. */
  readonly model: string | null;
  readonly trainingUsd: number | null;
  /** Why it failed, was stopped, or cannot be measured yet; null for nothing to say. */
  readonly note: string | null;
}

export interface BakeoffReport {
  readonly bakeoff: Bakeoff;
  readonly rows: { readonly training: number; readonly heldOut: number };
  readonly targets: readonly TargetLine[];
  /** Null before anything is measured. */
  readonly comparison: Comparison | null;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
  readonly mask: (text: string) => string;
}

export const bakeoffMarkdown = (report: BakeoffReport): string =>
  markdownPage({ title: titleOf(report), sections: bakeoffSections(report), mask: report.mask });

/** One file, as the report of an evaluation is: no script, nothing loaded, all text of others escaped. */
export const bakeoffHtml = (report: BakeoffReport): string =>
  htmlPage({
    title: titleOf(report),
    sections: bakeoffSections(report),
    summary: report.comparison?.summary ?? null,
    names: report.comparison?.candidates.map(({ short, name }) => `${short}: ${name}`) ?? [],
    mask: report.mask,
  });

const titleOf = ({ bakeoff }: BakeoffReport): string => `Bake-off: ${bakeoff.name}`;

/** What came of the targets and which came out best, as sentences: the most important first. */
export function verdictText({ bakeoff, targets: lines, comparison }: BakeoffReport): readonly string[] {
  const told = lines.map(
    ({ number, name, status, note }) => `${number}  ${name}: ${status}${note === null ? '' : `. ${note}`}`,
  );
  if (comparison === null) return ['Nothing is measured yet.', ...told];
  const names = comparison.candidates.map(({ short }) => short);
  const curves = learningCurves(bakeoff.targets, comparison, bakeoff.margin);
  return [
    ...bestText(comparison),
    ...notWorseText(comparison),
    ...curves.flatMap((curve) => curveText(curve, isMarked(comparison), bakeoff.margin)),
    ...told,
    ...describeBaseline(comparison.summary, names),
    ...tellingPairs(comparison).map((pair) => pairText(pair, comparison)),
  ];
}

/** Everything a report says, the same in every format. */
export function bakeoffSections(report: BakeoffReport): readonly Section[] {
  const { comparison, bakeoff } = report;
  const curves = comparison === null ? [] : learningCurves(bakeoff.targets, comparison, bakeoff.margin);
  return [
    ...(comparison === null ? [] : [outcome(comparison)]),
    targets(report),
    ...(comparison === null
      ? []
      : [...pairs(comparison), ...curves.map((curve) => curveSection(curve, comparison, bakeoff.margin))]),
    settings(report),
    ...(comparison === null ? [] : [SOURCES]),
  ];
}

const FIGURES: readonly (readonly [head: string, cell: (one: CandidateFigures) => string])[] = [
  ['Right', ({ summary: { main } }) => count(main.passed)],
  ['Of', ({ summary: { main, answered } }) => count(main.graded > 0 ? main.graded : answered)],
  ['Accuracy', levelText],
  ['95% interval', rangeText],
  ['Training', ({ trainingUsd }) => formatUsd(trainingUsd)],
  ['1,000 calls', ({ per1000Usd }) => formatUsd(per1000Usd)],
  ['p50', ({ latencyP50Ms }) => latencyText(latencyP50Ms)],
  ['p95', ({ latencyP95Ms }) => latencyText(latencyP95Ms)],
  ['Tokens in', ({ promptTokens }) => tokensText(promptTokens)],
  ['Tokens out', ({ completionTokens }) => tokensText(completionTokens)],
  ['Failed', ({ summary: { failed } }) => count(failed)],
];

function outcome(comparison: Comparison): Section {
  const { summary, candidates } = comparison;
  const names = candidates.map(({ short }) => short);
  return section('Which came out best', {
    chart: isMarked(comparison) ? { kind: 'accuracy' } : null,
    text: [
      ...bestText(comparison),
      ...notWorseText(comparison),
      ...describeBaseline(summary, names),
      ...describeCut(summary, names, null),
      'A failed call is neither right nor wrong: it is in no share. Tokens are those of a call on average.',
    ],
    table: {
      head: ['', 'Model', ...FIGURES.map(([head]) => head)],
      textColumns: 2,
      rows: candidates.map((one) => [one.short, one.name, ...FIGURES.map(([, cell]) => cell(one))]),
    },
  });
}

const targets = ({ targets: lines }: BakeoffReport): Section =>
  section('Targets', {
    table: {
      head: ['', 'Target', 'Status', 'Tuned model', 'Note', 'Training'],
      textColumns: 5,
      rows: lines.map(({ number, name, status, model, note, trainingUsd }) => [
        ...[String(number), name, status, model ?? '—', note ?? ''],
        formatUsd(trainingUsd),
      ]),
    },
  });

function pairs(comparison: Comparison): readonly Section[] {
  const { candidates, pairs: all } = comparison;
  if (all.length === 0) return [];
  const short = (place: number): string => candidates[place]?.short ?? '';
  return [
    section('Compared, item by item', {
      text: [
        ...tellingPairs(comparison).map((pair) => pairText(pair, comparison)),
        `${plural(all.length, 'comparison')}; the corrected p is Holm’s, for all of them together.`,
      ],
      table: {
        head: [
          'First',
          'Second',
          'Items',
          'Only first',
          'Only second',
          'Difference',
          '95% interval',
          'p',
          'p corrected',
        ],
        textColumns: 2,
        rows: all.map((one) => [
          ...[
            short(one.first),
            short(one.second),
            count(one.pair.n),
            count(one.pair.onlyFirst),
            count(one.pair.onlySecond),
          ],
          ...[differenceText(one), intervalText(one), pValue(one.p), pValue(one.adjusted)],
        ]),
      },
    }),
  ];
}

/** Each tuned model against its base, and every other against the best. */
export function tellingPairs({ candidates, pairs: all, best }: Comparison): readonly ComparedPair[] {
  return all.filter(({ first, second }) => {
    const ofBase = candidates[second]?.base === first || candidates[first]?.base === second;
    return ofBase || first === best || second === best;
  });
}

const differenceText = ({ difference, pair }: ComparedPair): string =>
  difference === null ? '—' : pair.difference === null ? difference.toFixed(3) : shareText(difference);

function intervalText({ interval, pair }: ComparedPair): string {
  if (interval === null) return '—';
  return pair.difference === null
    ? `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`
    : `${(interval.low * 100).toFixed(1)} to ${(interval.high * 100).toFixed(1)}`;
}

function curveSection(curve: LearningCurve, comparison: Comparison, margin: number | null): Section {
  const marked = isMarked(comparison);
  const figures = (place: number): CandidateFigures | undefined => comparison.candidates[place];
  return section(`Would more rows help? ${targetName(curve.target)}`, {
    text: [
      ...curveText(curve, marked, margin),
      ...curve.steps.slice(0, -1).map((step) => `${stepText(step, marked)}.`),
    ],
    table: {
      head: ['Rows', 'Model', 'Accuracy', '95% interval'],
      textColumns: 2,
      rows: curve.stops.map(({ share, candidate }) => {
        const one = figures(candidate);
        return [
          sharePercent(share),
          one?.short ?? '',
          ...(one === undefined ? ['—', '—'] : [levelText(one), rangeText(one)]),
        ];
      }),
    },
  });
}

function settings({ bakeoff, rows, comparison, writtenAt }: BakeoffReport): Section {
  const { path, validationPath, margin, capUsd, stopBehind, sampling } = bakeoff;
  const sampled = Object.entries(sampling).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const grader = comparison?.summary.grader;
  return section('What was compared', {
    table: {
      head: ['', ''],
      textColumns: 2,
      rows: [
        ['Trained on', `${plural(rows.training, 'row')} of ${path ?? 'the project'}`],
        ['Measured on', `${plural(rows.heldOut, 'row')} of ${validationPath ?? 'the project'}, held out`],
        ...(grader === undefined ? [] : [['Right or wrong by', nameGrader(grader)]]),
        ['Sampling', sampled.join(', ') || 'the providers’ defaults'],
        ['Margin', margin === null ? 'none set' : sharePercent(margin)],
        ['Cap', capUsd === null ? 'none' : formatUsd(capUsd)],
        ['Stopped early when behind', stopBehind ? 'yes' : 'no'],
        ['Started', new Date(bakeoff.createdAt).toISOString()],
        ['Written', new Date(writtenAt).toISOString()],
      ],
    },
  });
}

const SOURCES = section('How it was computed', {
  text: [
    'Intervals of shares: score interval of Wilson, JASA 22 (1927), 95%. Of differences: method 10 of Newcombe, Statistics in Medicine 17 (1998) 2635.',
    'Pairs: exact McNemar test, two-sided; of mean scores the paired randomisation test. Corrected for their number after Holm, Scandinavian Journal of Statistics 6 (1979).',
    'Not worse than the best: below every other by less than the margin, an intersection-union test (Berger 1982), at 5% divided by the number of models.',
    'Latency: from sending a call to its whole answer, as this machine saw it while calls ran side by side; nearest ranks.',
    'Would more rows help: nested subsets of one seed, each step paired on the same held-out items.',
  ],
});

/** A line a model, for a spreadsheet (RFC 4180), a heading first, with its line ends. */
export function* bakeoffCsv({ comparison, targets: lines, mask }: BakeoffReport): Generator<string, void, undefined> {
  const row = (cells: readonly (string | number | null)[]): string =>
    `${cells.map((cell) => csvCell(typeof cell === 'string' ? mask(cell) : cell)).join(',')}\r\n`;
  yield row(CSV_HEAD);
  for (const [place, one] of (comparison?.candidates ?? []).entries()) {
    const { main, answered, failed } = one.summary;
    const shown = comparison?.notWorse?.shown.includes(place);
    yield row([
      ...[one.short, one.model.providerId, one.model.model, one.name, answered, failed, main.graded, main.passed],
      ...[main.accuracy, main.graded > 0 ? main.interval.low : null, main.graded > 0 ? main.interval.high : null],
      ...[main.meanScore, main.meanInterval?.low ?? null, main.meanInterval?.high ?? null],
      ...[one.trainingUsd, one.per1000Usd, one.latencyP50Ms, one.latencyP95Ms, one.promptTokens, one.completionTokens],
      ...[shown === undefined ? null : shown ? 'yes' : 'no', null],
    ]);
  }
  const measured = new Set(comparison?.candidates.flatMap(({ targetId, short }) => (targetId === null ? [] : [short])));
  for (const { number, name, status, model, trainingUsd, note } of lines) {
    if (measured.has(`${number} tuned`)) continue;
    const blank = CSV_HEAD.slice(4, 14).map(() => null);
    yield row([
      `${number} tuned`,
      null,
      model,
      name,
      ...blank,
      trainingUsd,
      null,
      null,
      null,
      null,
      null,
      null,
      note ?? status,
    ]);
  }
}

const CSV_HEAD = [
  ...['place', 'provider', 'model', 'name', 'answered', 'failed', 'graded', 'right'],
  ...['accuracy', 'accuracy_low', 'accuracy_high', 'mean_score', 'mean_low', 'mean_high'],
  ...['training_usd', 'per_1000_calls_usd', 'latency_p50_ms', 'latency_p95_ms', 'prompt_tokens', 'completion_tokens'],
  ...['not_worse_than_best', 'note'],
];
