import { expect, it } from 'vitest';
import type { Provider } from '../../../src/app/runtime/ports.ts';
import { PRESET_NAMES, presetFacts } from '../../../src/domain/provider/presets.ts';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';
import { createProvider } from '../../../src/services/openai/connect.ts';
import { ACCOUNT, fireworksServer } from './dialects/fireworks-server.ts';
import { type StrictServer, strictServer } from './dialects/strict-server.ts';
import { togetherServer } from './dialects/together-server.ts';
import { bytesOf, profileOf } from './servers.ts';
import { keyAt } from './stand-in-keys.ts';

/** Stand-ins of the providers that have files put at signed addresses, by their dialects. */
const SIGNING = {
  together: { open: togetherServer, account: null },
  fireworks: { open: fireworksServer, account: ACCOUNT },
} as const;

const signing = PRESET_NAMES.filter((preset) => presetFacts(preset).dialect in SIGNING).map((preset) => {
  const { kind, dialect } = presetFacts(preset);
  return [preset, { kind, jobDialect: dialect }, SIGNING[dialect === 'fireworks' ? 'fireworks' : 'together']] as const;
});

const TEXT = '{"messages":[]}\n';

async function uploadAt(url: string, profile: Partial<ProviderProfile>): Promise<unknown> {
  const provider: Provider = await createProvider(
    { profile: profileOf({ ...profile, baseUrl: url }), baseUrl: url, apiKey: keyAt(url) },
    // Small enough that every file goes to a signed address.
    { pollMs: 0, sleep: () => Promise.resolve(), directBytes: 1 },
  );
  const source = { filename: 't.jsonl', purpose: 'fine-tune', bytes: TEXT.length, body: () => bytesOf(TEXT) } as const;
  return provider.files.upload(source, {}).catch((error: unknown) => error);
}

/** A storage that keeps what is put anywhere in it, and takes no key. */
const storageOf = (status = 200, headers: Readonly<Record<string, string>> = {}): Promise<StrictServer> =>
  strictServer(() => [{ method: 'PUT', path: '/signed/*', key: false, answer: () => ({ status, headers }) }]);

/** Signs addresses of another host in the place of its own. */
function signAt(own: StrictServer, origin: string): void {
  own.changes = (answer) =>
    answer.body instanceof Buffer
      ? answer
      : JSON.parse(JSON.stringify(answer).replaceAll(`${own.origin}/signed`, `${origin}/signed`));
}

it('there are presets that use signed uploads', () => {
  expect(signing.map(([preset]) => preset)).toEqual(['together', 'fireworks']);
});

it.each(signing)('%s puts a file at a signed address of another host without its key', async (_, profile, at) => {
  const server = await at.open();
  const storage = await storageOf();
  signAt(server.strict, storage.origin);
  await uploadAt(server.url, { ...profile, account: at.account });
  expect(storage.calls.map(({ method, body }) => [method, body.toString()])).toEqual([['PUT', TEXT]]);
  expect([storage.faults, server.strict.faults]).toEqual([[], []]);
  await Promise.all([server.strict.close(), storage.close()]);
});

it.each(signing)('%s follows no signed address that leads on elsewhere', async (_, profile, at) => {
  const server = await at.open();
  const further = await storageOf();
  const storage = await storageOf(307, { location: `${further.origin}/signed/x` });
  signAt(server.strict, storage.origin);
  const failed = await uploadAt(server.url, { ...profile, account: at.account });
  expect(failed).toBeInstanceOf(Error);
  expect([storage.calls.length, further.calls.length, storage.faults, server.strict.faults]).toEqual([1, 0, [], []]);
  await Promise.all([server.strict.close(), storage.close(), further.close()]);
});
