import { expect, it } from 'vitest';
import { SCENARIOS } from './scenarios.ts';

/** The short form: each harm once or twice. `npm run torture` is the long one. */
it.each(Object.entries(SCENARIOS).filter(([, { short }]) => short > 0))(
  'what is promised holds: %s',
  async (_, { scenario, short }) => {
    const verdict = await scenario({ times: short, seed: 1 });
    expect(verdict).toMatchObject({ broken: [], lost: 0, paidTwice: 0 });
  },
  90_000,
);
