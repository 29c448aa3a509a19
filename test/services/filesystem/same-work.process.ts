import { createFileSystem } from '../../../src/services/filesystem/documents.ts';

/** Writes file after file, each at the moment that was agreed with another process which writes the same; prints what went wrong. */
const [home = '', folder = '', start = '', files = ''] = process.argv.slice(2);
const documents = createFileSystem({ home });
for (let file = 0; file < Number(files); file += 1) {
  while (Date.now() < Number(start) + file * 10);
  await documents
    .writeText(`${folder}/${file}.jsonl`, `${file} of ${process.pid}\n`, { work: 'import' })
    .catch((error: unknown) => process.stdout.write(`${error instanceof Error ? error.message : error}\n`));
}
