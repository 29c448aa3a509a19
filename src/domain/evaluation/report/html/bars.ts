import type { EvaluationSummary } from '../../summary/types.ts';
import { modelNames, percent, percentRange } from '../words.ts';
import type { Escape } from './escape.ts';

const LABEL = 240;
const PLOT = 480;
const ROW = 34;
const TOP = 22;
const LONGEST_NAME = 34;

/** Accuracy of each model as a bar with its 95% interval, as SVG. */
export function accuracyBars({ models }: EvaluationSummary, safe: Escape): string {
  const names = modelNames(models.map(({ model }) => model));
  const height = TOP + models.length * ROW + 6;
  const x = (share: number): string => (LABEL + share * PLOT).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${x(share)}" x2="${x(share)}" y1="${TOP}" y2="${height}"/>` +
      `<text class="faint" x="${x(share)}" y="14" text-anchor="middle">${share * 100}%</text>`,
  );
  const bars = models.map(({ main }, place) => {
    const middle = TOP + place * ROW + ROW / 2;
    const { low, high } = main.interval;
    const name = names[place] ?? '';
    const shown = [...name].length > LONGEST_NAME ? `${[...name].slice(0, LONGEST_NAME - 1).join('')}…` : name;
    const range =
      main.accuracy === null
        ? ''
        : `<line class="range" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>` +
          [low, high]
            .map((end) => `<line class="range" x1="${x(end)}" x2="${x(end)}" y1="${middle - 5}" y2="${middle + 5}"/>`)
            .join('');
    return (
      `<g><title>${safe(`${name}: ${percent(main.accuracy)}, 95% interval ${percentRange(main.interval)}`)}</title>` +
      `<text x="${LABEL - 10}" y="${middle + 4}" text-anchor="end">${safe(shown)}</text>` +
      `<rect class="right" fill-opacity="0.55" x="${LABEL}" y="${middle - 9}" width="${((main.accuracy ?? 0) * PLOT).toFixed(1)}" height="18"/>` +
      `${range}<text x="${LABEL + PLOT + 12}" y="${middle + 4}">${percent(main.accuracy)}</text></g>`
    );
  });
  const width = LABEL + PLOT + 70;
  return `<svg role="img" aria-label="Accuracy of each model with its 95% interval" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${grid.join('')}${bars.join('')}</svg>`;
}
