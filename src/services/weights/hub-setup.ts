import { homedir } from 'node:os';
import { luthierHome } from '../../domain/project/settings.ts';
import { type HubModelName, readHubName } from '../../domain/weights/hub-names.ts';
import { hubCache } from '../../domain/weights/model-places.ts';
import { createClock } from '../clock.ts';
import { HubFault, type HubOptions } from '../huggingface/http.ts';
import { type LocalModel, listLocalModels } from './local-models.ts';
import { type PullPlan, type PullProgress, type PullSetup, planPull, pullModel, removePulled } from './pull.ts';

const ENDPOINT = 'https://huggingface.co';

type Env = Readonly<Record<string, string | undefined>>;

/** Where models are asked for and kept, by the variables of Hugging Face. Throws HubFault for an HF_ENDPOINT that is no address. */
export function pullSetup(env: Env, connection?: HubOptions['connection']): PullSetup {
  const address = env.HF_ENDPOINT?.trim() || ENDPOINT;
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const what = `HF_ENDPOINT is ${address}, which is no address such as ${ENDPOINT}`;
    throw new HubFault('broken', what, 'Mend it, or leave it out.');
  }
  return {
    home: luthierHome(env, homedir()),
    endpoint: address.replace(/\/+$/, ''),
    token: env.HF_TOKEN?.trim() || null,
    sleep: createClock().sleep,
    connection,
  };
}

/** The models on this machine, and those in the folders that are named. */
export const modelsHere = (env: Env, folders: readonly string[] = []): readonly LocalModel[] =>
  listLocalModels({ home: luthierHome(env, homedir()), cache: hubCache(env, homedir()) }, folders);

/** Brings a model and gives what is there then. Throws HubFault, and the signal's reason. */
export async function bringModel(
  env: Env,
  setup: PullSetup,
  plan: PullPlan,
  signal: AbortSignal,
  onProgress: (progress: PullProgress) => void,
): Promise<LocalModel> {
  await pullModel(setup, plan, signal, onProgress);
  const [model] = modelsHere(env).filter(({ path }) => path === plan.folder);
  if (model === undefined) throw new Error(`${plan.folder} is gone again.`);
  return model;
}

/** Base models for the screens, by the code of `luthier models`. Everything throws HubFault. */
export function createBaseModels(env: Env) {
  return {
    list: () => modelsHere(env),
    async prepare(name: string, signal: AbortSignal) {
      const setup = pullSetup(env);
      const plan = await planPull(setup, nameOf(name), signal);
      const { listing, choice, bytes, have, folder, done, replaces } = plan;
      const { id, commit, license, gated } = listing;
      return {
        ...{ id, commit, license, gated, bytes, folder, done, replaces },
        files: choice.files.length,
        left: Math.max(0, bytes - have),
        pull: (onProgress: (progress: PullProgress) => void, pulling: AbortSignal) =>
          bringModel(env, setup, plan, pulling, onProgress),
      };
    },
    remove: (id: string) => removePulled(luthierHome(env, homedir()), id),
  };
}

function nameOf(typed: string): HubModelName {
  const name = readHubName(typed);
  if (name !== null) return name;
  throw new HubFault('missing', `${typed} is no model of the Hub.`, 'Name one as ORG/NAME or ORG/NAME@REVISION.');
}
