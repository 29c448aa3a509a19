import { describe, expect, it } from 'vitest';
import { mendedAddress, mendedBaseUrl } from '../../../src/domain/provider/base-url.ts';
import { UNKNOWN_PROVIDER } from '../../../src/domain/provider/profiles.ts';

describe('a base URL', () => {
  it.each([
    ['https://host.example/v1', null],
    ['https://host.example/v1/', null],
    ['https://host.example/v1/messages', 'https://host.example/v1'],
    ['https://host.example/v1/chat', 'https://host.example/v1'],
    ['https://host.example/v1?api-version=1', 'https://host.example/v1'],
    ['https://host.example/v1#top', 'https://host.example/v1'],
    ['https://host.example?key=1', 'https://host.example/v1'],
  ])('%s is taken as %s', (written, used) => {
    expect(mendedBaseUrl(written)).toBe(used);
    const profile = { ...UNKNOWN_PROVIDER, id: 'x', name: 'X', baseUrl: written };
    expect(mendedAddress(profile, null)?.used ?? null).toBe(used);
  });
});
