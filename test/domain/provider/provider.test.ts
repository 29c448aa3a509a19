import { describe, expect, it } from 'vitest';
import {
  ProviderError,
  type ProviderErrorDetail,
  type ProviderErrorKind,
} from '../../../src/domain/provider/provider.ts';
import { connectionFault } from '../../../src/services/openai/connection.ts';

const systemError = (code: string): Error => Object.assign(new Error('fetch failed'), { code });

describe('a call that gave no answer', () => {
  it.each<[string, ProviderErrorKind, ProviderErrorDetail, boolean]>([
    ['ran out of time', 'timeout', {}, true],
    ['broke off', 'network', { code: 'ECONNRESET' }, true],
    ['broke off within the parser', 'network', { code: 'HPE_INVALID_CHUNK_SIZE' }, true],
    ['never arrived', 'network', { code: 'ECONNREFUSED' }, false],
    ['has no code', 'network', {}, false],
    ['has a shape nobody knows', 'invalid-request', { code: 'malformed_answer' }, true],
    ['was refused', 'invalid-request', { code: 'ECONNRESET' }, false],
    ['failed at the server', 'server', {}, false],
  ])('that %s may be billed or not', (_, kind, detail, billed) => {
    expect(new ProviderError(kind, 'no answer', detail).mayBeBilled).toBe(billed);
  });

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ECONNABORTED',
    'UND_ERR_SOCKET',
    'ERR_STREAM_PREMATURE_CLOSE',
    'HPE_INVALID_CONSTANT',
    'ECONNREFUSED',
    'ENOTFOUND',
    'EHOSTUNREACH',
    'CERT_HAS_EXPIRED',
  ])('with %s is said to have broken off exactly when it may be billed', (code) => {
    const { kind, message, code: named } = connectionFault(systemError(code), 'host');
    expect(new ProviderError(kind, message, { code: named }).mayBeBilled).toBe(
      /broke off\.$|before its answer was complete\.$/.test(message),
    );
  });
});
