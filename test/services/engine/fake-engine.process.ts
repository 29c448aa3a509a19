// Stands in for `luthier engine`: announces itself, lists models to who knows the key, ends on SIGTERM.
// `fakeEngine.process.ts STARTS MODE ...flags` appends its process id to STARTS; MODE is `ok`, `fail` or `silent`.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [starts = '', mode = 'ok', ...flags] = process.argv.slice(2);
appendFileSync(starts, `${process.pid}\n`);
const apiKey = 'sk-luthier-fake-engine-key';

if (mode === 'fail') {
  process.stderr.write(`Something is missing, and the key is ${apiKey}\n`);
  process.exit(3);
}

const server = createServer((request, response) => {
  response.setHeader('connection', 'close');
  const known = request.headers.authorization === `Bearer ${apiKey}` && request.url === '/v1/models';
  const environment = { key: process.env.OPENAI_API_KEY ?? null, mode: process.env.NODE_ENV, flags };
  response.writeHead(known ? 200 : 401).end(JSON.stringify(environment));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string' || mode === 'silent') return;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}/v1`, apiKey })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
