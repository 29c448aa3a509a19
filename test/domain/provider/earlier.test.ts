import { expect, it } from 'vitest';
import { ofEarlierVersion } from '../../../src/domain/provider/earlier.ts';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';

const saved = (change: Partial<ProviderProfile>): ProviderProfile => ({
  id: 'mine',
  name: 'Mine',
  kind: 'compatible',
  baseUrl: null,
  jobDialect: 'method',
  apiVersion: null,
  ...change,
});

const AZURE = 'https://acme.openai.azure.com/openai/v1/';
const NEBIUS = 'https://api.tokenfactory.nebius.com/v1';

it.each<[string, Partial<ProviderProfile>, Partial<ProviderProfile>]>([
  ['Azure', { kind: 'azure', baseUrl: AZURE }, { kind: 'azure', jobDialect: 'azure' }],
  ['Azure behind a host of one’s own', { kind: 'azure', baseUrl: 'https://ai.acme.example' }, { jobDialect: 'azure' }],
  ['Azure as a compatible server', { baseUrl: AZURE }, { kind: 'azure', jobDialect: 'azure' }],
  ['Nebius', { baseUrl: NEBIUS, jobDialect: 'hyperparameters' }, { kind: 'nebius', jobDialect: 'nebius' }],
  ['Together', { baseUrl: 'https://api.together.xyz/v1' }, { kind: 'together', jobDialect: 'together' }],
])('%s has its own dialect now', (_, given, now) => {
  expect(ofEarlierVersion(saved(given))).toEqual({ ...saved(given), ...now });
});

it.each<[string, Partial<ProviderProfile>]>([
  ['a server of one’s own', { baseUrl: 'http://localhost:4000/v1' }],
  ['Azure’s other models', { baseUrl: 'https://acme.services.ai.azure.com/models' }],
  ['one that only answers', { baseUrl: 'https://api.groq.com/openai/v1' }],
  ['a host that ends alike', { baseUrl: 'https://notnebius.com/v1' }],
  ['Azure with a dialect that was chosen', { kind: 'azure', baseUrl: AZURE, jobDialect: 'hyperparameters' }],
  ['a profile of this version', { kind: 'azure', baseUrl: AZURE, keyVariable: null }],
  ['OpenAI', { kind: 'openai' }],
])('%s stays as it was saved', (_, given) => {
  expect(ofEarlierVersion(saved(given))).toEqual(saved(given));
});
