import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { builtinsAtFirstUse } from '../../bin/builtins.js';

const folder = mkdtempSync(join(tmpdir(), 'luthier-builtins-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Printed = z.object({ loadedBefore: z.array(z.string()), said: z.unknown() });

const PROGRAM = `
  import { execFile } from 'node:child_process';
  import crypto, { createHash } from 'node:crypto';
  import fs, { constants } from 'node:fs';
  import { access } from 'node:fs/promises';
  import * as path from 'node:path';
  import process from 'node:process';
  import { Readable } from 'node:stream';
  import { promisify } from 'node:util';
  import { isMainThread, parentPort, Worker } from 'node:worker_threads';
  import { constants as zlib, crc32 } from 'zlib';

  const loadedBefore = process.moduleLoadList.filter((name) => /crypto\\/hash|fs\\/promises|NativeModule zlib/.test(name));
  class Numbers extends Readable {
    left = 3;
    _read() { this.push(this.left > 0 ? String(this.left--) : null); }
  }
  let read = '';
  for await (const piece of new Numbers()) read += piece;
  const worker = new Worker('require("node:worker_threads").parentPort.postMessage(7)', { eval: true });
  const seven = await new Promise((resolve) => worker.once('message', resolve));
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', 'console.log(6 * 7)']);
  await access('.', constants.R_OK);
  const said = {
    read, seven, isMainThread, parentPort, isReadable: [new Numbers() instanceof Readable, Readable.from([1]) instanceof Readable, {} instanceof Readable],
    isWorker: worker instanceof Worker, stdout, isDefault: fs.constants === constants, joined: path.join('a', 'b'), level: zlib.Z_BEST_SPEED, isThere: ['createHmac' in crypto, 'none' in crypto], bytes: crypto.randomBytes(3).length, crc: crc32('luthier'),
    sha: createHash('sha256').update('luthier').digest('hex').slice(0, 8),
  };
  process.stdout.write(JSON.stringify({ loadedBefore, said }));
`;

/** What the program prints as a bundle. */
async function printed(name: string, plugins: (typeof builtinsAtFirstUse)[]): Promise<z.infer<typeof Printed>> {
  const input = join(folder, 'program.js');
  writeFileSync(input, PROGRAM);
  const made = await rolldown({ input, platform: 'node', plugins });
  const file = join(folder, `${name}.mjs`);
  await made.write({ file, format: 'esm' });
  await made.close();
  return Printed.parse(JSON.parse(execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' })));
}

describe("a bundle that takes Node's modules at their first use", () => {
  it('does what it does with imports, and loads less before it runs', async () => {
    const [imported, taken] = [await printed('imported', []), await printed('taken', [builtinsAtFirstUse])];
    expect(taken.said).toEqual(imported.said);
    expect(imported.loadedBefore.length).toBeGreaterThan(2);
    expect(taken.loadedBefore).toEqual([]);
  });
});
