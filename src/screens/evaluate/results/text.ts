import type { Span } from '../../../components/textarea/index.ts';
import { nameGrader } from '../../../domain/evaluation/graders.ts';
import type { EvaluatedItem, GraderSpec, Prediction } from '../../../domain/evaluation/types.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';
import { sanitizeLine, sanitizeText } from '../../../domain/text/sanitize.ts';
import type { Symbols, Tone } from '../../../theme/index.ts';
import { verdictOf, verdictTone, verdictWords } from './verdict.ts';

export interface ItemText {
  /** Safe to draw. */
  readonly text: string;
  readonly spans: readonly Span[];
}

interface Part {
  readonly title: string;
  readonly body: string;
  readonly tone?: Tone;
}

const ROLES = { system: 'System', user: 'User', assistant: 'Assistant, before', tool: 'Tool' } as const;

/** `✓ exact 1.00`, with the note of the grader. */
function scoreLines({ scores }: Prediction, graders: readonly GraderSpec[], symbols: Symbols): readonly string[] {
  return scores.map(({ value, passed, note }, index) => {
    const grader = graders[index];
    const name = grader === undefined ? 'grader' : nameGrader(grader);
    const sign = passed ? `${symbols.ok} passed` : `${symbols.error} not passed`;
    return `  ${sign}  ${name}  ${value.toFixed(2)}${note === null ? '' : `  ${note}`}`;
  });
}

function factsOf({ finishReason, promptTokens, completionTokens, costUsd }: Prediction): string {
  const tokens =
    promptTokens === null || completionTokens === null
      ? 'tokens unknown'
      : `${promptTokens} tokens in, ${completionTokens} out`;
  return `  ${tokens}, cost ${formatUsd(costUsd)}, finish reason ${finishReason ?? 'unknown'}`;
}

function answerParts(
  name: string,
  prediction: Prediction | null,
  graders: readonly GraderSpec[],
  symbols: Symbols,
): readonly Part[] {
  const verdict = verdictOf(prediction);
  const title = `${verdictWords(verdict, symbols)}  ${sanitizeLine(name)}`;
  if (prediction === null) return [{ title, body: 'The answer is still to come.', tone: 'muted' }];
  if (prediction.status === 'failed') {
    const why = sanitizeText(prediction.error ?? 'The call failed.');
    return [{ title, body: `${why}\nA failed call counts for neither right nor wrong.`, tone: 'warn' }];
  }
  const body = prediction.text === '' ? '(empty answer)' : sanitizeText(prediction.text);
  const facts = [...scoreLines(prediction, graders, symbols), factsOf(prediction)].map(sanitizeLine).join('\n');
  return [
    { title, body, tone: verdictTone(verdict) },
    { title: '', body: facts, tone: 'muted' },
  ];
}

/** An item whole: target and answers with their scores, then the prompt; the prompt first where there is room. */
export function itemText(
  { item, predictions }: EvaluatedItem,
  names: readonly string[],
  graders: readonly GraderSpec[],
  symbols: Symbols,
  promptFirst: boolean,
): ItemText {
  const prompt = item.prompt
    .filter(({ content }) => content !== '')
    .map(({ role, content }): Part => ({ title: ROLES[role], body: sanitizeText(content) }));
  const target: Part = { title: 'Target', body: sanitizeText(item.target), tone: 'strong' };
  const answers = names.flatMap((name, index) => answerParts(name, predictions[index] ?? null, graders, symbols));
  const slices = Object.entries(item.slices).map(([name, value]) => sanitizeLine(`${name}: ${value}`));
  const about: Part[] = slices.length === 0 ? [] : [{ title: 'Slices', body: slices.join('\n'), tone: 'muted' }];
  const parts = promptFirst ? [...prompt, target, ...answers, ...about] : [target, ...answers, ...prompt, ...about];
  let text = '';
  const spans: Span[] = [];
  for (const { title, body, tone } of parts) {
    if (text !== '') text += title === '' ? '\n' : '\n\n';
    if (title !== '') {
      spans.push({ start: text.length, end: text.length + title.length, tone: 'key' });
      text += `${title}\n`;
    }
    if (tone !== undefined) spans.push({ start: text.length, end: text.length + body.length, tone });
    text += body;
  }
  return { text, spans };
}
