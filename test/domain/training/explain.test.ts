import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_SUCH_ROUTE, ProviderError, type ProviderErrorKind } from '../../../src/domain/provider/provider.ts';
import { explainJobError, explainProviderError } from '../../../src/domain/training/explain.ts';

const KINDS: readonly ProviderErrorKind[] = [
  'rate-limit',
  'auth',
  'forbidden',
  'training-not-available',
  'not-found',
  'invalid-request',
  'invalid-training-file',
  'moderation',
  'quota',
  'network',
  'timeout',
  'server',
  'cancelled',
];

describe('explainProviderError', () => {
  it('points at the base URL where the server has no such call, and not at a list', () => {
    const detail = { status: 404, code: NO_SUCH_ROUTE };
    const { what, next } = explainProviderError(new ProviderError('not-found', 'Not Found.', detail));
    expect(what).toBe('The provider has no such call at this address. The server said: Not Found.');
    expect(next).toContain('Check the base URL');
  });

  it('puts words into the mouth of a server only when one answered', () => {
    const unasked = explainProviderError(new ProviderError('auth', 'No key for Lab.'));
    expect(unasked.what).toBe('The call was not made. No key for Lab.');
    const refused = explainProviderError(new ProviderError('auth', 'Bad key.', { status: 401 }));
    expect(refused.what).toBe('The provider did not accept the API key. The server said: Bad key.');
    expect(explainProviderError(new ProviderError('network', 'No host lab.')).what).not.toContain('server said');
  });

  it('has words and a next step for every kind, and never a key or a control character', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.string({ unit: 'binary' }), (kind, text) => {
        const key = 'sk-abcdefghijklmnopqrstuvwxyz0123';
        const { what, next, saved } = explainProviderError(new ProviderError(kind, `${text} ${key}`));
        expect(what.length).toBeGreaterThan(5);
        expect(next.length).toBeGreaterThan(10);
        expect(saved).not.toBe('');
        expect(what).not.toContain(key);
        expect(/[\x00-\x1f\x7f-\x9f]/.test(what)).toBe(false);
      }),
    );
  });

  it('sends whoever may no longer train to another provider', () => {
    const byKind = explainProviderError(new ProviderError('training-not-available', ''));
    const byCode = explainProviderError(
      new ProviderError('forbidden', '', { status: 403, code: 'training_not_available' }),
    );
    expect(byKind).toEqual(byCode);
    expect(byKind.next).toMatch(/embedded engine/);
  });

  it('says how long to wait', () => {
    expect(explainProviderError(new ProviderError('rate-limit', 'slow', { retryAfterMs: 1500 })).next).toMatch(
      /^Wait 2 s/,
    );
  });
});

describe('explainJobError', () => {
  const explain = (code: string, message: string) => explainJobError({ code, message, param: null });

  it('names the example a file was refused for', () => {
    const { what, next } = explain(
      'invalid_training_file',
      "... Example 100, message 2 Discriminator 'role' is missing in value",
    );
    expect(what).toContain('Example 100, message 2 is not in the form');
    expect(next).toMatch(/check/);
  });

  it('explains too few examples, moderation and the unknown', () => {
    expect(explain('invalid_n_examples', 'Training file has 7 example(s)').what).toMatch(/at least 10/);
    expect(explain('other', 'blocked by our moderation system').what).toMatch(/safety/);
    expect(explain('constructor', 'odd').what).toContain('(constructor)');
    expect(explainJobError({ code: '', message: '', param: null }, 'All 16 rows.').saved).toBe('All 16 rows.');
  });
});

it('tells an answer that ended from a training that did, though their code is one', () => {
  const call = new ProviderError('server', 'The runner that answers ended.', { status: 503, code: 'runner_died' });
  expect(explainProviderError(call).what).toMatch(/^The process that answers for real weights ended\./);
  const job = { code: 'runner_died', message: 'It ended.', param: null };
  expect(explainJobError(job).what).toMatch(/^The process that trains was ended/);
});
