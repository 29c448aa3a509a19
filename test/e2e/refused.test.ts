import { expect, it } from 'vitest';
import { cellLabel } from '../../src/domain/lattice/lattice.ts';
import { newHome, openApp, quit, see } from './support/luthier.ts';
import { seedHome, seedRows } from './support/seed.ts';
import { type Answer, type ReceivedRequest, startServer } from './support/server.ts';
import { startJob } from './support/steps.ts';

const file = {
  id: 'file-1',
  object: 'file',
  bytes: 100,
  created_at: 1_700_000_000,
  filename: 'rows.jsonl',
  purpose: 'fine-tune',
  status: 'processed',
};

function answer({ method, path }: ReceivedRequest): Answer {
  if (method === 'POST' && path === '/fine_tuning/jobs')
    return {
      status: 403,
      code: 'training_not_available',
      message: 'Fine-tuning is not available for your organization.',
    };
  if (method === 'GET' && path === '/fine_tuning/jobs') return { json: { object: 'list', data: [], has_more: false } };
  if (method === 'GET' && path === '/files') return { json: { object: 'list', data: [file], has_more: false } };
  return { json: file };
}

it.each([
  [60, 16],
  [80, 24],
  [140, 40],
] as const)('explains at %i x %i that a provider no longer trains, and what to do', async (columns, rows) => {
  const server = await startServer(answer);
  const home = newHome();
  await seedHome(home, { baseUrl: server.url });
  seedRows(home, { count: 16, write: (cell) => `A hero: ${cellLabel(cell)}.` });
  const app = await openApp({ home, columns, rows, env: { OPENAI_API_KEY: 'sk-of-the-test' } });
  await see(app, '› Home');
  await startJob(app);
  // Wanted of one frame: the code stands in the one before as well, where the problem is only begun to be told.
  const wanted = [
    /training_not_available/,
    /no longer lets your organisation train models/,
    /Choose another provider in Settings \(8\)/,
    /Nothing was lost|is on disk|are on disk|kept/,
  ];
  const inOneLine = (frame: string): string => frame.replace(/[│┃\s]+/g, ' ');
  const told = await see(app, (frame) => wanted.every((words) => words.test(inOneLine(frame))));
  expect(inOneLine(told)).toContain('The job could not be started');
  app.press('8');
  await see(app, '› Settings');
  await quit(app);
  await server.close();
});
