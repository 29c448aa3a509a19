import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { luthier, records } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder } from './support/folder.ts';
import { type CountingServer, countingServer, type Reply } from './support/server.ts';

const KEY = 'sk-test-thekeythatmustnotleak0123456789';

describe('luthier chat', () => {
  let folder = '';
  let server: CountingServer | null = null;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await server?.close();
    server = null;
    removeFolder(folder);
  });

  async function ask(reply: Reply, ...more: string[]) {
    server = await countingServer(() => reply);
    const args = [
      'chat',
      '--model',
      'm',
      '--base-url',
      server.url,
      '--key-env',
      'OPENAI_API_KEY',
      ...more,
      'Who are you?',
    ];
    return luthier(args, { home: join(folder, 'home'), env: { OPENAI_API_KEY: KEY } });
  }

  it('streams the answer to stdout, and says on stderr what it took', async () => {
    const run = await ask({ text: 'I am a model.' });
    expect(run.code).toBe(0);
    expect(run.stdout).toBe('I am a model.\n');
    expect(run.stderr).toMatch(/first after .+ all after/);
    expect(server?.calls.map((call) => [call.user, call.authorization])).toEqual([['Who are you?', `Bearer ${KEY}`]]);
  });

  it('keeps thoughts out of the answer, and counts their words', async () => {
    const run = await ask({ text: '<think>\nWho am I?\n</think>\n\nA model.' });
    expect(run.stdout).toBe('A model.\n');
    expect(run.stderr).toContain('The model thought first (3 words, no part of the answer).');
  });

  it('says of thoughts of which only the end is marked that they are no answer', async () => {
    const run = await ask({ text: 'Who am I?\n</think>\n\nA model.' });
    expect(run.stderr).toContain('What stands before the answer above is what the model thought');
    expect(records((await ask({ text: 'So?</think>A model.' }, '--json')).stdout).at(-1)).toMatchObject({
      text: 'A model.',
      reasoning: 'So?',
    });
  });

  it('prints the calls of a model', async () => {
    const run = await ask({ text: '', call: ['get_weather', '{"city":"Bonn"}'] });
    expect(run.stdout).toBe('[tool call] get_weather({"city":"Bonn"})\n');
  });

  it('says why an answer ended where that is no usual end', async () => {
    const run = await ask({ text: 'I am', finishReason: 'repetition\x1b[2J' });
    expect(run.stderr).toContain('! The answer ended by “repetition');
    expect(run.stderr).not.toContain('\x1b[2J');
  });

  it('says that a model was cut while it thought', async () => {
    const run = await ask({ text: '<think>Who am', finishReason: 'length' }, '--max-tokens', '5');
    expect(run.stderr).toContain('The model was cut at 5 tokens while it thought: raise --max-tokens.');
  });

  it('prints the pieces and the whole as records', async () => {
    const run = await ask({ text: 'I am a model.' }, '--json');
    const said = records(run.stdout);
    const pieces = said.filter((record) => record.event === 'delta').map((record) => record.text);
    expect(pieces.join('')).toBe('I am a model.');
    expect(said.at(-1)).toMatchObject({ event: 'answer', text: 'I am a model.', finishReason: 'stop' });
  });

  it('lets no escape sequence of a model through', async () => {
    const run = await ask({ text: 'safe \x1b]52;c;aGk=\x07\x1b[2J\u202e text' });
    expect(run.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(run.stdout).toContain('safe');
  });

  it('explains a refused key without showing it, and ends with 1', async () => {
    const run = await ask({ status: 401, text: `Incorrect API key provided: ${KEY}.` });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('--key-env');
    expect(run.stdout + run.stderr).not.toContain(KEY);
    expect(filesHolding(folder, KEY)).toEqual([]);
  });

  it('reports an address where nothing listens, with 1', async () => {
    const args = ['chat', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1', 'Hello'];
    const run = await luthier(args, { home: join(folder, 'home') });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('127.0.0.1:9');
  });
});
