import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';

const recordSchema = z.object({
  url: z.string().regex(/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\//),
  apiKey: z.string().min(1),
  pid: z.int().positive(),
  version: z.string(),
});

/** How an engine that runs can be reached. Its file holds a key, so it is its owner's alone. */
export type EngineRecord = z.infer<typeof recordSchema>;

/** Null when there is none, or none that could be meant: a record is only a hint where to knock. */
export function readRecord(path: string): EngineRecord | null {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that another process never reads half of it. */
export function writeRecord(path: string, record: EngineRecord): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
