import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { StoreDamage } from '../../../domain/text/store-damage.ts';
import { damageOf, type StoreDatabase } from '../database.ts';

const findingsSchema = z.array(z.string());

/** A look is one call into SQLite, which tells nothing of how far it is: longer than it takes for the largest of stores. */
const LOOK_LIMIT_MS = 10 * 60_000;

/**
 * Looks through a database that was not closed well, in a thread of its own. Null when there is no doubt, or no damage. What the
 * thread could not do is tried again at the next start.
 */
export async function lookLater(
  database: StoreDatabase,
  thread: URL = workerUrl(),
  limitMs = LOOK_LIMIT_MS,
): Promise<StoreDamage | null> {
  const opening = database.opening();
  if (opening === null || !opening.isDoubtful) return null;
  const findings = await new Promise<readonly string[] | null>((resolve) => {
    const worker = new Worker(thread, { name: 'look', execArgv: [], workerData: database.path });
    worker.unref();
    const limit = setTimeout(() => {
      resolve(null);
      void worker.terminate();
    }, limitMs).unref();
    worker.on('message', (message: unknown) => resolve(findingsSchema.parse(message)));
    worker.on('error', () => resolve(null));
    worker.on('exit', () => {
      clearTimeout(limit);
      resolve(null);
    });
  });
  if (findings === null) return null;
  if (findings.length > 0) return damageOf(database.path, findings);
  opening.trust();
  return null;
}

function workerUrl(self: string = import.meta.url): URL {
  return new URL(self.endsWith('.ts') ? './look.worker.ts' : './look.js', self);
}
