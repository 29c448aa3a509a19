import { createFileSystem } from '../../../src/services/filesystem/documents.ts';

/** Writes a file whose end never comes, and says so when its draft is on the disk. */
const [home = '', path = ''] = process.argv.slice(2);

async function* unending(): AsyncGenerator<string> {
  yield 'x'.repeat(100_000);
  process.stdout.write('begun\n');
  setInterval(() => {}, 1_000);
  await new Promise<never>(() => {});
}

await createFileSystem({ home }).writeText(path, unending(), { work: 'import' });
