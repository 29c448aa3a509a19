import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { type Running, startLuthier } from '../../cli/support/cli.ts';
import { between, randomOf } from '../support/random.ts';
import { inPlace, type Place } from '../support/work.ts';
import { type Promises, promises, type Scenario } from '../verdict.ts';

/** Kills of one job: without a checkpoint in between, more are taken for the job’s own fault. */
const KILLS_A_JOB = 3;
const ROWS = 120;
const KEY = 'sk-engine-of-the-torture';

const addressSchema = z.object({ url: z.string() });
const idSchema = z.object({ id: z.string() });
const jobSchema = z.object({ status: z.string(), fine_tuned_model: z.string().nullable() });
const eventsSchema = z.object({
  data: z.array(z.object({ id: z.string(), message: z.string() })),
  has_more: z.boolean(),
});

interface Engine {
  readonly running: Running;
  ask(path: string, init?: RequestInit): Promise<unknown>;
}

/** The embedded engine as a person starts it, on what lies in its folder. */
async function startEngine({ folder, home }: Place): Promise<Engine> {
  const args = ['engine', '--port', '0', '--json', '--home', `${folder}/engine`, '--api-key', KEY];
  const running = startLuthier(args, { home });
  let said = '';
  running.child.stdout?.on('data', (text: string) => {
    said += text;
  });
  while (!said.includes('\n')) {
    if (running.child.exitCode !== null) throw new Error(`the engine ended: ${(await running.finished).stderr}`);
    await pause(10);
  }
  const { url } = addressSchema.parse(JSON.parse(said));
  return {
    running,
    async ask(path, init = {}) {
      const answer = await fetch(url + path, { ...init, headers: { authorization: `Bearer ${KEY}`, ...init.headers } });
      return answer.json();
    },
  };
}

async function kill({ running }: Engine): Promise<void> {
  running.child.kill('SIGKILL');
  await running.finished;
}

async function createJob(engine: Engine, nth: number): Promise<string> {
  const line = (row: number): string =>
    JSON.stringify({
      messages: [
        { role: 'user', content: `Job ${nth}, question ${row}` },
        { role: 'assistant', content: `The answer to ${row} is a text of some length, number ${row * 7}.` },
      ],
    });
  const form = new FormData();
  form.set('purpose', 'fine-tune');
  form.set('file', new File([Array.from({ length: ROWS }, (_, row) => `${line(row)}\n`).join('')], 'rows.jsonl'));
  const file = idSchema.parse(await engine.ask('/files', { method: 'POST', body: form }));
  const body = JSON.stringify({
    model: 'practice-small',
    training_file: file.id,
    hyperparameters: { n_epochs: 12, batch_size: 2 },
  });
  const headers = { 'content-type': 'application/json' };
  return idSchema.parse(await engine.ask('/fine_tuning/jobs', { method: 'POST', body, headers })).id;
}

const statusOf = async (engine: Engine, id: string) => jobSchema.parse(await engine.ask(`/fine_tuning/jobs/${id}`));

/** What the events of a job say, oldest first. */
async function eventsOf(engine: Engine, id: string): Promise<string[]> {
  const messages: string[] = [];
  for (let after = ''; ; ) {
    const path = `/fine_tuning/jobs/${id}/events?limit=100${after === '' ? '' : `&after=${after}`}`;
    const { data, has_more } = eventsSchema.parse(await engine.ask(path));
    messages.push(...data.map(({ message }) => message));
    after = data.at(-1)?.id ?? '';
    if (!has_more || after === '') return messages.reverse();
  }
}

/** Waits until the job is at its end; gives up where it does not get there. */
async function ended(engine: Engine, id: string): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { status } = await statusOf(engine, id);
    if (['succeeded', 'failed', 'cancelled'].includes(status) || Date.now() > deadline) return status;
    await pause(50);
  }
}

function checkEvents(messages: readonly string[], { hold }: Promises): number {
  const steps = messages.flatMap((text) => /^Step (\d+)/.exec(text)?.[1] ?? []).map(Number);
  const last = Math.max(0, ...steps);
  const missing = last - new Set(steps).size;
  hold(steps.length > 0, 'a job told no step');
  hold(steps.length === new Set(steps).size, `${steps.length - new Set(steps).size} steps are told twice`);
  hold(missing === 0, `${missing} of ${last} steps are not told`);
  hold(messages.filter((text) => text === 'Fine-tuning job started').length === 1, 'a job began twice');
  return missing;
}

/** The engine, killed while it trains: the job goes on in the next engine, and every step is told once. */
export const engineKilled: Scenario = ({ times, seed }) =>
  inPlace(async (place) => {
    const [found, random] = [promises(), randomOf(seed)];
    let [kills, lost, jobs] = [0, 0, 0];
    while (kills < times) {
      let engine = await startEngine(place);
      const id = await createJob(engine, jobs);
      jobs += 1;
      for (let nth = 0; nth < KILLS_A_JOB && kills < times; nth += 1) {
        await pause(between(random, 30, 500));
        await kill(engine);
        kills += 1;
        engine = await startEngine(place);
      }
      const status = await ended(engine, id);
      found.hold(status === 'succeeded', `a job is ${status}`);
      lost += checkEvents(await eventsOf(engine, id), found);
      await kill(engine);
    }
    const what = `training in the engine, ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`;
    return { what, done: `${kills} kills`, calls: null, lost, paidTwice: 0, broken: found.broken };
  });
