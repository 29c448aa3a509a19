// A server of its own process that answers every chat completion after a fixed time, and no more than so many a second where that is
// said: what is measured against it is the client. `node slow-server.js 20 200` prints its address as JSON and serves until it is killed;
// GET /count says how many answers it gave.
import { createServer } from 'node:http';

const delayMs = Number(process.argv[2] ?? 20);
const apartMs = 1000 / Number(process.argv[3] ?? Number.POSITIVE_INFINITY);
let nextAt = 0;
const words = 'Name: Saelith Moonweir. A quiet wanderer with grey eyes, a patient temper and an owl on one shoulder. ';
let answered = 0;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') {
      response.end(JSON.stringify({ answered, object: 'list', data: [] }));
      return;
    }
    const now = performance.now();
    nextAt = Math.max(now + delayMs, nextAt + apartMs);
    setTimeout(() => {
      answered += 1;
      response.end(completion(answered));
    }, nextAt - now);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/v1` })}\n`);
});

/** @param {number} id */
function completion(id) {
  return JSON.stringify({
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'slow-teacher',
    choices: [
      { index: 0, message: { role: 'assistant', content: words.repeat(4) }, finish_reason: 'stop', logprobs: null },
    ],
    usage: { prompt_tokens: 320, completion_tokens: 96, total_tokens: 416 },
  });
}
