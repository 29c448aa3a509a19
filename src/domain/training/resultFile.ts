import type { StepMetrics } from './types.ts';

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/**
 * The text of a downloaded result file. The service sends CSV at some times and base64 of CSV at others, without
 * saying which; base64 has no comma and CSV of more than one column always has.
 */
export function decodeResultFile(downloaded: string): string {
  const text = downloaded.startsWith('\ufeff') ? downloaded.slice(1) : downloaded;
  if (text.trim() === '' || !BASE64.test(text)) return text;
  const decoded = Buffer.from(text, 'base64')
    .toString('utf8')
    .replace(/^\ufeff/, '');
  return /^[\w "]+,/.test(decoded) && !decoded.includes('\ufffd') ? decoded : text;
}

/** Measured points as CSV, in the columns of the service's own result files. */
export function formatResultFile(points: readonly StepMetrics[]): string {
  const lines = points.map((point) =>
    [point.step, point.trainLoss, point.trainTokenAccuracy, point.validLoss, point.validTokenAccuracy]
      .map((figure) => figure ?? '')
      .join(','),
  );
  return `${['step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy', ...lines].join('\n')}\n`;
}

export interface ResultRow {
  readonly step: number;
  /** By the names of the file's heading; empty cells and what is no number left out. */
  readonly values: Readonly<Record<string, number>>;
}

/** The rows of a result file, one by one, whatever columns it has; lines without a step are passed over. */
export function* readResultFile(csv: string): Generator<ResultRow, void, undefined> {
  const [heading = '', ...lines] = csv.split(/\r?\n/);
  const names = heading.split(',').map((name) => name.trim().replace(/^"|"$/g, ''));
  for (const line of lines) {
    const cells = line.split(',').map((cell) => cell.trim());
    const figures = names.flatMap((name, place): [string, number][] => {
      const cell = cells[place] ?? '';
      const figure = Number(cell);
      return cell === '' || !Number.isFinite(figure) ? [] : [[name, figure]];
    });
    const { step, ...values } = Object.fromEntries(figures);
    if (step !== undefined) yield { step, values };
  }
}
