import { expect, test } from 'vitest';
import { chatLines, startEngine, type TestEngine, upload } from './support/engine.ts';
import { QUICK } from './support/runner.ts';

type List = (query: Record<string, unknown>) => Promise<{ readonly data: readonly { readonly id: string }[] }>;

/** Every list of the engine, by the official client, and the largest page of each. */
async function lists({ client }: TestEngine): Promise<Record<string, readonly [List, number]>> {
  const file = await upload(client, chatLines(10));
  const { id } = await client.fineTuning.jobs.create({ model: QUICK, training_file: file.id });
  const { jobs } = client.fineTuning;
  const messages = [{ role: 'user' as const, content: 'hi' }];
  const kept = await client.chat.completions.create({ model: 'test-writer', messages, store: true });
  return {
    files: [(query) => client.files.list({}, { query }), 10_000],
    jobs: [(query) => jobs.list({}, { query }), 1000],
    events: [(query) => jobs.listEvents(id, {}, { query }), 1000],
    checkpoints: [(query) => jobs.checkpoints.list(id, {}, { query }), 1000],
    answers: [(query) => client.chat.completions.list({}, { query }), 100],
    messages: [(query) => client.chat.completions.messages.list(kept.id, {}, { query }), 100],
  };
}

test('a limit that is no integer, none, or too many is refused in OpenAI’s words on every list', async () => {
  const engine = await startEngine();
  for (const [name, [list, most]] of Object.entries(await lists(engine))) {
    const below = (given: string) =>
      `Invalid 'limit': integer below minimum value. Expected a value >= 1, but got ${given} instead.`;
    const above = (given: string) =>
      `Invalid 'limit': integer above maximum value. Expected a value <= ${most}, but got ${given} instead.`;
    const type = (given: string) => `Invalid type for 'limit': expected an integer, but got ${given} instead.`;
    for (const [limit, code, message] of [
      ['0', 'integer_below_min_value', below('0')],
      ['-1', 'integer_below_min_value', below('-1')],
      [`${most + 1}`, 'integer_above_max_value', above(`${most + 1}`)],
      ['99999999999999999999', 'integer_above_max_value', above('9007199254740991')],
      ['1.5', 'invalid_type', type('a decimal')],
      ['many', 'invalid_type', type('a string')],
      ['', 'invalid_type', type('a string')],
      ['0x10', 'invalid_type', type('a string')],
    ] as const) {
      const refusal = await list({ limit }).catch((error: unknown) => error);
      expect([name, limit, refusal]).toEqual([
        name,
        limit,
        expect.objectContaining({ status: 400, type: 'invalid_request_error', param: 'limit', code }),
      ]);
      expect(refusal).toMatchObject({ error: { message } });
    }
    await expect(list({ limit: most })).resolves.toHaveProperty('data');
    await expect(list({ order: 'up' })).rejects.toMatchObject({ status: 400, param: 'order', code: 'invalid_value' });
    await expect(list({ after: 'none' })).rejects.toMatchObject({ status: 400, param: 'after', code: 'invalid_value' });
  }
});
