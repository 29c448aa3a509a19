import type { StrictRoute } from './strict-server.ts';

/** A chat in OpenAI's protocol that knows the given fields alone. */
export const chatRoute = (path: string, known: readonly string[]): StrictRoute => ({
  method: 'POST',
  path,
  key: true,
  answer(call) {
    const { stream, model } = call.fields(known, ['model', 'messages']);
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    const message = { role: 'assistant', content: 'Well met.' };
    if (stream !== true)
      return { body: { id: 'c', model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage } };
    const chunk = (content: string, finish_reason: string | null): string => {
      const choices = [{ index: 0, delta: { content }, finish_reason }];
      return `data: ${JSON.stringify({ id: 'c', model, choices, usage: finish_reason === null ? null : usage })}\n\n`;
    };
    const body = Buffer.from(`${chunk('Well ', null)}${chunk('met.', null)}${chunk('', 'stop')}data: [DONE]\n\n`);
    return { headers: { 'content-type': 'text/event-stream' }, body };
  },
});
