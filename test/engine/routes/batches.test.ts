import type OpenAI from 'openai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src/engine/storage/store.ts';
import { jsonl, startEngine, tempHome, upload } from '../support/engine.ts';

const request = (n: number, body: Readonly<Record<string, unknown>> = {}) => ({
  custom_id: `row-${n}`,
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'test-writer', messages: [{ role: 'user', content: `question ${n}` }], ...body },
});
const requests = (count: number) => Array.from({ length: count }, (_, n) => request(n));

async function start(client: OpenAI, lines: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  const file = await upload(client, jsonl(lines), 'batch');
  return client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    ...more,
  });
}

async function ended(client: OpenAI, id: string): Promise<OpenAI.Batch> {
  const isOpen = ({ status }: OpenAI.Batch) => /validating|in_progress|finalizing|cancelling/.test(status);
  await expect
    .poll(async () => isOpen(await client.batches.retrieve(id)), { timeout: 20_000, interval: 20 })
    .toBe(false);
  return client.batches.retrieve(id);
}

async function linesOf(client: OpenAI, fileId: string | null | undefined) {
  if (fileId == null) return [];
  const text = await (await client.files.content(fileId)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a batch', () => {
  test('is answered whole, each request by its id, and what the model refuses stands in the file of errors', async () => {
    const { client } = await startEngine();
    const refused = request(5, { temperature: 9 });
    const batch = await start(client, [...requests(5), refused, request(6, { stream: true })], {
      metadata: { run: 'a' },
    });
    expect(batch).toMatchObject({ object: 'batch', status: 'validating', metadata: { run: 'a' } });
    const done = await ended(client, batch.id);
    expect(done).toMatchObject({ status: 'completed', request_counts: { total: 7, completed: 5, failed: 2 } });
    const answers = await linesOf(client, done.output_file_id);
    expect(new Set(answers.map(({ custom_id: id }) => id))).toEqual(
      new Set(requests(5).map(({ custom_id: id }) => id)),
    );
    for (const { custom_id: id, response, error } of answers) {
      expect(error).toBeNull();
      expect(response).toMatchObject({ status_code: 200, request_id: expect.stringMatching(/^req_/) });
      expect(response.body.choices[0].message.content).toContain(id.replace('row-', 'question '));
    }
    const failures = await linesOf(client, done.error_file_id);
    expect(
      failures.map(({ custom_id: id, response }) => [id, response.status_code, response.body.error.param]).toSorted(),
    ).toEqual([
      ['row-5', 400, 'temperature'],
      ['row-6', 400, 'stream'],
    ]);
    expect((await client.batches.list()).data.map(({ id }) => id)).toEqual([batch.id]);
    const file = await client.files.retrieve(done.output_file_id ?? '');
    expect(file).toMatchObject({ purpose: 'batch_output', filename: `${batch.id}_output.jsonl` });
  });

  test.each([
    ['no JSON', ['{'], 'invalid_json_line', 1],
    ['a line without an id', [request(1), { ...request(2), custom_id: undefined }], 'missing_required_parameter', 2],
    ['two of the same id', [request(1), request(1)], 'duplicate_custom_id', 2],
    ['another endpoint', [{ ...request(1), url: '/v1/completions' }], 'mismatched_endpoint', 1],
    ['two models', [request(1), request(2, { model: 'other' })], 'mismatched_model', 2],
    ['nothing', [], 'empty_file', null],
  ])('of %s fails before anything is asked, and says in which line', async (_, lines, code, line) => {
    const { client } = await startEngine();
    const texts = lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
    const file = await upload(client, `${texts.join('\n')}\n`, 'batch');
    const { id } = await client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    const failed = await ended(client, id);
    expect(failed).toMatchObject({ status: 'failed', request_counts: { completed: 0, failed: 0 } });
    expect(failed.errors?.data?.map((one) => [one.code, one.line])).toEqual([[code, line]]);
  });

  test('that is cancelled keeps what was answered, and says which requests were not asked', async () => {
    const { client } = await startEngine({ latencyMs: 30 });
    const { id } = await start(client, requests(400));
    await expect
      .poll(async () => (await client.batches.retrieve(id)).request_counts?.completed, { interval: 20 })
      .toBeGreaterThan(0);
    expect((await client.batches.cancel(id)).status).toBe('cancelling');
    const done = await ended(client, id);
    expect(done.status).toBe('cancelled');
    const answers = await linesOf(client, done.output_file_id);
    const unasked = await linesOf(client, done.error_file_id);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.length + unasked.length).toBe(400);
    expect(new Set(unasked.map(({ error }) => error.code))).toEqual(new Set(['batch_cancelled']));
    await expect(client.batches.cancel((await start(client, [request(1)])).id)).resolves.toBeDefined();
  });

  test('that expires has half of its answers, and names the others', async () => {
    const { client } = await startEngine({ expireBatches: true });
    const done = await ended(client, (await start(client, requests(40))).id);
    expect(done.status).toBe('expired');
    const unasked = await linesOf(client, done.error_file_id);
    expect((await linesOf(client, done.output_file_id)).length + unasked.length).toBe(40);
    expect(unasked.length).toBeGreaterThan(10);
    expect(unasked[0]).toMatchObject({ response: null, error: { code: 'batch_expired' } });
  });

  test('goes on at the next engine, and asks nothing again that was answered', async () => {
    const home = tempHome();
    const first = await startEngine({ home, latencyMs: 30 });
    const { id } = await start(first.client, requests(200));
    await expect
      .poll(async () => (await first.client.batches.retrieve(id)).request_counts?.completed, { interval: 20 })
      .toBeGreaterThan(10);
    await first.server.close();
    const { client } = await startEngine({ home });
    const before = (await client.batches.retrieve(id)).request_counts?.completed ?? 0;
    expect(before).toBeGreaterThan(10);
    const done = await ended(client, id);
    expect(done).toMatchObject({ status: 'completed', request_counts: { total: 200, completed: 200, failed: 0 } });
    const answers = await linesOf(client, done.output_file_id);
    expect(new Set(answers.map(({ custom_id }) => custom_id)).size).toBe(200);
  });

  test('that another engine has taken over is left to it', async () => {
    const { client, server, home } = await startEngine({ latencyMs: 30 });
    const { id } = await start(client, requests(400));
    const store = openStore(home);
    onTestFinished(() => store.close());
    await expect.poll(() => store.batches.answered(id).size, { interval: 10 }).toBeGreaterThan(0);
    const another = store.db.prepare("UPDATE batches SET owner = 'another', owner_pid = ?, heartbeat_at = ?");
    another.run(process.pid, Date.now() + 600_000);
    await expect.poll(() => server.idleMs(), { timeout: 20_000, interval: 10 }).toBeGreaterThan(0);
    expect(store.batches.get(id)?.status).toBe('in_progress');
    expect(store.batches.answered(id).size).toBeLessThan(400);
  });

  test('waits out the limits of the server', async () => {
    const { client } = await startEngine({ rpm: 1_200 });
    const done = await ended(client, (await start(client, requests(1_210))).id);
    expect(done).toMatchObject({ status: 'completed', request_counts: { completed: 1_210, failed: 0 } });
  });

  test.each([
    ['a file of another purpose', { purpose: 'fine-tune' as const }, { param: 'input_file_id' }],
    [
      'an endpoint it does not have',
      { endpoint: '/v1/embeddings' as const },
      { param: 'endpoint', code: 'invalid_value' },
    ],
  ])(
    'with %s is refused',
    async (_, {
      purpose = 'batch',
      endpoint = '/v1/chat/completions',
    }: { purpose?: 'batch' | 'fine-tune'; endpoint?: '/v1/chat/completions' | '/v1/embeddings' }, refusal) => {
      const { client } = await startEngine();
      const file = await upload(client, jsonl(requests(1)), purpose);
      await expect(
        client.batches.create({ input_file_id: file.id, endpoint, completion_window: '24h' }),
      ).rejects.toMatchObject({ status: 400, ...refusal });
    },
  );
});
