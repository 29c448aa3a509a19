import * as z from 'zod';
import type { DeploymentStage } from '../../../../domain/deployment/types.ts';
import { formatUsd } from '../../../../domain/text/format.ts';

const text = z.string().nullish().catch(null);

const config = z.object({
  id: z.string().min(1),
  projectId: z.string().min(1),
  selectors: z
    .array(z.object({ key: z.string(), value: z.union([z.string(), z.number()]).transform(String) }))
    .catch([]),
});

const instance = z.object({
  id: z.string(),
  gpuType: z.string().catch(''),
  gpuCount: z.number().nullish().catch(null),
  priceCentsPerHour: z.number().nullish().catch(null),
});

const endpoint = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  trafficSplit: z.array(z.object({ deploymentId: z.string(), weight: z.number().optional() })).catch([]),
});

const deployment = z.object({
  id: z.string().min(1),
  name: z.string().catch(''),
  endpointId: text,
  model: z.string().catch(''),
  autoscaling: z
    .object({ maxReplicas: z.number().nullish().catch(null) })
    .nullish()
    .catch(null),
  status: z.object({ state: text, message: text }).nullish().catch(null),
});

export type Endpoint = z.infer<typeof endpoint>;
export type Deployment = z.infer<typeof deployment>;

/** What there is of a list, without what cannot be read. */
const readable =
  <T>(schema: z.ZodType<T>) =>
  (raws: readonly unknown[]): readonly T[] =>
    raws.flatMap((raw) => {
      const read = schema.safeParse(raw);
      return read.success ? [read.data] : [];
    });

export const parseEndpoint = (raw: unknown): Endpoint => endpoint.parse(raw);
export const parseDeployment = (raw: unknown): Deployment => deployment.parse(raw);
export const parseEndpoints = readable(endpoint);
export const parseDeployments = readable(deployment);

/** Whether a thing of the project bears a name: they come with what they are in before it, `acme/triage`. */
export const isCalled = (full: string, name: string): boolean => full === name || full.endsWith(`/${name}`);

/** A way to serve a model, with its price where the list of instances tells it. */
export interface Hardware {
  /** The name of the configuration in whole. */
  readonly config: string;
  readonly words: string;
  readonly usdPerHour: number | null;
}

/** Ways to serve a model, the cheapest first and those of unknown price last; with `wanted`, those that are of it. */
export function hardwareOf(
  configs: readonly unknown[],
  instances: readonly unknown[],
  wanted: string | null,
): readonly Hardware[] {
  const known = readable(instance)(instances);
  const all = readable(config)(configs).map((one): Hardware => {
    const type = selectorOf(one, /accelerator_type|gpu_type/i);
    const gpus = Number(selectorOf(one, /count/i));
    const fitting = known.filter(
      ({ id, gpuType, gpuCount }) =>
        type !== '' && (isAlike(gpuType, type) || isAlike(id, type)) && (!(gpus > 0) || gpuCount === gpus),
    );
    const [only] = fitting.length === 1 ? fitting : [];
    const cents = only?.priceCentsPerHour ?? null;
    const words = only?.id ?? type;
    return {
      config: `projects/${one.projectId}/configs/${one.id}`,
      words: words === '' ? `configuration ${one.id}` : words,
      usdPerHour: cents === null ? null : cents / 100,
    };
  });
  const chosen =
    wanted === null ? all : all.filter(({ words, config: id }) => isAlike(words, wanted) || id.endsWith(`/${wanted}`));
  const price = ({ usdPerHour }: Hardware): number => usdPerHour ?? Number.POSITIVE_INFINITY;
  return chosen.toSorted((a, b) => (price(a) === price(b) ? 0 : price(a) - price(b)));
}

type Config = z.infer<typeof config>;

const selectorOf = ({ selectors }: Config, key: RegExp): string =>
  selectors.find((selector) => key.test(selector.key))?.value ?? '';

const plain = (words: string): string => words.toLowerCase().replace(/[^a-z0-9]/g, '');
/** The same accelerator written otherwise: `NVIDIA_H100_80GB`, `1xnvidia-h100-80gb`. */
const isAlike = (a: string, b: string): boolean =>
  plain(a).includes(plain(b)) || (a !== '' && plain(b).includes(plain(a)));

/** The other ways and their prices, for who wants to choose. */
export const otherWays = (ways: readonly Hardware[]): readonly string[] =>
  ways.length < 2
    ? []
    : [
        `It can also be served on ${ways
          .slice(1)
          .map(({ words, usdPerHour }) => `${words} (${formatUsd(usdPerHour)} an hour)`)
          .join(', ')}.`,
      ];

const STAGES: Readonly<Record<string, DeploymentStage>> = {
  PROVISIONING: 'starting',
  SCALING: 'starting',
  READY: 'ready',
  // It answers, with fewer replicas than it should have.
  DEGRADED: 'ready',
  STOPPING: 'leaving',
  STOPPED: 'stopped',
  FAILED: 'failed',
};

/** A state and its word. One that is not known is waited for, and said. */
export function stageOf({ status }: Deployment): { readonly stage: DeploymentStage; readonly word: string } {
  const word = (status?.state ?? 'no state').replace(/^DEPLOYMENT_STATE_/, '');
  return { stage: STAGES[word] ?? 'starting', word };
}
