import * as z from 'zod';
import type { DeploymentStage, DeploymentView, ListedDeployment } from '../../../../domain/deployment/types.ts';
import { type CallOptions, requestOptions, type Session } from '../../session.ts';
import type { PlacedOrder } from '../dialect.ts';
import { type Account, idOf } from './account.ts';

const text = z.string().nullish().catch(null);
const loaded = z.object({
  name: z.string().min(1),
  model: z.string().min(1),
  deployment: z.string().min(1),
  state: text,
  status: z.object({ code: text, message: text }).nullish().catch(null),
});
type Loaded = z.infer<typeof loaded>;

const STAGES: Readonly<Record<string, DeploymentStage>> = {
  DEPLOYING: 'starting',
  DEPLOYED: 'ready',
  UPDATING: 'ready',
  UNDEPLOYING: 'leaving',
};

const ABSENT: DeploymentView = { stage: 'absent', word: '', message: '', model: null, parts: {} };

/** Tuned models as adapters on a deployment of their base, `deployedModels`: several share its hardware. */
export interface Addons {
  advance(
    order: PlacedOrder,
    options: (CallOptions & { readonly onStep?: (words: string) => void }) | undefined,
  ): Promise<DeploymentView>;
  look(order: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView>;
  remove(order: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView>;
  list(options: CallOptions | undefined): Promise<readonly ListedDeployment[]>;
}

/** Calls of one account. They throw as the client does. */
export function createAddons(session: Session, account: Account): Addons {
  const all = async (options: CallOptions | undefined): Promise<readonly Loaded[]> =>
    (await account.list('deployedModels', options)).flatMap((raw) => {
      const read = loaded.safeParse(raw);
      return read.success ? [read.data] : [];
    });

  /** A model is on a deployment once: its pair is its name. */
  const look = async ({ source, setup }: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView> => {
    const found = (await all(options)).find(({ model, deployment }) => model === source && deployment === setup.onto);
    return found === undefined ? ABSENT : viewOf(found);
  };

  return {
    look,
    async advance(order, options) {
      const found = await look(order, options);
      if (found.stage !== 'absent') return found;
      options?.onStep?.(`loads it onto ${idOf(order.setup.onto ?? '')}`);
      const body = { model: order.source, deployment: order.setup.onto, displayName: order.name };
      const made = await (await session.client()).post(account.url('deployedModels'), {
        body,
        ...requestOptions(options),
      });
      return viewOf(loaded.parse(made));
    },
    async remove(order, options) {
      const view = await look(order, options);
      const { deployedModel } = view.parts;
      if (deployedModel === undefined || view.stage === 'leaving') return view;
      const url = account.url(`deployedModels/${encodeURIComponent(deployedModel)}`);
      await (await session.client()).delete(url, requestOptions(options));
      return { ...view, stage: 'leaving', word: 'UNDEPLOYING' };
    },
    list: async (options) =>
      (await all(options)).map((one) => ({
        order: {
          name: idOf(one.name),
          source: one.model,
          tunedModel: one.model,
          setup: { onto: one.deployment },
          choices: { idleStopMinutes: null, accelerator: null, onto: one.deployment },
        },
        view: viewOf(one),
      })),
  };
}

function viewOf({ name, model, deployment, state, status }: Loaded): DeploymentView {
  const word = (state ?? 'no state').replace(/^STATE_|^DEPLOYED_MODEL_STATE_/, '');
  return {
    stage: STAGES[word] ?? 'starting',
    word,
    message: status?.message ?? '',
    model: `${model}#${deployment}`,
    parts: { deployedModel: idOf(name) },
  };
}
