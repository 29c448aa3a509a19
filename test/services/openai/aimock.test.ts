import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Provider } from '../../../src/app/runtime/ports.ts';
import { providerContract } from './contract.ts';
import { providerAt } from './servers.ts';

const mock = new LLMock({ port: 0, logLevel: 'silent' });
let provider: Provider;

beforeAll(async () => {
  await mock.start();
  provider = await providerAt(`${mock.url}/v1`);
  mock.onMessage('hello', { content: 'Well met, traveller. The owl bows.' }, { chunkSize: 5 });
  mock.onMessage(
    'cut me off',
    { content: 'This will never be whole, alas.' },
    { chunkSize: 4, latency: 5, truncateAfterChunks: 5 },
  );
});
afterAll(() => mock.stop());
afterEach(() => void mock.clearChaos());

const asking = (content: string) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user', content } as const] });

providerContract('a second server', {
  provider: () => provider,
  chatModel: 'gpt-4o-mini',
  baseModel: 'gpt-4o-mini-2024-07-18',
  slowModel: 'gpt-4o-mini-2024-07-18',
});

describe('trouble at a second server', () => {
  it('hears how long to wait after a 429', async () => {
    mock.nextRequestError(429, { message: 'Slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' });
    await expect(provider.chat.complete(asking('hello'), {})).rejects.toMatchObject({
      kind: 'rate-limit',
      retryable: true,
      message: 'Slow down',
      detail: { status: 429, code: 'rate_limit_exceeded', retryAfterMs: 1000 },
    });
    expect((await provider.chat.complete(asking('hello'), {})).text).toContain('traveller');
  });

  it('never takes half a stream for an answer', async () => {
    const deltas: string[] = [];
    const asked = provider.chat.complete(asking('cut me off'), { onDelta: (text) => deltas.push(text) });
    await expect(asked).rejects.toMatchObject({ kind: 'network', retryable: true });
    expect(deltas.length).toBeGreaterThan(0);
  });

  it('says that the connection broke when it did, whole or streamed', async () => {
    mock.setChaos({ disconnectRate: 1 });
    await expect(provider.chat.complete(asking('hello'), {})).rejects.toMatchObject({ kind: 'network' });
    await expect(provider.chat.complete(asking('hello'), { onDelta: () => undefined })).rejects.toMatchObject({
      kind: 'network',
    });
    await expect(provider.jobs.list()).rejects.toMatchObject({ kind: 'network' });
  });

  it('tells a garbled answer and a dropped call from each other', async () => {
    mock.setChaos({ malformedRate: 1 });
    await expect(provider.chat.complete(asking('hello'), {})).rejects.toMatchObject({
      kind: 'invalid-request',
      retryable: false,
    });
    mock.setChaos({ dropRate: 1 });
    await expect(provider.chat.complete(asking('hello'), {})).rejects.toMatchObject({ kind: 'server' });
  });
});
