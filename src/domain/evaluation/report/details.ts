import { count, pValue, shareRange, shareText } from '../../text/format.ts';
import type { Score } from '../graders/grader.ts';
import type { EvaluationSummary } from '../metrics.ts';
import { topConfusions } from '../statistics/confusion.ts';
import { blindResult } from '../statistics/paired.ts';
import type { EvaluatedItem } from '../types.ts';
import { decimal, modelNames } from './format.ts';
import { type ReportInput, type Section, section } from './sections.ts';

const MOST_CONFUSIONS = 20;
const MOST_ERRORS = 20;

/** The sections under the figures: classes, blind votes, wrong answers, failed calls, and where the formulas are from. */
export function detailSections(input: ReportInput, mostWrong: number): readonly Section[] {
  const names = modelNames(input.summary.models.map(({ model }) => model));
  return [
    ...classes(input.summary, names),
    ...blind(input, names),
    ...wrong(input, names, mostWrong),
    ...failures(input, names),
    SOURCES,
  ];
}

function classes({ models }: EvaluationSummary, names: readonly string[]): readonly Section[] {
  return models.flatMap(({ classes: report }, model) => {
    if (report === null) return [];
    const name = names[model] ?? '';
    const { macro, outside } = report;
    const mean =
      macro === null
        ? []
        : [['mean of the classes', '', '', ...[macro.precision, macro.recall, macro.f1].map(decimal)]];
    const found = topConfusions(report.matrix, MOST_CONFUSIONS);
    return [
      section(`Classes: ${name}`, {
        text: [`Answers that name no class: ${count(outside)}.`],
        chart: { kind: 'confusion', model },
        table: {
          head: ['Class', 'Items', 'Answered', 'Precision', 'Recall', 'F1'],
          textColumns: 1,
          rows: [
            ...report.classes.map((one) => [
              ...[one.label, count(one.support), count(one.predicted)],
              ...[decimal(one.precision), decimal(one.recall), decimal(one.f1)],
            ]),
            ...mean,
          ],
        },
      }),
      ...(found.length === 0
        ? []
        : [
            section(`Mistaken most often: ${name}`, {
              table: {
                head: ['Target', 'Answered', 'Times'],
                textColumns: 2,
                rows: found.map((one) => [one.target, one.predicted ?? '(no class)', count(one.count)]),
              },
            }),
          ]),
    ];
  });
}

function blind({ summary, votes }: ReportInput, names: readonly string[]): readonly Section[] {
  if (votes.length === 0) return [];
  const rows = summary.models.flatMap(({ model }, place) =>
    summary.models.slice(place + 1).flatMap((other, offset) => {
      const result = blindResult(votes, other.model, model);
      if (result.wins + result.losses + result.ties === 0) return [];
      const figures = [count(result.wins), count(result.losses), count(result.ties), shareText(result.share)];
      return [
        [
          names[place + 1 + offset] ?? '',
          names[place] ?? '',
          ...figures,
          shareRange(result.interval),
          pValue(result.p),
        ],
      ];
    }),
  );
  return [
    section('Preferred by a person, blind', {
      text: ['Of two answers in hidden order. The share and its interval leave ties out.'],
      table: {
        head: ['Model', 'Against', 'Wins', 'Losses', 'Ties', 'Share', '95% interval', 'p'],
        textColumns: 2,
        rows,
      },
    }),
  ];
}

function wrong({ items, summary }: ReportInput, names: readonly string[], most: number): readonly Section[] {
  const decides = summary.graderIndex;
  const isWrong = ({ predictions }: EvaluatedItem) => predictions.some((one) => one?.scores[decides]?.passed === false);
  const found = items.filter(isWrong);
  if (found.length === 0) return [];
  return [
    section('Wrong answers', {
      text: [
        `Items on which at least one model is wrong: ${count(found.length)}${found.length > most ? `; the first ${count(most)}` : ''}.`,
      ],
      table: {
        head: ['Line', 'Prompt', 'Target', ...names],
        textColumns: 3 + names.length,
        rows: found.slice(0, most).map(({ item, predictions }) => [
          ...[String(item.line), item.prompt.at(-1)?.content ?? '', item.target],
          ...predictions.map((prediction) => {
            if (prediction === null) return '… to come';
            if (prediction.status === 'failed') return '! failed';
            const score = prediction.scores[decides];
            return `${markOf(score)}: ${prediction.text}${score?.note == null ? '' : ` (${score.note})`}`;
          }),
        ]),
      },
    }),
  ];
}

function failures({ items, summary }: ReportInput, names: readonly string[]): readonly Section[] {
  const counts = new Map<string, { readonly cells: readonly string[]; count: number }>();
  for (const { predictions } of items) {
    for (const [place, prediction] of predictions.entries()) {
      if (prediction?.status !== 'failed') continue;
      const cells = [names[place] ?? '', prediction.error ?? 'unknown'];
      const key = cells.join('\n');
      const entry = counts.get(key) ?? { cells, count: 0 };
      entry.count += 1;
      counts.set(key, entry);
    }
  }
  if (counts.size === 0) return [];
  const rows = [...counts.values()].toSorted((a, b) => b.count - a.count);
  const total = summary.models.reduce((sum, { failed }) => sum + failed, 0);
  return [
    section('Failed calls', {
      text: [`Calls that failed: ${count(total)}. They are in no share above.`],
      table: {
        head: ['Model', 'Why', 'Times'],
        textColumns: 2,
        rows: rows.slice(0, MOST_ERRORS).map((row) => [...row.cells, count(row.count)]),
      },
    }),
  ];
}

const SOURCES = section('How it was computed', {
  text: [
    'Intervals of shares: score interval of Wilson, JASA 22 (1927), 95%.',
    'Pairs: exact McNemar test, two-sided (Psychometrika 12, 1947); rows needed after Connor, Biometrics 43 (1987), for a power of 80%.',
    'Intervals of mean scores: percentile bootstrap (Efron and Tibshirani, 1993), 2,000 resamples, fixed seed.',
    'Classes: labels after leaving case, punctuation and white space aside; means over classes count an undefined precision or recall as 0.',
    'Similarity, where used: chrF (Popović, WMT 2015) with beta 2.',
    'Blind votes: exact sign test, ties left out.',
  ],
});

function markOf(score: Score | undefined): string {
  if (score === undefined) return '? not graded';
  if (score.passed === null) return score.value.toFixed(2);
  return score.passed ? '✓ right' : '✗ wrong';
}
