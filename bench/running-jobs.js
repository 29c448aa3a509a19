// A server of its own process whose jobs run for ever and never change: what is measured against it is the watching.
// `node running-jobs.js` prints its address as JSON and serves until it is killed; GET /count says how many jobs there are.
import { createServer } from 'node:http';

/** @type {Map<string, object>} */
const jobs = new Map();
let files = 0;

const server = createServer(async (request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString('utf8'))));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/v1` })}\n`);
});

/**
 * @param {string} method
 * @param {string} url
 * @param {string} body
 */
function answer(method, url, body) {
  const path = url.replace(/\?.*$/, '').replace(/^\/v1/, '');
  if (path === '/count') return { jobs: jobs.size };
  if (path.startsWith('/files')) {
    if (method === 'POST') files += 1;
    const filename = `rows-${files}.jsonl`;
    return {
      id: `file-${files}`,
      object: 'file',
      bytes: 9,
      created_at: 1_790_000_000,
      filename,
      purpose: 'fine-tune',
      status: 'processed',
    };
  }
  if (method === 'POST') {
    const id = `ftjob-${jobs.size + 1}`;
    jobs.set(id, jobOf(id, JSON.parse(body)));
    return jobs.get(id);
  }
  const [, id = '', what = ''] = /^\/fine_tuning\/jobs\/([^/]+)\/?(.*)$/.exec(path) ?? [];
  if (what !== '' || id === '') return { object: 'list', data: id === '' ? [...jobs.values()] : [], has_more: false };
  return jobs.get(id);
}

/**
 * @param {string} id
 * @param {Readonly<Record<string, unknown>>} asked
 */
const jobOf = (id, asked) => ({
  ...{ id, object: 'fine_tuning.job', status: 'running', model: asked.model, training_file: asked.training_file },
  ...{ validation_file: asked.validation_file ?? null, fine_tuned_model: null, result_files: [], trained_tokens: null },
  ...{
    seed: 1,
    created_at: 1_790_000_000,
    finished_at: null,
    estimated_finish: null,
    error: null,
    metadata: asked.metadata,
  },
  hyperparameters: { n_epochs: 1, batch_size: 1, learning_rate_multiplier: 1 },
});
