import type { Outcome } from '../../domain/common/outcome.ts';
import { isBilled } from '../../domain/deployment/billing.ts';
import { type DeploymentChoices, type DeploymentRecord, NO_CHOICES } from '../../domain/deployment/types.ts';
import { UNKNOWN_PROVIDER } from '../../domain/provider/profiles.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import type { WorkbenchContext } from '../core/context.ts';
import type { DeploymentWish, TunedWeights } from '../runtime/deployment-ports.ts';
import { type Deploying, type PlannedDeployment, planDeployment, startDeployment } from './deploy.ts';
import { startDownload, weightsOf } from './download.ts';
import { keepLook, placed } from './observe.ts';
import { startUndeployment } from './undeploy.ts';

/** A deployment as a person is asked whether they want it. */
export interface ProposedDeployment extends PlannedDeployment {
  readonly choices: DeploymentChoices;
}

export interface DeployActions {
  /** Asks the provider what deploying the tuned model of a job would be; makes nothing. */
  plan(record: JobRecord, idleStopMinutes: number | null): Promise<Outcome<ProposedDeployment>>;
  /** Deploys it and waits until it answers; then the conversation of its project has its name. */
  start(record: JobRecord, proposed: ProposedDeployment): void;
  /** Takes it away; the tuned model stays. */
  remove(record: DeploymentRecord): void;
  /** The files of a job's tuned model, with names of those that a folder has already. */
  weights(record: JobRecord, folder: string): Promise<Outcome<FoundWeights>>;
  /** Downloads them into the folder. */
  download(record: JobRecord, found: FoundWeights): void;
}

export interface FoundWeights {
  readonly weights: TunedWeights;
  readonly folder: string;
  /** Of what is in the folder already, and is replaced. */
  readonly taken: readonly string[];
}

export interface DeploymentWatch {
  readonly actions: DeployActions;
  /** Looks at what is open, goes on taking away what was to go, and from then on looks every minute while something is billed. */
  resume(): void;
  /** Another process changed something. */
  changed(): void;
  close(): void;
}

const NOTHING_MADE = 'Nothing was made, and nothing is billed.';
const WAIT_MS = 60 * 60_000;
/** Between looks at what is billed: it may be stopped or taken away elsewhere. */
const LOOK_MS = 60_000;

export function createDeploying(context: WorkbenchContext, tunedAppeared: () => void): DeploymentWatch {
  const { deps, operations } = context;
  const stop = new AbortController();
  let looking = false;

  const changed = (): void => context.set({ deployments: deps.deployments.list({ open: true }) });

  const profileOf = (id: string): Deploying => {
    const { kind, jobDialect, ...rest } = context.store.getState().profiles.find((one) => one.id === id) ?? {
      ...UNKNOWN_PROVIDER,
      name: id,
    };
    return { id, name: rest.name, kind, jobDialect };
  };

  const wishOf = ({ job }: JobRecord, choices: DeploymentChoices): DeploymentWish => ({
    job,
    model: job.fineTunedModel ?? job.id,
    choices,
  });

  /** What answers is what the conversation of its project was waiting for. */
  function offer({ view, projectId, providerId }: DeploymentRecord, base: string): void {
    const { model } = view;
    if (model === null) return;
    context.projectAutosave.change(projectId, (project) =>
      project.providerId === providerId ? { ...project, chat: { ...project.chat, models: [model, base] } } : project,
    );
    if (context.project().providerId === providerId) tunedAppeared();
  }

  /** Looks at each that is open. What cannot be asked after stays as it was last seen. */
  async function lookAtAll(): Promise<void> {
    const unseen = new Map<string, string>();
    for (const record of deps.deployments.list({ open: true })) {
      const outcome = await context.attempt('What is deployed is as it was last seen.', async () => {
        const provider = await deps.providers.connect(record.providerId, { signal: stop.signal });
        const service = await provider.deployments?.();
        const view = await service?.look(placed(record), { signal: stop.signal });
        if (view !== undefined) keepLook(operations, record, view, view.stage === 'absent' ? { closed: true } : {});
      });
      if (!outcome.ok) unseen.set(record.key, outcome.problem.what);
    }
    context.set({ unseen });
    changed();
  }

  async function keepLooking(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      while (context.store.getState().deployments.some(isBilled)) {
        await deps.clock.sleep(LOOK_MS, stop.signal);
        await lookAtAll();
      }
    } catch {
      // The app is closing.
    } finally {
      looking = false;
    }
  }

  const news = (): void => {
    changed();
    void keepLooking();
  };

  function remove(record: DeploymentRecord): void {
    const profile = profileOf(record.providerId);
    startUndeployment(operations, { profile, record, waitMs: WAIT_MS, onChange: news });
  }

  return {
    actions: {
      remove,
      plan: (record, idleStopMinutes) =>
        context.attempt(NOTHING_MADE, async () => {
          const choices = { ...NO_CHOICES, idleStopMinutes };
          const planned = await planDeployment(operations, profileOf(record.providerId), wishOf(record, choices));
          return { ...planned, choices };
        }),
      start(record, { plan, choices }) {
        startDeployment(operations, {
          projectId: record.projectId,
          profile: profileOf(record.providerId),
          jobId: record.job.id,
          wish: wishOf(record, choices),
          plan,
          waitMs: WAIT_MS,
          costOf: context.costOf(record.providerId),
          onChange(now) {
            news();
            if (now.answered) offer(now, record.job.model);
          },
        });
      },
      weights: (record, folder) =>
        context.attempt('Nothing was downloaded.', async () => {
          const service = await weightsOf(await deps.providers.connect(record.providerId));
          const weights = await service.find(record.job.fineTunedModel ?? record.job.id);
          return { weights, folder, taken: await service.taken(weights, folder) };
        }),
      download(record, { weights, folder, taken }) {
        const { loraRank } = record.job.hyperparameters;
        startDownload(operations, {
          projectId: record.projectId,
          providerId: record.providerId,
          jobId: record.job.id,
          weights,
          rank: typeof loraRank === 'number' ? loraRank : null,
          folder,
          replace: taken.length > 0,
        });
      },
    },
    resume() {
      changed();
      const open = deps.deployments.list({ open: true });
      for (const record of open) if (record.leaving) remove(record);
      if (open.length > 0) void lookAtAll().then(() => void keepLooking());
    },
    changed,
    close: () => stop.abort(),
  };
}
