import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createEngineLauncher } from '../../../src/services/engine/launcher.ts';
import { removeFolder, temporaryFolder, writeTemplate } from '../../cli/support/folder.ts';
import { type CountingServer, countingServer } from '../../cli/support/server.ts';
import { MODEL } from './books.ts';
import { answerTo } from './kills.ts';

export interface Place {
  readonly folder: string;
  readonly home: string;
}

/** Works in a folder of its own, which is gone afterwards, and with it the engine that came to live there. */
export async function inPlace<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  try {
    return await work({ folder, home });
  } finally {
    await createEngineLauncher({ home }).stop();
    removeFolder(folder);
  }
}

/** Works beside a server that answers each prompt in `delayMs`, each time the same. */
export async function withServer<T>(delayMs: number, work: (server: CountingServer) => Promise<T>): Promise<T> {
  const server = await countingServer(async (user) => {
    await pause(delayMs);
    return { text: answerTo(user) };
  });
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

export const surroundingsIn = ({ home }: Place, key = 'sk-of-the-torture') => ({ home, env: { OPENAI_API_KEY: key } });

const at = (url: string, concurrency: number): readonly string[] => [
  ...[
    '--base-url',
    url,
    '--key-env',
    'OPENAI_API_KEY',
    '--model',
    MODEL,
    '--max-tokens',
    '50',
    '--concurrency',
    String(concurrency),
    '--json',
  ],
];

/** `generate` of `sides` times `sides` combinations. */
export const generateArgs = ({ folder }: Place, url: string, sides: number, concurrency: number): readonly string[] => [
  ...['generate', '--template', writeTemplate(folder, sides), '--out', join(folder, 'rows.jsonl')],
  ...at(url, concurrency),
];

/** Chat JSONL of `count` lines, each with a question of its own. */
export function writeLines(
  folder: string,
  name: string,
  count: number,
  word = 'Which of these seven answers is the right one to the question that has in the long list of all questions number',
): string {
  const line = (n: number): string =>
    JSON.stringify({
      messages: [
        { role: 'user', content: `${word} ${n}` },
        { role: 'assistant', content: `answer ${n % 7}` },
      ],
    });
  const path = join(folder, name);
  writeFileSync(path, Array.from({ length: count }, (_, n) => `${line(n)}\n`).join(''));
  return path;
}

/** `eval` of `items` lines with a judge, so of three times as many calls. */
export const evalArgs = ({ folder }: Place, url: string, items: number, concurrency: number): readonly string[] => [
  ...['eval', writeLines(folder, 'items.jsonl', items), '--grader', `judge:${MODEL}`, '--rubric', 'Is it right?'],
  ...at(url, concurrency),
];
