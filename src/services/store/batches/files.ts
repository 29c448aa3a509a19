import { createReadStream, rmSync, statSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePrivateFolder } from '../../filesystem/private-files.ts';

export interface RequestFiles {
  add(key: string, lines: readonly string[]): Promise<number>;
  read(key: string): { readonly bytes: number; body(): AsyncIterable<Uint8Array> } | null;
  remove(key: string): void;
}

/** The files of requests that are to be sent, in `batches/` of the data folder. */
export function createRequestFiles(home: string): RequestFiles {
  const folder = join(home, 'batches');
  const pathOf = (key: string): string => join(folder, `${key}.jsonl`);
  return {
    async add(key, lines) {
      ensurePrivateFolder(folder);
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      await appendFile(pathOf(key), bytes, { mode: 0o600 });
      return bytes.byteLength;
    },
    read(key) {
      const path = pathOf(key);
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? null : { bytes: found.size, body: () => createReadStream(path) };
    },
    remove: (key) => rmSync(pathOf(key), { force: true }),
  };
}
