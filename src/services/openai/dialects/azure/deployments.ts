import * as z from 'zod';
import { deploymentName } from '../../../../domain/deployment/names.ts';
import {
  type DeploymentParts,
  type DeploymentPlan,
  type DeploymentStage,
  type DeploymentView,
  type ListedDeployment,
  NO_CHOICES,
} from '../../../../domain/deployment/types.ts';
import { HOURLY_READ, hourlyPrice } from '../../../../domain/pricing/hourly.ts';
import { hasField } from '../../../../domain/provider/kinds.ts';
import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { shellWord } from '../../../../domain/text/format.ts';
import type { CallOptions, Session } from '../../session.ts';
import type { DeploymentWish, DialectDeployments, PlacedOrder } from '../dialect.ts';
import { type Environment, managementOf } from './management.ts';

/** Ways to be billed, each with what is to be known of it. */
const SKUS: Readonly<Record<string, string>> = {
  Standard: 'It is served in the region of the resource.',
  GlobalStandard: 'It is served anywhere: what it is asked leaves the region of the resource.',
  DeveloperTier:
    'Azure removes it 24 hours after it was made, used or not, and promises no speed: it is for trying out.',
};
/** Thousand tokens a minute. */
const CAPACITY = 50;

const text = z.string().nullish().catch(null);
const deployment = z.object({
  name: z.string().min(1),
  properties: z.object({ provisioningState: text, model: z.object({ name: text }).nullish().catch(null) }),
});
type Deployment = z.infer<typeof deployment>;

const page = z.object({ value: z.array(z.unknown()), nextLink: text });
type Page = z.infer<typeof page>;
const pageOf = (answer: unknown): Page => page.parse(answer);

/** Every other word is one of what comes to be. */
const STAGES: Readonly<Record<string, DeploymentStage>> = {
  Succeeded: 'ready',
  Failed: 'failed',
  Canceled: 'failed',
  Disabled: 'failed',
  Deleting: 'leaving',
};
const NO_REASON = 'Azure gives no reason here; the activity log of the resource has it.';

const ABSENT: DeploymentView = { stage: 'absent', word: '', message: '', model: null, parts: {} };

/** Deployments of Azure OpenAI, by Azure Resource Manager alone. The name of one is what is chatted with. */
export function createAzureDeployments(
  session: Session,
  profile: ProviderProfile,
  env: Environment,
): DialectDeployments {
  const management = managementOf(session, env);
  const placeFor = (own: DeploymentParts): DeploymentParts => placeOf(session, { own, profile, env });
  const parse = (answer: unknown): Deployment => deployment.parse(answer);

  async function find(order: PlacedOrder, options: CallOptions | undefined): Promise<Deployment | null> {
    try {
      return await management.call(management.url(order.setup, order.name), { method: 'GET', parse, ...options });
    } catch (error) {
      if (error instanceof ProviderError && error.kind === 'not-found') return null;
      throw error;
    }
  }

  const look = async (order: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView> => {
    const found = await find(order, options);
    return found === null ? ABSENT : viewOf(found);
  };

  async function make(order: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView> {
    const url = management.url(order.setup, order.name);
    try {
      return viewOf(await management.call(url, { method: 'PUT', body: bodyOf(order), parse, ...options }));
    } catch (error) {
      if (!(error instanceof ProviderError) || error.detail.status !== 409) throw error;
      const found = await find(order, options);
      // Azure changes one thing of an account at a time.
      if (found === null) throw new ProviderError('server', `Azure is busy: ${error.message}`, error.detail);
      if (found.properties.model?.name === order.source) return viewOf(found);
      throw new ProviderError(
        'invalid-request',
        `The name ${order.name} is taken by a deployment of another model there.`,
        error.detail,
      );
    }
  }

  return {
    plan: (wish, options) =>
      session.call(options?.signal, async () => {
        const plan = planOf(wish, placeFor);
        const { setup } = plan;
        // Asked before anything is agreed to: without a token, or a role, nothing can be made.
        const asked = { method: 'GET', parse: pageOf, byHand: byHand(plan), ...options } as const;
        await management.call(management.url(setup), asked);
        return plan;
      }),
    advance: (order, options) =>
      session.call(options?.signal, async () => {
        const { signal } = options ?? {};
        const calls = signal === undefined ? {} : { signal };
        const view = await look(order, calls);
        if (view.stage !== 'absent') return view;
        options?.onStep?.(`makes the deployment ${order.name}`);
        return make(order, calls);
      }),
    look: (order, options) => session.call(options?.signal, () => look(order, options)),
    remove: (order, options) =>
      session.call(options?.signal, async () => {
        const view = await look(order, options);
        if (view.stage === 'absent' || view.stage === 'leaving') return view;
        await management.call(management.url(order.setup, order.name), {
          method: 'DELETE',
          parse: () => null,
          ...options,
        });
        return { ...view, stage: 'leaving', word: 'Deleting' };
      }),
    list: (options) =>
      session.call(options?.signal, async () => {
        const setup = placeFor({});
        const found: ListedDeployment[] = [];
        let next: string | null = management.url(setup);
        while (next !== null) {
          const { value, nextLink }: Page = await management.call(next, { method: 'GET', parse: pageOf, ...options });
          for (const raw of value) {
            const one = deployment.safeParse(raw);
            if (!one.success) continue;
            const source = one.data.properties.model?.name ?? '';
            const order = { name: one.data.name, source, tunedModel: source, setup, choices: NO_CHOICES };
            found.push({ order, view: viewOf(one.data) });
          }
          next = nextLink != null && management.isOwn(nextLink) ? nextLink : null;
        }
        return found;
      }),
  };
}

function viewOf({ name, properties }: Deployment): DeploymentView {
  const word = properties.provisioningState ?? '';
  const stage = STAGES[word] ?? 'starting';
  return { stage, word, message: stage === 'failed' ? NO_REASON : '', model: name, parts: {} };
}

/** Where the names of the place come from: a command, the profile, the environment, in this order. */
const PLACE = [
  { part: 'subscription', option: '--subscription', variable: 'AZURE_SUBSCRIPTION_ID' },
  { part: 'resourceGroup', option: '--resource-group', variable: 'AZURE_RESOURCE_GROUP' },
  { part: 'account', option: '--account', variable: 'AZURE_OPENAI_ACCOUNT' },
] as const;

/** The resource's own host begins with the account's name, unless a person chose otherwise. */
const RESOURCE = /^([a-z0-9-]+)\.(?:openai|services\.ai|cognitiveservices)\.azure\.com$/i;

interface PlaceSources {
  readonly own: DeploymentParts;
  readonly profile: ProviderProfile;
  readonly env: Environment;
}

function placeOf({ baseUrl }: Session, { own, profile, env }: PlaceSources): DeploymentParts {
  const [, ofHost = ''] = RESOURCE.exec(new URL(baseUrl).hostname) ?? [];
  const found = PLACE.map(({ part, option, variable }) => {
    const kept = hasField(profile.kind, part) ? profile[part]?.trim() : '';
    const value = own[part] || kept || env[variable]?.trim() || (part === 'account' ? ofHost : '');
    return { part, option, variable, value };
  });
  const missing = found.filter(({ value }) => value === '');
  if (missing.length === 0) return Object.fromEntries(found.map(({ part, value }) => [part, value]));
  const wanted = missing.map(({ option, variable }) => `${option} (${variable})`).join(', ');
  throw new ProviderError(
    'invalid-request',
    `Azure wants to know where its resource is: ${wanted}, or in the profile of the provider in Settings (8). \`az cognitiveservices account list -o table\` lists accounts with their groups, \`az account show --query id -o tsv\` the subscription.`,
    { code: 'unsupported_method' },
  );
}

function planOf(
  { job, model, choices }: DeploymentWish,
  placeFor: (own: DeploymentParts) => DeploymentParts,
): DeploymentPlan {
  const refuse = (what: string): never => {
    throw new ProviderError('invalid-request', what, { code: 'unsupported_method' });
  };
  if (choices.onto !== null) refuse('Azure deploys a tuned model by itself alone, not onto another deployment.');
  if (choices.idleStopMinutes !== null)
    refuse('Azure stops no deployment by itself that is idle, but removes one of the DeveloperTier after 24 hours.');
  if (choices.accelerator !== null) refuse('Azure leaves no choice of hardware: choose its --sku.');
  if (job !== null && job.fineTunedModel === null)
    throw new ProviderError('not-found', `The job ${job.id} is ${job.status} and has no model to deploy yet.`);
  const { sku = 'Standard', capacity = String(CAPACITY), ...place } = choices.own ?? {};
  const note = SKUS[sku] ?? refuse(`Azure deploys a tuned model as ${Object.keys(SKUS).join(', ')}, not as ${sku}.`);
  const source = job?.fineTunedModel ?? model;
  const usdPerHour = hourlyPrice('azure', sku);
  return {
    source,
    tunedModel: source,
    setup: { ...placeFor(place), sku, capacity },
    hardware: `${sku}, ${capacity} thousand tokens a minute`,
    usdPerHour,
    notes: [
      note,
      ...(usdPerHour === 0
        ? ['Only its tokens are billed.']
        : [
            'It is billed by the hour, idle or not, until it is undeployed, and its tokens besides.',
            `The price is that of ${HOURLY_READ.azure}: Azure names none here.`,
          ]),
    ],
    offersIdleStop: null,
  };
}

/** Whose models Azure wants named as whose: another format than the model's own is refused with a 500. All others are OpenAI's. */
const FORMATS: readonly (readonly [model: RegExp, format: string])[] = [
  [/^gpt-oss/i, 'Microsoft'],
  [/mistral|ministral/i, 'Mistral AI'],
  [/llama/i, 'Meta'],
  [/qwen/i, 'Alibaba'],
];

const formatOf = (model: string): string => FORMATS.find(([pattern]) => pattern.test(model))?.[1] ?? 'OpenAI';

const bodyOf = ({ source, setup }: Pick<PlacedOrder, 'source' | 'setup'>) => ({
  sku: { name: setup.sku, capacity: Number(setup.capacity) },
  properties: { model: { format: formatOf(source), name: source, version: '1' } },
});

/** The same by Azure's own program, whole. */
function byHand({ source, tunedModel, setup }: DeploymentPlan): string {
  const options = {
    subscription: setup.subscription,
    'resource-group': setup.resourceGroup,
    name: setup.account,
    'deployment-name': deploymentName(tunedModel, '1'),
    'model-name': source,
    'model-version': '1',
    'model-format': formatOf(source),
    'sku-name': setup.sku,
    'sku-capacity': setup.capacity,
  };
  const words = Object.entries(options).map(([name, value]) => `--${name} ${shellWord(value ?? '')}`);
  return `az cognitiveservices account deployment create ${words.join(' ')}`;
}
