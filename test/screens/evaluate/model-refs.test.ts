import { expect, it } from 'vitest';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { EMBEDDED_PROFILE } from '../../../src/domain/provider/profiles.ts';
import { modelCandidates, practiceText } from '../../../src/screens/evaluate/model-refs.ts';
import { deploymentOf } from '../../app/fakes/deployments.ts';
import { jobOf, recordOf } from '../../app/fakes/jobs.ts';

it('names the provider of a model, by its id where its profile was removed', () => {
  const gone = { ...recordOf(jobOf({ model: 'base', fineTunedModel: 'tuned' })), providerId: 'removed' };
  const candidates = modelCandidates({
    models: [{ id: 'listed', ownedBy: 'luthier', shutdownDate: null, tuned: false }],
    prices: SHIPPED_PRICES,
    today: '2026-11-29',
    providerId: 'embedded',
    jobs: [gone],
    profiles: [EMBEDDED_PROFILE],
    deployments: [deploymentOf({ answered: true, providerId: 'removed' }), deploymentOf()],
    checkpoints: () => [],
    chosen: [],
  });
  expect(candidates.map(({ ref, note }) => [ref.model, note])).toEqual([
    ['acme/triage-1', 'removed, deployed acme/triage'],
    ['tuned', 'removed, tuned from base'],
    ['base', 'removed, base of a job here'],
    ['listed', 'Embedded engine, base'],
  ]);
});

it('says when a tuned model dies with its base', () => {
  const record = recordOf(jobOf({ model: 'gpt-4o-mini-2024-07-18', fineTunedModel: 'tuned' }));
  const [tuned] = modelCandidates({
    models: [],
    prices: SHIPPED_PRICES,
    today: '2026-11-29',
    providerId: 'embedded',
    jobs: [record],
    profiles: [EMBEDDED_PROFILE],
    deployments: [],
    checkpoints: () => [],
    chosen: [],
  });
  expect(tuned?.note).toMatch(/tuned from gpt-4o-mini-2024-07-18, dies with its base on 2027-01-14$/);
});

it('calls free what the practice engine answers, and no model of its name elsewhere', () => {
  const elsewhere = { ...EMBEDDED_PROFILE, id: 'shop', kind: 'compatible' as const };
  const said = (providerId: string, model: string) =>
    practiceText([{ providerId, model }], [EMBEDDED_PROFILE, elsewhere]);
  expect(said('embedded', 'practice-small')).toBe('Free: the practice engine answers.');
  expect(said('embedded', 'org/real-weights')).toBe('Free: the engine on this machine answers.');
  expect([said('shop', 'practice-small'), said('removed', 'practice-small')]).toEqual(['', '']);
});
