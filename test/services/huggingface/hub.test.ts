import { describe, expect, it } from 'vitest';
import { ImportError, type SourceRecord } from '../../../src/domain/importing/records.ts';
import { createHub, type Hub } from '../../../src/services/huggingface/hub.ts';
import type { Wanted } from '../../../src/services/huggingface/pages.ts';
import { temporaryHome } from '../store/sample.ts';
import { type FakeHub, type FakeHubData, parquetOf, startFakeHub } from './standin.ts';

const WANTED: Wanted = { id: 'owner/name', config: null, split: null };

async function all(records: AsyncIterable<SourceRecord>): Promise<readonly SourceRecord[]> {
  const read: SourceRecord[] = [];
  for await (const record of records) read.push(record);
  return read;
}

function hubAt(url: string, token: string | null = null, cache = temporaryHome()): Hub {
  return createHub({ endpoint: url, server: url, token, cache, sleep: async () => {} });
}

async function hubOf(data: FakeHubData, token: string | null = null): Promise<{ hub: Hub; standIn: FakeHub }> {
  const standIn = await startFakeHub(data);
  return { hub: hubAt(standIn.url, token), standIn };
}

async function readAll(hub: Hub, wanted = WANTED): Promise<readonly SourceRecord[]> {
  const source = await hub.open(wanted);
  return all(source.records());
}

const faultOf = async (work: Promise<unknown>): Promise<ImportError> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof ImportError)) throw new Error(`No ImportError, but ${String(error)}.`);
  return error;
};

describe('the Hub', () => {
  const parquet = [{ config: 'default', split: 'train', file: 'train.parquet' }];
  const train = { 'train.parquet': { bytes: parquetOf(1_000) } };

  it('reads its Parquet: labels by name, big numbers as text, lists and objects as they are', async () => {
    const { hub } = await hubOf({ parquet, files: train });
    expect(await hub.open(WANTED)).toMatchObject({ way: 'Parquet', format: 'parquet' });
    const records = await readAll(hub);
    expect(records).toHaveLength(1_000);
    expect(records[701]).toEqual({
      kind: 'row',
      line: 702,
      row: { text: 'Question 701', label: 'cash', big: '1152921504606846976', tags: { tags: [701, 'x'] } },
    });
  });

  it('chooses config and split, reads several files as one, and tells what there is to choose', async () => {
    const several = [
      { config: 'a', split: 'train', file: 'train.parquet' },
      { config: 'a', split: 'test', file: 'test.parquet' },
      { config: 'b', split: 'train', file: 'none.parquet' },
    ];
    const files = { ...train, 'test.parquet': { bytes: parquetOf(10) } };
    const { hub } = await hubOf({ parquet: several, files });
    expect(await readAll(hub, { ...WANTED, config: 'a', split: 'test' })).toHaveLength(10);
    const both = await readAll(hub, { ...WANTED, config: 'a' });
    expect(new Set(both.map((record) => record.kind === 'row' && record.line)).size).toBe(1_010);
    expect((await faultOf(hub.open(WANTED))).next).toContain('a, b');
    expect((await faultOf(hub.open({ ...WANTED, config: 'c' }))).message).toContain('no config c');
    expect((await faultOf(hub.open({ ...WANTED, config: 'a', split: 'x' }))).next).toContain('train, test');
  });

  it('goes on where a cut download stopped, and asks again for nothing it has', async () => {
    const bytes = parquetOf(20_000);
    const { standIn } = await hubOf({ parquet, files: { 'train.parquet': { bytes, cutAfter: 300_000 } } });
    const cache = temporaryHome();
    expect(await readAll(hubAt(standIn.url, null, cache))).toHaveLength(20_000);
    const starts = standIn.asked.flatMap(({ range }) => Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? []));
    expect(starts.length).toBeGreaterThan(1);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    expect(starts.at(-1)).toBeGreaterThanOrEqual(bytes.byteLength - 300_000);
    const before = standIn.asked.length;
    expect(await readAll(hubAt(standIn.url, null, cache))).toHaveLength(20_000);
    expect(standIn.asked.slice(before).map(({ path }) => path)).toEqual(['/parquet', '/files/train.parquet']);
    expect(standIn.asked.at(-1)?.range).toBeUndefined();
  });

  it('keeps what came when it gives up, and a later run goes on from there', async () => {
    const bytes = parquetOf(1_000);
    const { standIn } = await hubOf({ parquet, files: { 'train.parquet': { bytes, cutAfter: 0 } } });
    const cache = temporaryHome();
    expect((await faultOf(readAll(hubAt(standIn.url, null, cache)))).next).toContain('Import again');
    standIn.data = { parquet, files: { 'train.parquet': { bytes } } };
    expect(await readAll(hubAt(standIn.url, null, cache))).toHaveLength(1_000);
  });

  it('falls back to pages of rows: every page, labels by name, no row with a cut cell, a word when it is partial', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({ text: `Question ${index}`, label: index % 2 }));
    const features = [{ name: 'label', type: { _type: 'ClassLabel', names: ['card', 'cash'] } }];
    const { hub } = await hubOf({ parquet: 500, pages: { rows, features, cut: 120, partial: true } });
    const source = await hub.open(WANTED);
    expect(source).toMatchObject({ way: 'pages of rows', rows: 250 });
    const records = await all(source.records());
    const findings = records.flatMap((record) => (record.kind === 'finding' ? [record.finding] : []));
    expect(findings.map(({ code, line }) => [code, line])).toEqual([
      ['partial', 1],
      ['cut-cell', 121],
    ]);
    expect(records.filter(({ kind }) => kind === 'row')).toHaveLength(249);
    expect(records.at(-1)).toEqual({ kind: 'row', line: 250, row: { text: 'Question 249', label: 'cash' } });
  });

  it('falls back to raw files of a dataset made by a script, by config and split', async () => {
    const tree = ['README.md', 'load.py', 'data/nda/train.tsv', 'data/nda/test.tsv', 'data/other/train.tsv'];
    const bytes = Buffer.from('index\tanswer\ttext\n0\tYes\tA clause.\n');
    const { hub } = await hubOf({ parquet: 501, pages: 501, tree, files: { 'data/nda/train.tsv': { bytes } } });
    const records = await readAll(hub, { ...WANTED, config: 'nda', split: 'train' });
    expect(records).toEqual([{ kind: 'row', line: 2, row: { index: '0', answer: 'Yes', text: 'A clause.' } }]);
  });

  it('says what is wrong and what to do: script only, gated, missing, offline', async () => {
    const script = await hubOf({ parquet: 501, pages: 501, tree: ['load.py'] });
    expect((await faultOf(script.hub.open(WANTED))).message).toMatch(/script/);
    const gated = await hubOf({ token: 'hf_secretsecret' });
    expect((await faultOf(gated.hub.open(WANTED))).next).toContain('HF_TOKEN');
    const refused = await hubOf({ parquet: 403 }, 'hf_secretsecret');
    const fault = await faultOf(refused.hub.open(WANTED));
    expect(fault.message).toMatch(/gated or private/);
    expect(`${fault.message} ${fault.next}`).not.toContain('hf_secret');
    const missing = await hubOf({});
    expect((await faultOf(missing.hub.open(WANTED))).message).toContain('no dataset owner/name');
    expect((await faultOf(hubAt('http://127.0.0.1:1').open(WANTED))).message).toContain('cannot be reached');
  });

  it('sends the token to the Hub, and to nobody else', async () => {
    const other = await startFakeHub({ files: train });
    const elsewhere = [{ config: 'default', split: 'train', file: `${other.url}/files/train.parquet` }];
    const { hub, standIn } = await hubOf({ parquet: elsewhere, token: 'hf_secretsecret' }, 'hf_secretsecret');
    expect(await readAll(hub)).toHaveLength(1_000);
    expect(standIn.asked.map(({ token }) => token)).toEqual(['Bearer hf_secretsecret']);
    expect(other.asked.map(({ token }) => token)).toEqual([undefined]);
  });
});
