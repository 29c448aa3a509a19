import { expect, it } from 'vitest';
import { createTranscripts } from '../../src/services/store/transcripts.ts';
import { newHome, openApp, quit, see } from './support/luthier.ts';
import { PROJECT_ID, projectOnDisk, seedHome, withDatabase } from './support/seed.ts';
import { startServer } from './support/server.ts';

const PASTED = '第一行 小貓\nline two 👩‍👩‍👧‍👦 👍🏽\n\n  last {race} é🇬🇧';

it('takes a paste of many lines as text, never as Enter, and keeps every character', async () => {
  const server = await startServer(() => ({ text: 'Understood.' }));
  const home = newHome();
  await seedHome(home, { baseUrl: server.url });
  const app = await openApp({ home, env: { OPENAI_API_KEY: 'sk-of-the-test' } });
  await see(app, '› Home');

  app.press('2');
  await see(app, '❯ Teacher prompt');
  app.press('enter');
  await see(app, 'Esc leave');
  app.press('ctrl-end');
  app.paste(`\n${PASTED}`);
  await see(app, /line two .*👩‍👩‍👧‍👦/);
  expect(app.frame()).toContain('Esc leave');
  app.type('!');
  await see(app, '🇬🇧!');
  app.press('escape');
  await see(app, 'Enter edit');

  app.press('6');
  await see(app, '› Chat');
  app.press('enter');
  await see(app, '┏━ Message');
  app.paste(PASTED);
  await see(app, /last \{race\} é🇬🇧/);
  expect(server.asked).toEqual([]);
  app.press('enter');
  await see(app, 'Understood.');
  app.press('escape');
  await see(app, 'regenerate');
  await quit(app);

  expect(server.asked.map(({ user }) => user)).toEqual([PASTED]);
  expect(projectOnDisk(home).template.teacherPrompt.endsWith(`\n${PASTED}!`)).toBe(true);
  const [turn] = withDatabase(home, (database) => createTranscripts(database).turns(PROJECT_ID));
  expect(turn?.user).toBe(PASTED);
  await server.close();
});
