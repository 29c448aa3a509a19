import type { FastifyInstance } from 'fastify';
import type { EngineContext } from '../http/context.ts';
import { delay, disconnectSignal } from '../http/disconnect.ts';
import { sendEvents } from '../http/stream.ts';
import { answer, answerSeed, wholeAnswer } from '../inference/answer.ts';
import { type WireUsage, wireUsage } from '../inference/usage.ts';
import type { GeneratedToken, LanguageModel } from '../runners/types.ts';
import { nowSeconds, randomName } from '../storage/ids.ts';
import { type CompletionCall, parseCompletion } from './completion-request.ts';

interface CompletionJob {
  readonly call: CompletionCall;
  readonly model: LanguageModel;
  readonly frame: {
    readonly id: string;
    readonly object: 'text_completion';
    readonly created: number;
    readonly model: string;
  };
  readonly prompt: number;
  readonly signal: AbortSignal;
  charge(tokens: number): void;
}

/** The legacy endpoint: several prompts, `n` answers each, numbered prompt by prompt. */
export function completionRoutes(app: FastifyInstance, context: EngineContext): void {
  const { loader, limiter, models } = context;
  app.post('/v1/completions', async (request, reply) => {
    const call = parseCompletion(request.body);
    const model = await loader.get(call.model);
    const prompt = call.prompts.reduce((sum, text) => sum + models.countTokens(text), 0);
    limiter.admit(prompt);
    const signal = disconnectSignal(reply);
    await delay(context.latencyMs, signal);
    const id = `cmpl-${randomName(29)}`;
    const frame = { id, object: 'text_completion', created: nowSeconds(), model: call.model } as const;
    const job = { call, model, frame, prompt, signal, charge: limiter.charge };
    return call.stream ? sendEvents(reply, streamed(job)) : whole(job);
  });
}

/** The answers to make, in the order of their indices. */
function* parts({ call, model, signal }: CompletionJob) {
  let index = 0;
  for (const prompt of call.prompts) {
    for (let i = 0; i < call.n; i += 1) {
      const options = { ...call.options, seed: answerSeed(call.seed, index) };
      const pieces = answer(model, [{ role: 'user', content: prompt }], options, signal);
      yield { index, lead: call.echo ? prompt : '', pieces };
      index += 1;
    }
  }
}

async function whole(job: CompletionJob): Promise<object> {
  const choices: object[] = [];
  let generated = 0;
  for (const { index, lead, pieces } of parts(job)) {
    const made = await wholeAnswer(pieces);
    generated += made.generated;
    job.charge(made.generated);
    const logprobs = job.call.logprobs ? legacyLogprobs(made.tokens, 0) : null;
    choices.push({ index, text: lead + made.text, logprobs, finish_reason: made.finishReason });
  }
  return { ...job.frame, choices, usage: wireUsage(job.prompt, generated) };
}

async function* streamed(job: CompletionJob): AsyncGenerator<object, void, undefined> {
  const { call, frame } = job;
  const extra: { usage?: WireUsage | null } = call.includeUsage ? { usage: null } : {};
  let generated = 0;
  for (const { index, lead, pieces } of parts(job)) {
    if (lead) yield { ...frame, choices: [{ index, text: lead, logprobs: null, finish_reason: null }], ...extra };
    let offset = 0;
    for await (const piece of pieces) {
      if (piece.kind === 'end') {
        generated += piece.generated;
        job.charge(piece.generated);
        const choice = { index, text: '', logprobs: null, finish_reason: piece.finishReason };
        yield { ...frame, choices: [choice], ...extra };
        continue;
      }
      const text = piece.tokens.map((token) => token.text).join('');
      const logprobs = call.logprobs ? legacyLogprobs(piece.tokens, offset) : null;
      offset += text.length;
      yield { ...frame, choices: [{ index, text, logprobs, finish_reason: null }], ...extra };
    }
  }
  if (call.includeUsage) yield { ...frame, choices: [], usage: wireUsage(job.prompt, generated) };
}

/** The legacy form: parallel lists, offsets in characters of the answer's text. */
function legacyLogprobs(tokens: readonly GeneratedToken[], offset: number) {
  let at = offset;
  return {
    tokens: tokens.map((token) => token.text),
    token_logprobs: tokens.map((token) => token.logprob),
    top_logprobs: tokens.map((token) => Object.fromEntries(token.top.map((each) => [each.text, each.logprob]))),
    text_offset: tokens.map((token) => {
      const start = at;
      at += token.text.length;
      return start;
    }),
  };
}
