import { dialectFacts } from '../provider/job-dialects.ts';
import { kindFacts } from '../provider/kinds.ts';
import type { ProviderProfile } from '../provider/provider.ts';

/** Letters of a name that say which model it is of; the rest of its 48 is the key. */
const WORDS = 30;

/** A name that nothing else has: of what the model is called, and of the key. */
export function deploymentName(tunedModel: string, key: string): string {
  const last = tunedModel.slice(tunedModel.lastIndexOf('/') + 1);
  const words = last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, WORDS)
    .replace(/^-+|-+$/g, '');
  return [words || 'tuned', key.replace(/[^a-z0-9]/g, '').slice(0, 12)].join('-');
}

/** Why nothing is deployed at a provider that answers by the name of the tuned model, or where no call for it is known. */
export function nothingToDeploy(profile: Pick<ProviderProfile, 'name' | 'kind' | 'jobDialect'>): string {
  const { chat } = dialectFacts(profile.jobDialect).lacks;
  if (chat !== undefined) return chat;
  const byName = 'nothing is deployed, and nothing is billed while it is idle. Chat with it by its name.';
  if (kindFacts(profile.kind).practice) return `The engine of this machine answers for the models it tuned: ${byName}`;
  if (profile.kind === 'openai') return `OpenAI answers for a tuned model as soon as its job succeeded: ${byName}`;
  return `${profile.name} has no call that deploys a model, as far as Luthier knows. Chat with the model by its name.`;
}
