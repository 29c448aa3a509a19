import type { DeploymentService, PlacedOrder } from '../../../src/app/runtime/deployment-ports.ts';
import { type DeploymentRecord, type DeploymentView, NO_CHOICES } from '../../../src/domain/deployment/types.ts';

const ABSENT: DeploymentView = { stage: 'absent', word: '', message: '', model: null, parts: {} };

/** A deployment that is asked for and not seen yet. */
export const deploymentOf = (change: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  key: 'k1',
  projectId: 'p',
  providerId: 'embedded',
  address: 'embedded',
  jobId: 'ftjob-1',
  order: { name: 'triage-1', source: 'ml_1', tunedModel: 'acme/triage', setup: {}, choices: NO_CHOICES },
  view: { ...ABSENT, model: change.answered === true ? 'acme/triage-1' : null },
  askedAt: 0,
  seenAt: 0,
  answered: false,
  leaving: false,
  closed: false,
  usdPerHour: 4,
  billedMs: 0,
  billedSince: null,
  ...change,
});

export interface FakeDeployments {
  readonly service: DeploymentService;
  /** Names of what is there, with how the next look finds it. */
  readonly there: Map<string, DeploymentView>;
  /** What was made, in its order. */
  readonly made: string[];
  /** Thrown by the next calls, one each. */
  readonly faults: Error[];
  /** How a new one stands. */
  fresh: Pick<DeploymentView, 'stage' | 'word' | 'message'>;
}

/** Deployments of a provider that does what it is told at once. */
export function fakeDeployments(): FakeDeployments {
  const there = new Map<string, DeploymentView>();
  const made: string[] = [];
  const faults: Error[] = [];
  const look = ({ name }: PlacedOrder): DeploymentView => there.get(name) ?? ABSENT;
  const fake: FakeDeployments = {
    there,
    made,
    faults,
    fresh: { stage: 'ready', word: 'READY', message: '' },
    service: {
      plan: async ({ job, model, choices }) => ({
        source: job?.id ?? model,
        tunedModel: job?.fineTunedModel ?? model,
        setup: {},
        hardware: '1 x H100',
        usdPerHour: 4,
        notes: [choices.idleStopMinutes === null ? 'It runs until it is undeployed.' : 'It stops when it is idle.'],
        offersIdleStop: choices.idleStopMinutes === null ? 60 : null,
      }),
      async advance(order, options) {
        const fault = faults.shift();
        if (fault !== undefined) throw fault;
        if (!there.has(order.name)) {
          options?.onStep?.('makes the deployment');
          made.push(order.name);
          there.set(order.name, { ...fake.fresh, model: `acme/${order.name}`, parts: {} });
        }
        return look(order);
      },
      look: async (order) => look(order),
      async remove(order) {
        const view = look(order);
        if (view.stage === 'leaving') there.delete(order.name);
        else if (view.stage !== 'absent') there.set(order.name, { ...view, stage: 'leaving', word: 'STOPPING' });
        return look(order);
      },
      list: async () => [],
    },
  };
  return fake;
}
