import { paidChat } from '../../app/core/paid-call.ts';
import { wordsIn } from '../../domain/chat/thoughts.ts';
import {
  type ChatAnswer,
  type ChatRequest,
  type FinishReason,
  oddUsageText,
  onlyThought,
  withoutText,
} from '../../domain/chat/types.ts';
import { duration, plural } from '../../domain/text/format.ts';
import { sentKeysText } from '../../domain/text/key-mask.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { openBooks } from '../command-services.ts';
import { resolveConnection } from '../connect.ts';
import { type ChatOptions, type CommandContext, EXIT, type ExitCode } from '../context.ts';
import { input } from '../options.ts';
import { textOption } from '../texts.ts';

/** `chat --model M PROMPT`: the answer streams to stdout; what it took is said on stderr. */
export async function chat(context: CommandContext, typed: string, given: ChatOptions): Promise<ExitCode> {
  const prompt = typed === '-' ? await textOption(`@${input('-')}`) : typed;
  const options = given.system === undefined ? given : { ...given, system: await textOption(given.system) };
  const { output, signal } = context;
  const connection = resolveConnection(context, options);
  await using books = openBooks(connection);
  const provider = await connection.providers.connect(connection.profile.id, { signal });
  const account = { projectId: 'luthier chat', kind: 'chat' as const, operationId: '' };
  const asked = paidChat(books.ledger, { ...account, provider, costOf: books.costOf });
  let streamed = '';
  const answer = await asked.complete(request(prompt, options), {
    signal,
    onDelta(text) {
      streamed += text;
      output.record('delta', { text });
      output.stream(text);
    },
    onThoughts: (text) => output.record('thoughts-delta', { text }),
  });
  // Calls of tools are no part of the stream.
  if (answer.text.startsWith(streamed)) output.stream(answer.text.slice(streamed.length));
  output.line(answer.refusal === null ? '' : `\nThe model declined: ${answer.refusal}`);
  if (answer.reasoning !== undefined && streamed.length > answer.text.length && streamed.endsWith(answer.text))
    output.note('! What stands before the answer above is what the model thought: only its end was marked.');
  const ending = endingOf(answer, options);
  if (ending !== null) output.note(`! ${ending}`);
  if (answer.reasoning !== undefined)
    output.note(`The model thought first (${plural(wordsIn(answer.reasoning), 'word')}, no part of the answer).`);
  if (answer.without !== undefined) output.note(`! ${withoutText(options.model, answer.without)}`);
  if (answer.maskedKeys !== undefined) output.note(`! ${sentKeysText(answer.maskedKeys)}`);
  if (answer.oddUsage !== undefined) output.note(`! ${oddUsageText(1, answer.oddUsage)}`);
  output.record('answer', { ...answer });
  if (!output.json) output.note(facts(answer.usage?.completionTokens ?? null, answer.firstTokenMs, answer.totalMs));
  return EXIT.done;
}

function request(prompt: string, options: ChatOptions): ChatRequest {
  const { model, system, temperature, topP, maxTokens, seed } = options;
  return {
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user' as const, content: prompt },
    ],
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(seed !== undefined && { seed }),
  };
}

const WHOLE: ReadonlySet<FinishReason> = new Set(['stop', 'tool_calls', 'function_call']);

/** What keeps an answer from being whole; null when it is. */
function endingOf(answer: ChatAnswer, { maxTokens }: ChatOptions): string | null {
  const { text, refusal, finishReason, usage } = answer;
  const tokens = maxTokens ?? usage?.completionTokens ?? null;
  if (finishReason === 'length') {
    const at = tokens === null ? '' : ` at ${plural(tokens, 'token')}`;
    return `${onlyThought(answer) ? `The model was cut${at} while it thought` : `The answer was cut${at}`}: raise --max-tokens.`;
  }
  if (finishReason === 'content_filter') return 'The content filter of the provider stopped the answer.';
  if (finishReason !== null && !WHOLE.has(finishReason)) return `The answer ended by “${sanitizeLine(finishReason)}”.`;
  if (text !== '' || refusal !== null) return null;
  return onlyThought(answer) ? 'The model thought and gave no answer.' : 'The answer is empty.';
}

function facts(tokens: number | null, firstTokenMs: number, totalMs: number): string {
  const times = `first after ${duration(firstTokenMs)}, all after ${duration(totalMs)}`;
  return tokens === null ? times : `${plural(tokens, 'token')}, ${times}`;
}
