import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chatLines, startEngine } from '../support/engine.ts';

const text = chatLines(20);
const bytes = Buffer.from(text);

test('a file that comes in parts is the parts in the order that was named', async () => {
  const { client, home } = await startEngine();
  const upload = await client.uploads.create({
    bytes: bytes.length,
    filename: 'train.jsonl',
    mime_type: 'application/jsonl',
    purpose: 'fine-tune',
    expires_after: { anchor: 'created_at', seconds: 3600 },
  });
  expect(upload).toMatchObject({ object: 'upload', status: 'pending', bytes: bytes.length, file: null });
  const cuts = [bytes.subarray(1000), bytes.subarray(0, 1000)];
  const parts = [];
  for (const data of cuts) parts.push(await client.uploads.parts.create(upload.id, { data: new File([data], 'part') }));
  const ids = parts.map(({ id }) => id).toReversed();
  await expect(client.uploads.complete(upload.id, { part_ids: ids.slice(1) })).rejects.toMatchObject({
    param: 'part_ids',
  });
  await expect(client.uploads.complete(upload.id, { part_ids: ids, md5: 'ff' })).rejects.toMatchObject({
    param: 'md5',
  });
  const md5 = createHash('md5').update(bytes).digest('hex');
  const whole = await client.uploads.complete(upload.id, { part_ids: ids, md5 });
  expect(whole).toMatchObject({ status: 'completed', file: { filename: 'train.jsonl', purpose: 'fine-tune' } });
  expect(whole.file?.expires_at).toBeGreaterThan(0);
  expect(await (await client.files.content(whole.file?.id ?? '')).text()).toBe(text);
  expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  await expect(client.uploads.cancel(upload.id)).rejects.toMatchObject({ status: 400 });
});

test('one that is given up leaves nothing, and takes no more parts', async () => {
  const { client, home } = await startEngine();
  const asked = { bytes: 4, filename: 'a.jsonl', mime_type: 'text/plain', purpose: 'batch' as const };
  const { id } = await client.uploads.create(asked);
  await client.uploads.parts.create(id, { data: new File(['abcd'], 'part') });
  expect((await client.uploads.cancel(id)).status).toBe('cancelled');
  expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  await expect(client.uploads.parts.create(id, { data: new File(['abcd'], 'part') })).rejects.toMatchObject({
    status: 400,
  });
  await expect(client.uploads.complete('upload_none', { part_ids: ['x'] })).rejects.toMatchObject({ status: 404 });
  await expect(client.uploads.create({ ...asked, bytes: 9e9 })).rejects.toMatchObject({ param: 'bytes' });
});
