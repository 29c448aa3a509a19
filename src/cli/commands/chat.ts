import { type ChatAnswer, type ChatRequest, withoutText } from '../../domain/chat/types.ts';
import { count, duration, plural } from '../../domain/text/format.ts';
import { openProvider } from '../connect.ts';
import { type ChatOptions, type CommandContext, EXIT, type ExitCode } from '../context.ts';

/** `chat --model M PROMPT`: the answer streams to stdout; what it took is said on stderr. */
export async function chat(context: CommandContext, prompt: string, options: ChatOptions): Promise<ExitCode> {
  const { output, signal } = context;
  const provider = await openProvider(context, options);
  const answer = await provider.chat.complete(request(prompt, options), {
    signal,
    onDelta(text) {
      output.record('delta', { text });
      output.stream(text);
    },
  });
  output.line(answer.refusal === null ? '' : `\nThe model declined: ${answer.refusal}`);
  const ending = endingOf(answer, options);
  if (ending !== null) output.note(`! ${ending}`);
  if (answer.reasoning !== undefined)
    output.note(`The model thought first (${count(answer.reasoning.length)} characters, no part of the answer).`);
  if (answer.without !== undefined) output.note(`! ${withoutText(options.model, answer.without)}`);
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

/** What keeps an answer from being whole; null when it is. */
function endingOf({ text, refusal, finishReason, usage }: ChatAnswer, { maxTokens }: ChatOptions): string | null {
  const tokens = maxTokens ?? usage?.completionTokens ?? null;
  if (finishReason === 'length')
    return `The answer was cut${tokens === null ? '' : ` at ${plural(tokens, 'token')}`}: raise --max-tokens.`;
  if (finishReason === 'content_filter') return 'The content filter of the provider stopped the answer.';
  return text === '' && refusal === null ? 'The answer is empty.' : null;
}

function facts(tokens: number | null, firstTokenMs: number, totalMs: number): string {
  const times = `first after ${duration(firstTokenMs)}, all after ${duration(totalMs)}`;
  return tokens === null ? times : `${plural(tokens, 'token')}, ${times}`;
}
