import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createEngineLauncher } from '../../../src/services/engine/launcher.ts';
import { type Finished, luthier, startLuthier } from '../../cli/support/cli.ts';
import { between, randomOf } from '../support/random.ts';
import { inPlace, type Place, writeLines } from '../support/work.ts';
import { promises, type Scenario } from '../verdict.ts';

/** Jobs and files that the engine took, seen at the proxy before it. */
interface Proxy {
  readonly url: string;
  /** Called with each request, and what it asks. */
  onRequest: (route: string) => void;
  jobs: number;
  files: number;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function engineBehindProxy({ home }: Place): Promise<Proxy> {
  const { url, apiKey } = await createEngineLauncher({ home }).ensure();
  const server = createServer((request, response) => {
    const { method = 'GET', headers } = request;
    const path = (request.url ?? '').replace(/^\/v1/, '');
    const type = headers['content-type'];
    proxy.onRequest(`${method} ${path}`);
    bodyOf(request)
      .then((body) =>
        fetch(url + path, {
          method,
          headers: { authorization: `Bearer ${apiKey}`, ...(type === undefined ? {} : { 'content-type': type }) },
          ...(method === 'GET' ? {} : { body }),
        }),
      )
      .then(async (answer) => {
        if (method === 'POST' && answer.ok && path === '/fine_tuning/jobs') proxy.jobs += 1;
        if (method === 'POST' && answer.ok && path === '/files') proxy.files += 1;
        // A moment in which the provider has it and nobody knows.
        await pause(20);
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(Buffer.from(await answer.arrayBuffer()));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: Proxy = {
    url: `http://127.0.0.1:${port}/v1`,
    onRequest: () => {},
    jobs: 0,
    files: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

/** Resolves when something is to be made there. */
const asksFor = (proxy: Proxy, path: string): Promise<void> =>
  new Promise((resolve) => {
    proxy.onRequest = (route) => {
      if (route === `POST ${path}`) resolve();
    };
  });

const tellsJob = ({ stdout }: Finished): boolean => /ftjob-\w+/.test(stdout);

/** `train`, killed while it uploads or creates and started again: one job, and one upload but for one under way. */
export const trainKilled: Scenario = ({ times, seed }) =>
  inPlace(async (place) => {
    const [found, random] = [promises(), randomOf(seed)];
    const proxy = await engineBehindProxy(place);
    let [kills, lost, paidTwice, uploads] = [0, 0, 0, 0];
    try {
      for (let round = 0; kills < times; round += 1) {
        const file = writeLines(place.folder, `rows-${round}.jsonl`, 12, `round ${round}, question`);
        const args = ['train', file, '--model', 'practice-small', '--epochs', '1', '--base-url', proxy.url];
        const before = { ...proxy };
        const running = startLuthier(args, place);
        await Promise.race([asksFor(proxy, random() < 0.5 ? '/files' : '/fine_tuning/jobs'), running.finished]);
        await pause(between(random, 0, 25));
        running.child.kill('SIGKILL');
        const killed = await running.finished;
        // Requests that were under way are still answered by the engine.
        await pause(60);
        // Who was told the job and asks again wants another.
        if (killed.signal !== 'SIGKILL' || tellsJob(killed)) continue;
        kills += 1;
        const next = await luthier(args, place);
        found.hold(next.code === 0, `the next run ended with ${next.code}: ${next.stderr.slice(-300)}`);
        const [jobs, files] = [proxy.jobs - before.jobs, proxy.files - before.files];
        paidTwice += Math.max(0, jobs - 1);
        lost += jobs === 0 ? 1 : 0;
        uploads += Math.max(0, files - 1);
        found.hold(files <= 2, `one file was uploaded ${files} times`);
      }
    } finally {
      await proxy.close();
    }
    found.hold(lost === 0, `${lost} trainings have no job`);
    found.hold(paidTwice === 0, `${paidTwice} jobs were created beside one that was there`);
    const calls = { asked: proxy.jobs + proxy.files, again: uploads + paidTwice, againAtMost: kills };
    const what = 'train: uploads and jobs at the provider';
    return { what, done: `${kills} kills`, calls, lost, paidTwice, broken: found.broken };
  });
