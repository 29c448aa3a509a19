import OpenAI from 'openai';
import { expect, it } from 'vitest';
import type { Cell } from '../../src/domain/template/types.ts';
import { readRecord } from '../../src/services/engine/record.ts';
import { createJobs } from '../../src/services/store/jobs.ts';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { PROJECT_ID, seedHome, seedRows, withDatabase } from './support/seed.ts';
import { startJob } from './support/steps.ts';

const ROWS = 600;

const LOOKS = ['tall', 'grey-eyed', 'scarred', 'soft-spoken', 'sun-browned', 'restless', 'broad', 'one-handed'];
const PLACES = ['a mill by the river', 'the old mine', 'a lighthouse', 'the caravan road', 'a walled orchard'];
const HABITS = ['hums before a fight', 'counts doors', 'saves candle ends', 'talks to rain', 'never sits first'];

const hero = ({ race, class: work, weapon, pet }: Cell, nth: number): string =>
  [
    `Name: ${race} number ${nth}`,
    `Appearance: A ${LOOKS[nth % 8]}, ${LOOKS[(nth * 3 + 1) % 8]} ${race} who carries a ${weapon} over one shoulder.`,
    `Background: Learned to be a ${work} at ${PLACES[nth % 5]}, and met a ${pet} on the way to ${PLACES[(nth * 2) % 5]}.`,
    `Personality: ${HABITS[(nth * 7) % 5]} and ${HABITS[nth % 5]}; trusts the ${pet} more than any ${work}.`,
  ].join('\n');

/** Ids of the job's events as the engine tells them, oldest first. */
async function toldByTheEngine(home: string, jobId: string): Promise<readonly string[]> {
  const record = readRecord(`${home}/engine/engine.json`);
  const client = new OpenAI({ baseURL: record?.url ?? '', apiKey: record?.apiKey ?? '' });
  const ids: string[] = [];
  for await (const event of client.fineTuning.jobs.listEvents(jobId, { limit: 100 })) ids.push(event.id);
  return ids.reverse();
}

it('finds the job that went on without the app, and has every event once and in order', async () => {
  const home = newHome();
  await seedHome(home, {
    example: 'dnd-1296',
    change: (project) => ({
      ...project,
      training: { ...project.training, hyperparameters: { ...project.training.hyperparameters, nEpochs: 12 } },
    }),
  });
  seedRows(home, { count: ROWS, example: 'dnd-1296', write: hero });

  const first = await openApp({ home });
  await see(first, /600 rows/);
  await startJob(first);
  await see(first, /◐ running[\s\S]*step [1-9]/, 60_000);
  first.press('q');
  await seeOver(first, /Quit luthier\?[\s\S]*Training goes on/);
  first.press('y');
  expect((await first.exited).exitCode).toBe(0);
  const [left] = withDatabase(home, (database) => createJobs(database).list(PROJECT_ID));
  expect(left?.job.status).toBe('running');

  const second = await openApp({ home });
  await see(second, '› Train');
  await see(second, /running|succeeded/);
  if (!second.frame().includes('step ')) second.press('enter');
  await see(second, /✓ succeeded +ft:practice-small:/, 60_000);
  await see(second, 'The job has successfully completed');
  second.press('1');
  await see(second, /● Training +ftjob-\S+ succeeded/);
  await quit(second);

  const { job, events } = withDatabase(home, (database) => {
    const jobs = createJobs(database);
    const [record, ...others] = jobs.list(PROJECT_ID);
    expect(others).toEqual([]);
    return { job: record?.job, events: record === undefined ? [] : jobs.events(record.job.id) };
  });
  expect(job?.status).toBe('succeeded');
  const told = await toldByTheEngine(home, job?.id ?? '');
  expect(told.length).toBeGreaterThan(100);
  expect(events.map(({ id }) => id)).toEqual(told);
  expect(events[0]?.message).toMatch(/^Created fine-tuning job/);
  expect(events.at(-1)?.message).toBe('The job has successfully completed');
  const steps = events.flatMap(({ message }) => /^Step (\d+)\//.exec(message)?.[1] ?? []).map(Number);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
}, 120_000);
