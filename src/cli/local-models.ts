import { type HubModelName, readHubName } from '../domain/weights/hub-names.ts';
import { HubFault } from '../services/huggingface/http.ts';
import { bringModel, modelsHere, pullSetup } from '../services/weights/hub-setup.ts';
import type { LocalModel } from '../services/weights/local-models.ts';
import { type PullPlan, type PullProgress, type PullSetup, planPull, removePulled } from '../services/weights/pull.ts';
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

export function localModels({ env, signal, connection }: CommandContext): LocalModels {
  const setup = setupOf(env, connection);
  return {
    list: (folders) => modelsHere(env, folders),
    prepare: (name) =>
      inWords(async () => {
        const plan = await planPull(setup, name, signal);
        return { ...plan, pull: (onProgress) => inWords(() => bringModel(env, setup, plan, signal, onProgress)) };
      }),
    remove(id) {
      try {
        return removePulled(setup.home, id);
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
}

function setupOf(env: CommandContext['env'], connection: CommandContext['connection']): PullSetup {
  try {
    return pullSetup(env, connection);
  } catch (error) {
    throw error instanceof HubFault ? new UsageError(error.message) : error;
  }
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
