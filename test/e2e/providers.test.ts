import { expect, it } from 'vitest';
import { SHIPPED_PRICES } from '../../src/domain/pricing/prices.ts';
import { BUILT_IN_PROFILES } from '../../src/domain/provider/profiles.ts';
import type { ProviderProfile } from '../../src/domain/provider/provider.ts';
import type { JobChoices } from '../../src/domain/training/types.ts';
import { openSettings } from '../../src/services/store/settings.ts';
import { AZURE_BASE, azureServer } from '../services/openai/dialects/azure-server.ts';
import { NEBIUS_BASE, nebiusServer } from '../services/openai/dialects/nebius-server.ts';
import { keyAt } from '../services/openai/stand-in-keys.ts';
import { newHome, openApp, quit, see } from './support/luthier.ts';
import { seedHome, seedRows } from './support/seed.ts';
import { startJob } from './support/steps.ts';

interface OnScreen {
  readonly open: typeof azureServer | typeof nebiusServer;
  readonly profile: Pick<ProviderProfile, 'kind' | 'jobDialect'>;
  readonly base: string;
  readonly variable: string;
  readonly choices: JobChoices;
  /** What the form says of what is chosen, what the job is at its end, and the name of its last checkpoint. */
  readonly words: readonly [chosen: RegExp, tuned: RegExp, checkpoint: RegExp];
  readonly body: object;
}

const PROVIDERS: Readonly<Record<string, OnScreen>> = {
  Azure: {
    open: azureServer,
    profile: { kind: 'azure', jobDialect: 'azure' },
    base: AZURE_BASE,
    variable: 'AZURE_OPENAI_API_KEY',
    choices: { tier: 'developerTier' },
    words: [/Training type +developerTier/, /✓ succeeded +gpt-4\.1-mini-2025-04-14\.ft-0a1b-/, /❯ +20 .* gpt-4/],
    body: { trainingType: 'developerTier', method: { type: 'supervised' } },
  },
  Nebius: {
    open: nebiusServer,
    profile: { kind: 'nebius', jobDialect: 'nebius' },
    base: NEBIUS_BASE,
    variable: 'NEBIUS_API_KEY',
    choices: { weights: 'lora' },
    words: [/Trains +LoRA/, /✓ succeeded +ftjob-1:ftckpt_ftjob-1-3/, /❯ +9 .* ftjob-1:ftckpt_ftjob-1-3/],
    body: { hyperparameters: { lora: true } },
  },
};

it.each(Object.entries(PROVIDERS))(
  'trains at %s on screen, and shows what was chosen, events, model and checkpoints',
  async (name, { open, profile, base, variable, choices, words, body }) => {
    const server = await open();
    const home = newHome();
    const { settings } = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES });
    const there = { id: 'there', name, baseUrl: server.url, apiVersion: null, ...profile };
    settings.saveProfiles([...BUILT_IN_PROFILES, there]);
    const change = { providerId: there.id };
    await seedHome(home, {
      change: (project) => ({ ...project, ...change, training: { ...project.training, model: base, choices } }),
    });
    seedRows(home, { count: 16, write: (_, nth) => `A hero, number ${nth}.` });
    const app = await openApp({ home, env: { [variable]: keyAt(server.url) } });
    await see(app, '› Home');
    app.press('5');
    await see(app, words[0]);
    await startJob(app);
    await see(app, words[1], 60_000);
    await see(app, /completed[\s\S]*\n Train \S+: \S+/, 60_000);
    app.press('v');
    await see(app, words[2]);
    await quit(app);
    const [job, ...others] = [...server.jobs.values()];
    expect([others, server.strict.faults]).toEqual([[], []]);
    expect(job?.asked).toMatchObject(body);
    await server.strict.close();
  },
  120_000,
);
