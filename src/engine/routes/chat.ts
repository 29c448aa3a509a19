import type { FastifyInstance } from 'fastify';
import type { EngineContext } from '../http/context.ts';
import { delay, disconnectSignal } from '../http/disconnect.ts';
import { sendEvents } from '../http/stream.ts';
import { answer, answerSeed, wholeAnswer } from '../inference/answer.ts';
import { promptTokens, wireUsage } from '../inference/usage.ts';
import type { LanguageModel } from '../runners/types.ts';
import { nowSeconds, randomName } from '../storage/ids.ts';
import { type ChatCall, parseChat } from './chat-request.ts';
import { type ChatFrame, type ChunkChoice, chatChunk, chatCompletion, chatLogprobs } from './chat-view.ts';

interface ChatJob {
  readonly call: ChatCall;
  readonly model: LanguageModel;
  readonly frame: ChatFrame;
  readonly prompt: number;
  readonly signal: AbortSignal;
  /** Told what each answer cost. */
  charge(tokens: number): void;
}

export function chatRoutes(app: FastifyInstance, context: EngineContext): void {
  const { loader, limiter, models } = context;
  app.post('/v1/chat/completions', async (request, reply) => {
    const call = parseChat(request.body);
    const model = await loader.get(call.model);
    const prompt = promptTokens(call.messages, models.countTokens);
    limiter.admit(prompt);
    const signal = disconnectSignal(reply);
    await delay(context.latencyMs, signal);
    const frame = { id: `chatcmpl-${randomName(29)}`, created: nowSeconds(), model: call.model };
    const job = { call, model, frame, prompt, signal, charge: limiter.charge };
    return call.stream ? sendEvents(reply, streamed(job)) : whole(job);
  });
}

const begin = ({ call, model, signal }: ChatJob, index: number) =>
  answer(model, call.messages, { ...call.options, seed: answerSeed(call.seed, index) }, signal);

async function whole(job: ChatJob): Promise<object> {
  const { call, frame, prompt } = job;
  const choices = [];
  let generated = 0;
  for (let index = 0; index < call.n; index += 1) {
    const made = await wholeAnswer(begin(job, index));
    generated += made.generated;
    job.charge(made.generated);
    const { text, finishReason } = made;
    choices.push({ text, finishReason, logprobs: call.logprobs ? chatLogprobs(made.tokens) : null });
  }
  return chatCompletion(frame, choices, wireUsage(prompt, generated));
}

async function* streamed(job: ChatJob): AsyncGenerator<object, void, undefined> {
  const { call, frame, prompt } = job;
  const pending = call.includeUsage ? null : undefined;
  const chunk = (choice: ChunkChoice): object => chatChunk(frame, [choice], pending);
  let generated = 0;
  for (let index = 0; index < call.n; index += 1) {
    yield chunk({ index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null });
    for await (const piece of begin(job, index)) {
      if (piece.kind === 'end') {
        generated += piece.generated;
        job.charge(piece.generated);
        yield chunk({ index, delta: {}, logprobs: null, finish_reason: piece.finishReason });
        continue;
      }
      const logprobs = call.logprobs ? chatLogprobs(piece.tokens) : null;
      const content = piece.tokens.map((token) => token.text).join('');
      yield chunk({ index, delta: { content }, logprobs, finish_reason: null });
    }
  }
  if (call.includeUsage) yield chatChunk(frame, [], wireUsage(prompt, generated));
}
