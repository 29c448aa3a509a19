import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { expect, onTestFinished } from 'vitest';
import { type EngineOptions, type EngineServer, startServer } from '../../../src/engine/server.ts';
import { engineOptions, KEY } from './options.ts';

export interface TestEngine {
  readonly server: EngineServer;
  readonly client: OpenAI;
  readonly home: string;
}

/** A folder that is gone after the test. */
export function tempHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'luthier-engine-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** A real server on a free port, closed after the test, and the official client pointed at it. */
export async function startEngine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const home = options.home ?? tempHome();
  const server = await startServer({ ...engineOptions(home), ...options });
  let open = true;
  const close = async (): Promise<void> => {
    if (open) await server.close();
    open = false;
  };
  onTestFinished(close);
  return { server: { ...server, close }, client: clientOf(server.url), home };
}

export const clientOf = (url: string): OpenAI => new OpenAI({ baseURL: url, apiKey: KEY, maxRetries: 0 });

export const jsonl = (lines: readonly unknown[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** `count` chat lines, all taught the same answer. */
export const chatLines = (count: number, answer = 'learned words'): string =>
  jsonl(
    Array.from({ length: count }, (_, i) => ({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: `Question ${i}` },
        { role: 'assistant', content: answer },
      ],
    })),
  );

export async function upload(
  client: OpenAI,
  content: string | Uint8Array<ArrayBuffer>,
  purpose: 'fine-tune' | 'batch' = 'fine-tune',
) {
  return client.files.create({ file: new File([content], 'train.jsonl'), purpose });
}

export type JobStatus = Awaited<ReturnType<OpenAI['fineTuning']['jobs']['retrieve']>>['status'] | 'paused';

export async function waitForStatus(client: OpenAI, id: string, status: JobStatus) {
  await expect
    .poll(async () => (await client.fineTuning.jobs.retrieve(id)).status, { timeout: 60_000, interval: 20 })
    .toBe(status);
  return client.fineTuning.jobs.retrieve(id);
}

/** Every event of a job, oldest first. */
export async function eventsOf(client: OpenAI, id: string) {
  const events = [];
  for await (const event of client.fineTuning.jobs.listEvents(id, { limit: 100 })) events.push(event);
  return events.reverse();
}

export const messagesOf = async (client: OpenAI, id: string): Promise<string[]> =>
  (await eventsOf(client, id)).map((event) => event.message);

export async function waitForMessage(client: OpenAI, id: string, part: string): Promise<void> {
  await expect
    .poll(async () => (await messagesOf(client, id)).join('\n'), { timeout: 60_000, interval: 20 })
    .toContain(part);
}
