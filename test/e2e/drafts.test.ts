import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { newHome, openApp, quit, see } from './support/luthier.ts';

it('clears the draft of a writer that is dead when the app opens', async () => {
  const home = newHome();
  const draft = join(home, '.rows.jsonl.0123456789ab.tmp');
  mkdirSync(join(home, 'drafts'));
  writeFileSync(draft, 'half a file');
  // Above the highest number that a process can have.
  const note = { draft, pid: 2 ** 30, host: hostname() };
  writeFileSync(join(home, 'drafts', '0123456789ab.json'), JSON.stringify(note));
  const app = await openApp({ home });
  await see(app, 'Home');
  await vi.waitFor(() => expect(existsSync(draft)).toBe(false));
  await quit(app);
});
