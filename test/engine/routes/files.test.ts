import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chatLines, startEngine, tempHome, upload } from '../support/engine.ts';
import { KEY } from '../support/options.ts';

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

test('a purpose sent before the file is read too', async () => {
  const { server } = await startEngine();
  const form = new FormData();
  form.set('purpose', 'fine-tune');
  form.set('file', new File(['{}'], 'x.jsonl'));
  const headers = { authorization: `Bearer ${KEY}` };
  const answer = await fetch(`${server.url}/files`, { method: 'POST', headers, body: form });
  expect(await answer.json()).toMatchObject({ bytes: 2, purpose: 'fine-tune' });
});
