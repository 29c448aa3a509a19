import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { App } from '../harness/pty.ts';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { type Answer, type ReceivedRequest, startServer } from './support/server.ts';
import { generate } from './support/steps.ts';

const FROM_ENVIRONMENT = 'sk-proj-environment-4f6a1c9e7d2b8350';
const TYPED = 'plain-typed-key-90b1c2d3e4f5';

/** Files under `folder` that hold `text`, by their path below it. */
function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
    .map((path) => path.slice(folder.length + 1));
}

/** Servers do this: they say the key back, in the message, in a link, in words about it. */
function failing({ key }: ReceivedRequest, nth: number): Answer {
  if (nth === 1) return { status: 401, code: 'invalid_api_key', message: `Incorrect API key provided: ${key}.` };
  if (nth % 3 === 0) return { status: 500, message: `oops at https://far/?api_key=${key} Bearer ${key}` };
  return { status: 400, message: `Not with ${key}, (${key}) nor "${key}"` };
}

async function addProvider(app: App, url: string): Promise<void> {
  app.press('8');
  await see(app, '› Settings');
  app.press('n');
  await seeOver(app, 'New provider');
  app.type('any server');
  await seeOver(app, '❯ other');
  app.press('enter');
  await seeOver(app, 'what you call it');
  // Enter right behind typed text is a paste, as far as a terminal can tell: so one looks before pressing it.
  app.press('enter');
  app.type('Far server');
  await seeOver(app, 'Far server');
  app.press('enter');
  await seeOver(app, 'Enter change');
  app.press('j', 'j');
  await seeOver(app, '❯ Base URL');
  app.press('enter');
  await seeOver(app, 'Enter done');
  app.type(url);
  await seeOver(app, url);
  app.press('enter');
  await seeOver(app, 'Enter change');
  app.press('j', 'j', 'j');
  await seeOver(app, '❯ Save');
  app.press('enter');
  await see(app, 'Far server is saved');
  await see(app, '❯ Far server');
  app.press('a');
  await seeOver(app, 'Key for Far server');
  app.type(TYPED);
  await seeOver(app, /[•*●]{5}/);
  app.press('enter');
  await see(app, 'The key is saved');
  app.press('u');
  await see(app, 'Far server · in use');
  app.press('t');
  await see(app, /✓ .*(model|answer)/);
}

it('shows and keeps no key anywhere but in its own file, whatever fails', async () => {
  let answer = failing;
  const server = await startServer((asked, nth) => answer(asked, nth));
  const home = newHome();
  const env = { OPENAI_API_KEY: FROM_ENVIRONMENT, OPENAI_BASE_URL: server.url };
  const app = await openApp({ home, columns: 100, rows: 30, env });
  await see(app, '› Home');

  // OpenAI itself, by its key in the environment: refused at once.
  app.press('8');
  await see(app, '› Settings');
  app.press('j');
  await see(app, /❯ OpenAI[\s\S]*key from OPENAI_API_KEY/);
  app.press('u');
  await see(app, 'OpenAI · in use');
  await generate(app);
  await see(app, /did not accept[\s\S]*No answer came/);
  expect(server.asked.map(({ key }) => key)).toContain(FROM_ENVIRONMENT);
  app.press('escape');

  await addProvider(app, server.url);
  answer = (asked, nth) => (nth % 4 === 0 ? { text: 'An answer.' } : failing(asked, nth));
  const before = server.asked.length;
  await generate(app, 60_000);
  expect(new Set(server.asked.slice(before).map(({ key }) => key))).toEqual(new Set([TYPED]));
  app.press('v');
  await see(app, /┏━ Problems/);
  app.press('n');
  await see(app, /to generate/);

  await server.close();
  await generate(app, 60_000);
  app.press('6');
  await see(app, '› Chat');
  app.press('enter');
  await see(app, '┏━ Message');
  app.type('hello');
  app.press('enter');
  await see(app, /refused|cannot be reached|Nothing answers/);
  app.press('escape', 'ctrl-o');
  await seeOver(app, '┏━ Operations');
  app.press('escape');
  await quit(app);

  // What the server said is kept, so a key in it would be found.
  expect(filesWith(home, 'Not with')).not.toEqual([]);
  expect(filesWith(home, TYPED)).toEqual(['keys.json']);
  expect(filesWith(home, FROM_ENVIRONMENT)).toEqual([]);
  for (const key of [TYPED, FROM_ENVIRONMENT]) expect(app.raw()).not.toContain(key);
}, 120_000);
