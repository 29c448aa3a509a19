import { redactKeys } from '../../text/sanitize.ts';
import { nameGrader } from '../graders/graders.ts';
import { promptText, sliceNames, sliceOf } from '../items.ts';
import type { EvaluatedItem, EvaluationPlan, Prediction } from '../types.ts';

type Graded = Pick<EvaluationPlan, 'graders'>;

/**
 * Predictions as JSONL, a line for each answer of each model, in the order of the items; what is still to come is
 * left out. Keys are masked by `mask`; absent, what looks like one. Lines have no line end.
 */
export function* predictionJsonl(
  items: Iterable<EvaluatedItem>,
  { graders }: Graded,
  mask: (text: string) => string = redactKeys,
): Generator<string, void, undefined> {
  const names = graders.map(nameGrader);
  const masked = (_: string, value: unknown): unknown => (typeof value === 'string' ? mask(value) : value);
  for (const { item, predictions } of items) {
    for (const prediction of present(predictions)) {
      const { model, status, text, scores, finishReason, promptTokens, completionTokens, costUsd, error } = prediction;
      const line = {
        id: item.id,
        line: item.line,
        provider: model.providerId,
        model: model.model,
        status,
        prompt: item.prompt,
        target: item.target,
        answer: text,
        ...(prediction.thoughts === undefined ? {} : { thoughts: prediction.thoughts }),
        scores: scores.map((score, place) => ({ grader: names[place] ?? '', ...score })),
        finishReason,
        promptTokens,
        completionTokens,
        costUsd,
        error,
        slices: item.slices,
      };
      yield JSON.stringify(line, masked);
    }
  }
}

/**
 * Predictions as CSV (RFC 4180, without line ends), a heading first, then a line for each answer. A cell that a
 * spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"); plain numbers do not.
 */
export function* predictionCsv(
  items: readonly EvaluatedItem[],
  { graders }: Graded,
  mask: (text: string) => string = redactKeys,
): Generator<string, void, undefined> {
  const slices = sliceNames(items);
  const gradings = graders.flatMap((spec) => ['', ': passed', ': note'].map((part) => nameGrader(spec) + part));
  const row = (cells: readonly (string | number | boolean | null)[]): string =>
    cells.map((cell) => csvCell(typeof cell === 'string' ? mask(cell) : cell)).join(',');
  const about = ['line', 'id', 'provider', 'model', 'status', 'prompt', 'target', 'answer', 'thoughts'];
  const spent = ['finish_reason', 'prompt_tokens', 'completion_tokens', 'cost_usd', 'error'];
  yield row([...about, ...gradings, ...spent, ...slices]);
  for (const { item, predictions } of items) {
    const prompt = promptText(item);
    for (const prediction of present(predictions)) {
      const { model, status, text, thoughts, scores, finishReason } = prediction;
      const { promptTokens, completionTokens, costUsd, error } = prediction;
      yield row([
        ...[item.line, item.id, model.providerId, model.model, status, prompt, item.target, text, thoughts ?? null],
        ...graders.flatMap((_, place) => {
          const { value = null, passed = null, note = null } = scores[place] ?? {};
          return [value, passed, note];
        }),
        ...[finishReason, promptTokens, completionTokens, costUsd, error],
        ...slices.map((name) => sliceOf(item, name)),
      ]);
    }
  }
}

const present = (predictions: readonly (Prediction | null)[]): readonly Prediction[] =>
  predictions.filter((prediction) => prediction !== null);

const FORMULA = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
/** Tabs and line ends stay. */
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
const NUMBER = /^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** One cell, quoted where it must be; nothing for null. */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const shown = value.replace(CONTROLS, picture);
  const safe = FORMULA.test(shown) && !NUMBER.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A terminal obeys control characters, and spreadsheets refuse them: each is its picture (U+2400), those of C1 are U+FFFD. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}
