import { chmodSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { chatLines, startEngine, tempHome, upload } from '../support/engine.ts';
import { KEY } from '../support/options.ts';
import { QUICK } from '../support/runner.ts';

test.skipIf(process.platform === 'win32')(
  'what a home holds is its owner’s alone, in a folder others may enter',
  async () => {
    const home = tempHome();
    chmodSync(home, 0o755);
    const { client } = await startEngine({ home });
    await upload(client, chatLines(1));
    const modes = readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, statSync(join(entry.parentPath, entry.name)).mode & 0o077]);
    expect(modes.length).toBeGreaterThan(1);
    expect(modes.filter(([, others]) => others !== 0)).toEqual([]);
  },
);

test('a file can be uploaded, looked at, downloaded byte for byte, and deleted', async () => {
  const { client, home } = await startEngine();
  const content = `${chatLines(3)}{"wide":"猫🐈","escape":"\u001b[31m"}\n`;
  const file = await upload(client, content);
  expect(file).toMatchObject({ object: 'file', filename: 'train.jsonl', purpose: 'fine-tune', status: 'processed' });
  expect(file.id).toMatch(/^file-\w{22}$/);
  expect(file.bytes).toBe(Buffer.byteLength(content));
  expect(await client.files.retrieve(file.id)).toEqual(file);
  expect(await (await client.files.content(file.id)).text()).toBe(content);
  expect(await client.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
  await expect(client.files.retrieve(file.id)).rejects.toMatchObject({ status: 404, type: 'invalid_request_error' });
  await expect(client.files.content(file.id)).rejects.toMatchObject({ status: 404 });
  await expect(client.files.delete(file.id)).rejects.toMatchObject({ status: 404 });
  expect(readdirSync(join(home, 'files'))).toEqual([]);
});

test('a megabytes-long file arrives whole', async () => {
  const { client } = await startEngine();
  const content = chatLines(60_000);
  const file = await upload(client, content);
  expect(file.bytes).toBe(content.length);
  expect(await (await client.files.content(file.id)).text()).toBe(content);
});

test('files are listed newest first, by purpose, page by page', async () => {
  const { client } = await startEngine();
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) ids.unshift((await upload(client, `${i}`)).id);
  const other = await upload(client, 'b', 'batch');
  const page = await client.files.list({ limit: 2, purpose: 'fine-tune' });
  expect(page.data.map((file) => file.id)).toEqual(ids.slice(0, 2));
  expect(page.has_more).toBe(true);
  expect(page).toMatchObject({ body: { first_id: ids[0], last_id: ids[1] } });
  const all = [];
  for await (const file of client.files.list({ limit: 2, purpose: 'fine-tune' })) all.push(file.id);
  expect(all).toEqual(ids);
  const ascending = await client.files.list({ order: 'asc', after: ids[1] ?? '' });
  expect(ascending.data.map((file) => file.id)).toEqual([ids[0], other.id]);
  expect(ascending.has_more).toBe(false);
});

test.each([
  [{ limit: 0 }, 'limit'],
  [{ limit: 10_001 }, 'limit'],
  [{ after: 'file-none' }, 'after'],
])('a list call with %j is refused', async (query, param) => {
  const { client } = await startEngine();
  await expect(client.files.list(query)).rejects.toMatchObject({ status: 400, param });
});

test('an upload without a good purpose, a file or a form is refused, and leaves nothing on disk', async () => {
  const { client, server, home } = await startEngine();
  const send = (body: FormData | string) =>
    fetch(`${server.url}/files`, { method: 'POST', headers: { authorization: `Bearer ${KEY}` }, body });
  const wrong = new FormData();
  wrong.set('file', new File(['x'], 'x.jsonl'));
  wrong.set('purpose', 'fine-tune-results');
  const error = await (await send(wrong)).json();
  expect(error).toMatchObject({ error: { type: 'invalid_request_error', param: 'purpose', code: 'invalid_value' } });
  wrong.delete('purpose');
  expect(await (await send(wrong)).json()).toMatchObject({
    error: { param: 'purpose', code: 'missing_required_parameter' },
  });
  const empty = new FormData();
  empty.set('purpose', 'fine-tune');
  expect((await send(empty)).status).toBe(400);
  expect(await (await send('{}')).json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  expect((await client.files.list()).data).toEqual([]);
  expect([...readdirSync(join(home, 'tmp')), ...readdirSync(join(home, 'files'))]).toEqual([]);
});

test('what a file has nothing of is left out, as OpenAI leaves it out', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(1));
  const fields = ['id', 'object', 'bytes', 'created_at', 'filename', 'purpose', 'status'];
  expect(Object.keys(file).sort()).toEqual(fields.toSorted());
  expect((await client.files.list()).data).toEqual([file]);
});

test('a file expires when it was told to: it is listed, read and trained on no more, and its bytes go', async () => {
  const { client, home } = await startEngine();
  const content = new File([chatLines(10)], 'train.jsonl');
  const life = { anchor: 'created_at', seconds: 3600 } as const;
  const file = await client.files.create({ file: content, purpose: 'fine-tune', expires_after: life });
  expect(file.expires_at).toBe(file.created_at + 3600);
  const kept = await upload(client, chatLines(10));
  expect(await client.files.retrieve(file.id)).toEqual(file);
  expect((await client.files.list()).data).toHaveLength(2);
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['Date'], now: (file.created_at + 3599) * 1000 });
  expect(await client.files.retrieve(file.id)).toEqual(file);
  vi.setSystemTime((file.created_at + 3600) * 1000);
  await expect(client.files.retrieve(file.id)).rejects.toMatchObject({ status: 404 });
  await expect(client.files.content(file.id)).rejects.toMatchObject({ status: 404 });
  const job = { model: QUICK, training_file: file.id };
  await expect(client.fineTuning.jobs.create(job)).rejects.toMatchObject({ status: 404, param: 'training_file' });
  expect((await client.files.list()).data).toEqual([kept]);
  expect(readdirSync(join(home, 'files'))).toEqual([`${kept.id}.jsonl`]);
});

test('an upload clears away what has expired by then', async () => {
  const { client, home } = await startEngine();
  const life = { anchor: 'created_at', seconds: 3600 } as const;
  const content = new File(['{}'], 'train.jsonl');
  const file = await client.files.create({ file: content, purpose: 'fine-tune', expires_after: life });
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['Date'], now: (file.created_at + 3600) * 1000 });
  const kept = await upload(client, chatLines(1));
  expect(readdirSync(join(home, 'files'))).toEqual([`${kept.id}.jsonl`]);
});

test.each<[string, Record<string, string>, string, string]>([
  ['less than an hour', { anchor: 'created_at', seconds: '3599' }, 'expires_after.seconds', 'integer_below_min_value'],
  [
    'more than a month',
    { anchor: 'created_at', seconds: '2592001' },
    'expires_after.seconds',
    'integer_above_max_value',
  ],
  ['a word for seconds', { anchor: 'created_at', seconds: 'soon' }, 'expires_after.seconds', 'invalid_type'],
  ['no seconds', { anchor: 'created_at' }, 'expires_after.seconds', 'missing_required_parameter'],
  ['no anchor', { seconds: '3600' }, 'expires_after.anchor', 'missing_required_parameter'],
  ['another anchor', { anchor: 'last_used_at', seconds: '3600' }, 'expires_after.anchor', 'invalid_value'],
  ['more than that', { anchor: 'created_at', seconds: '3600', days: '1' }, 'expires_after.days', 'unknown_parameter'],
])('an upload that expires after %s is refused', async (_name, life, param, code) => {
  const { client, home } = await startEngine();
  const wrong: object = { expires_after: life };
  const call = client.files.create({ file: new File(['{}'], 'x.jsonl'), purpose: 'fine-tune', ...wrong });
  await expect(call).rejects.toMatchObject({ status: 400, param, code });
  expect(readdirSync(join(home, 'files'))).toEqual([]);
});

test('a field that a form of files does not have is named', async () => {
  const { server } = await startEngine();
  const form = new FormData();
  form.set('purpose', 'fine-tune');
  form.set('colour', 'red');
  form.set('file', new File(['{}'], 'x.jsonl'));
  const headers = { authorization: `Bearer ${KEY}` };
  const answer = await fetch(`${server.url}/files`, { method: 'POST', headers, body: form });
  expect(await answer.json()).toMatchObject({ error: { param: 'colour', code: 'unknown_parameter' } });
});

test('a disk that cannot be written to is the server’s fault, not the form’s', async () => {
  const faults: unknown[] = [];
  const { client, home } = await startEngine({ onFault: (error) => faults.push(error) });
  rmSync(join(home, 'tmp'), { recursive: true });
  await expect(upload(client, chatLines(1))).rejects.toMatchObject({ status: 500, type: 'server_error' });
  expect(faults).toMatchObject([{ code: 'ENOENT' }]);
});

test('a purpose sent before the file is read too', async () => {
  const { server } = await startEngine();
  const form = new FormData();
  form.set('purpose', 'fine-tune');
  form.set('file', new File(['{}'], 'x.jsonl'));
  const headers = { authorization: `Bearer ${KEY}` };
  const answer = await fetch(`${server.url}/files`, { method: 'POST', headers, body: form });
  expect(await answer.json()).toMatchObject({ bytes: 2, purpose: 'fine-tune' });
});
