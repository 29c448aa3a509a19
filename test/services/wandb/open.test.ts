import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NO_CHOICES } from '../../../src/domain/tracking/settings.ts';
import { openWandb } from '../../../src/services/wandb/open.ts';
import { temporaryHome } from '../store/sample.ts';
import { filesUnder } from './offline/sample.ts';
import { quickly } from './support/sample.ts';
import { trackedRun } from './support/tracker.ts';

it('writes no key it can find: neither that in use, nor the others', async () => {
  const home = temporaryHome();
  const keys = {
    environment: 'e'.repeat(40),
    typed: 't'.repeat(40),
    netrc: 'n'.repeat(40),
    openai: 'sk-'.padEnd(40, 'o'),
    hub: 'hf_'.padEnd(40, 'h'),
    profile: 'p'.repeat(40),
  };
  writeFileSync(join(home, '.netrc'), `machine api.wandb.ai login user password ${keys.netrc}`);
  const { tracker, keySource } = openWandb({
    home,
    homedir: home,
    ...quickly(),
    choices: () => NO_CHOICES,
    env: { WANDB_API_KEY: keys.environment, OPENAI_API_KEY: keys.openai, HF_TOKEN: keys.hub },
    typedKey: () => keys.typed,
    secrets: () => [keys.profile],
  });
  expect(keySource()).toBe('environment');
  const { folder, own } = await tracker.write(
    trackedRun({ config: { ...keys }, output: [{ at: 0, text: keys.typed }] }),
  );
  expect(own).toBe(true);
  for (const [path, content] of filesUnder(folder)) {
    for (const [name, key] of Object.entries(keys)) expect(content.includes(key), `${name} in ${path}`).toBe(false);
  }
});
