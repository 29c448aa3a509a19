import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { nothingToDeploy } from '../../domain/deployment/names.ts';
import {
  type DeploymentPlan,
  type DeploymentView,
  type ListedDeployment,
  NO_CHOICES,
} from '../../domain/deployment/types.ts';
import { NO_SUCH_ROUTE, ProviderError, type ProviderProfile } from '../../domain/provider/provider.ts';
import type { DeploymentWish, DialectDeployments, PlacedOrder } from './dialects/dialect.ts';
import { toProviderError } from './errors.ts';
import { type CallOptions, listPage, requestOptions, type Session } from './session.ts';

/** As vLLM lists models: an adapter names what it was loaded onto, and the folder it was loaded from. */
const card = z.object({
  id: z.string().min(1),
  owned_by: z.string().nullish(),
  root: z.string().nullish(),
  parent: z.string().nullish(),
});
type Card = z.output<typeof card>;

const ABSENT: DeploymentView = { stage: 'absent', word: '', message: '', model: null, parts: {} };

const RUN_TIME = 'VLLM_ALLOW_RUNTIME_LORA_UPDATING=True vllm serve … --enable-lora';

/** Adapters of a vLLM that runs elsewhere: `/v1/load_lora_adapter`, docs.vllm.ai. Of any other server's there are none. */
export function createVllmAdapters(session: Session, profile: ProviderProfile): DialectDeployments {
  /** Null where this is no vLLM. */
  async function cards(options: CallOptions | undefined): Promise<readonly Card[] | null> {
    const { data } = await listPage(session, '/models', {}, options);
    const all = data.flatMap((raw) => card.safeParse(raw).data ?? []);
    return all.some(({ owned_by: owner }) => owner === 'vllm') ? all : null;
  }

  async function adapters(options: CallOptions | undefined): Promise<readonly Card[]> {
    return ((await cards(options)) ?? []).filter(({ id, parent }) => parent != null && parent !== '' && parent !== id);
  }

  async function find({ name }: PlacedOrder, options: CallOptions | undefined): Promise<DeploymentView> {
    const found = (await adapters(options)).find(({ id }) => id === name);
    return found === undefined ? ABSENT : viewOf(found);
  }

  async function post(path: string, body: object, options: CallOptions | undefined): Promise<void> {
    await (await session.client()).post(path, { body, ...requestOptions(options) });
  }

  return {
    plan: (wish, options) =>
      session.call(options?.signal, async () => {
        const all = await cards(options);
        if (all === null) throw new ProviderError('invalid-request', nothingToDeploy(profile), { code: 'not_vllm' });
        return planOf(wish, all, session.place);
      }),
    advance: (order, options) =>
      session.call(options?.signal, async () => {
        const view = await find(order, options);
        if (view.stage !== 'absent') return view;
        options?.onStep?.(`loads the adapter ${order.name}`);
        try {
          await post('/load_lora_adapter', { lora_name: order.name, lora_path: order.source }, options);
        } catch (error) {
          const refused = toProviderError(error, session.context(options?.signal));
          if (!/already been loaded/i.test(refused.message)) throw inWords(refused, order, session.place);
        }
        return find(order, options);
      }),
    look: (order, options) => session.call(options?.signal, () => find(order, options)),
    remove: (order, options) =>
      session.call(options?.signal, async () => {
        const view = await find(order, options);
        if (view.stage === 'absent') return view;
        try {
          await post('/unload_lora_adapter', { lora_name: order.name }, options);
        } catch (error) {
          const refused = toProviderError(error, session.context(options?.signal));
          if (refused.kind !== 'not-found' || refused.detail.code === NO_SUCH_ROUTE)
            throw inWords(refused, order, session.place);
        }
        return find(order, options);
      }),
    list: (options) =>
      session.call(options?.signal, async () =>
        (await adapters(options)).map((one): ListedDeployment => {
          const order = {
            name: one.id,
            source: one.root ?? one.id,
            tunedModel: one.id,
            setup: {},
            choices: NO_CHOICES,
          };
          return { order, view: viewOf(one) };
        }),
      ),
  };
}

const viewOf = ({ id, parent }: Card): DeploymentView => ({
  stage: 'ready',
  word: `on ${parent}`,
  message: '',
  model: id,
  parts: {},
});

function planOf({ model, choices }: DeploymentWish, all: readonly Card[], place: string): DeploymentPlan {
  const { idleStopMinutes, accelerator, onto, own } = choices;
  if (idleStopMinutes !== null || accelerator !== null || onto !== null)
    throw refusal(
      'vLLM loads an adapter onto the base it serves: no hardware, idle stop or other deployment can be chosen.',
    );
  const folder = own?.folder ?? model;
  if (!isAbsolute(folder))
    throw refusal(
      `${model} is no folder, and no tuned model of the engine of this machine. Name the adapter’s folder.`,
    );
  const bases = all.filter(({ parent }) => parent == null || parent === '').map(({ id }) => id);
  const base = own?.base === undefined ? [] : [`It was trained on ${own.base}; the server has ${bases.join(', ')}.`];
  const seen = own?.here === 'no' ? ' It is not on this machine.' : '';
  return {
    source: folder,
    tunedModel: own?.model ?? model,
    setup: own?.rank === undefined ? {} : { rank: own.rank },
    hardware: '',
    usdPerHour: 0,
    notes: [`The server at ${place} reads ${folder} from its own disk, under this very path.${seen}`, ...base],
    offersIdleStop: null,
  };
}

const refusal = (what: string, code = 'cannot_be_served'): ProviderError =>
  // With a status, since it is known that nothing was done.
  new ProviderError('invalid-request', what, { status: 400, code });

/** What can be done about a refusal of vLLM's, where that is known. */
function inWords(error: ProviderError, { source, setup }: PlacedOrder, place: string): ProviderError {
  const { message, detail } = error;
  if (detail.code === NO_SUCH_ROUTE)
    return refusal(
      `The vLLM at ${place} takes no adapters while it runs. Start it as ${RUN_TIME}.`,
      'no_runtime_adapters',
    );
  const [, rank = setup.rank, most] = /rank (\d+) is greater than max_lora_rank (\d+)/i.exec(message) ?? [];
  if (most !== undefined)
    return refusal(
      `The adapter has rank ${rank}, and the vLLM at ${place} takes ${most} at most. Start it with --max-lora-rank ${rank}.`,
      'rank_too_large',
    );
  if (/lora is not enabled/i.test(message))
    return refusal(`The vLLM at ${place} was started without --enable-lora. Start it as ${RUN_TIME}.`, 'no_adapters');
  if (/no adapter found|adapter not found/i.test(message) || error.kind === 'not-found')
    return refusal(
      `The vLLM at ${place} finds no adapter in ${source}: the folder must be on its own disk.`,
      'no_folder',
    );
  // A failure of its own is how newer versions refuse an adapter: asking again changes nothing.
  return detail.status === 500 ? refusal(`The vLLM at ${place} did not take the adapter: ${message}`) : error;
}
