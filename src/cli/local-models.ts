import { homedir } from 'node:os';
import { luthierHome } from '../domain/project/settings.ts';
import { type HubModelName, readHubName } from '../domain/weights/hub-names.ts';
import { hubCache } from '../domain/weights/model-places.ts';
import { createClock } from '../services/clock.ts';
import { HubFault } from '../services/huggingface/http.ts';
import { type LocalModel, listLocalModels } from '../services/weights/local-models.ts';
import { type PullPlan, type PullProgress, planPull, pullModel, removePulled } from '../services/weights/pull.ts';
import { type CommandContext, CommandFailure, UsageError } from './context.ts';

export interface PreparedPull extends PullPlan {
  pull(onProgress: (progress: PullProgress) => void): Promise<LocalModel>;
}

/** The models on this machine, for the commands. */
export interface LocalModels {
  list(folders?: readonly string[]): readonly LocalModel[];
  /** Asks the Hub. Throws CommandFailure. */
  prepare(name: HubModelName): Promise<PreparedPull>;
  /** Whether there was anything of it. Throws CommandFailure. */
  remove(id: string): boolean;
}

const ENDPOINT = 'https://huggingface.co';

export function localModels({ env, signal, connection }: CommandContext): LocalModels {
  const home = luthierHome(env, homedir());
  const places = { home, cache: hubCache(env, homedir()) };
  const setup = {
    home,
    endpoint: endpointOf(env.HF_ENDPOINT?.trim() || ENDPOINT),
    token: env.HF_TOKEN?.trim() || null,
    sleep: createClock().sleep,
    connection,
  };
  const list = (folders: readonly string[] = []) => listLocalModels(places, folders);
  return {
    list,
    prepare: (name) =>
      inWords(async () => {
        const plan = await planPull(setup, name, signal);
        return {
          ...plan,
          pull: (onProgress) =>
            inWords(async () => {
              await pullModel(setup, plan, signal, onProgress);
              const [model] = list().filter(({ path }) => path === plan.folder);
              if (model === undefined) throw new Error(`${plan.folder} is gone again.`);
              return model;
            }),
        };
      }),
    remove(id) {
      try {
        return removePulled(home, id);
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
}

function endpointOf(address: string): string {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`HF_ENDPOINT is ${address}, which is no address such as ${ENDPOINT}`);
  return address.replace(/\/+$/, '');
}

/** A model's name of the Hub. Throws UsageError for what is none. */
export function hubName(typed: string): HubModelName {
  const name = readHubName(typed);
  if (name !== null) return name;
  throw new UsageError(`${typed} is no model of the Hub: name one as ORG/NAME or ORG/NAME@REVISION`);
}

const asFailure = (error: unknown): unknown =>
  error instanceof HubFault ? new CommandFailure(error.message, '', error.next) : error;

const inWords = <T>(work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    throw asFailure(error);
  });
