import { expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createUploads } from '../../../src/services/store/uploads.ts';
import { temporaryHome } from './sample.ts';

it('keeps the newest upload of the same bytes to each server', () => {
  const database = createDatabase({ home: temporaryHome() });
  onTestFinished(() => database.close());
  const uploads = createUploads(database);
  const key = { address: 'https://one/v1', purpose: 'fine-tune', hash: 'abc' };
  expect(uploads.find(key)).toBeNull();
  uploads.save(key, { id: 'file-1', filename: 'train.jsonl', at: 1 });
  uploads.save(key, { id: 'file-2', filename: 'train.jsonl', at: 2 });
  expect(uploads.find(key)).toBe('file-2');
  expect(uploads.find({ ...key, address: 'https://two/v1' })).toBeNull();
  expect(uploads.find({ ...key, purpose: 'batch' })).toBeNull();
  expect(uploads.find({ ...key, hash: 'abd' })).toBeNull();
});
