import type { JobService } from '../../../src/app/runtime/ports.ts';
import type {
  Checkpoint,
  JobEvent,
  JobRecord,
  JobStatus,
  StepMetrics,
  TuningJob,
} from '../../../src/domain/training/types.ts';

export const jobOf = (change: Partial<TuningJob> = {}): TuningJob => ({
  id: 'ftjob-1',
  model: 'free',
  status: 'queued',
  fineTunedModel: null,
  trainingFile: 'file-1',
  validationFile: null,
  resultFiles: [],
  trainedTokens: null,
  suffix: null,
  seed: null,
  error: null,
  createdAt: 1,
  finishedAt: null,
  estimatedFinish: null,
  hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
  ...change,
});

export const recordOf = (job: TuningJob): JobRecord => ({
  projectId: 'p',
  providerId: 'embedded',
  job,
  trainRows: 10,
  validationRows: 0,
  quoteUsd: 0,
});

const metricsOf = (step: number): StepMetrics => ({
  step,
  totalSteps: 10,
  trainLoss: 1 / step,
  trainTokenAccuracy: null,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
});

export function eventOf(index: number, message: string, step: number | null = null): JobEvent {
  const type = step === null ? 'message' : 'metrics';
  return {
    id: `ftevent-${index}`,
    createdAt: index,
    level: 'info',
    type,
    message,
    metrics: step === null ? null : metricsOf(step),
  };
}

/** What the server does when it is asked for the n-th time: how many new events, and in which status the job is. */
export interface Beat {
  readonly events: number;
  readonly status: JobStatus;
}

/** A server on which a job lives by beats: each `retrieve` that is answered takes the next. */
export class JobServer {
  readonly history: JobEvent[] = [];
  private job: TuningJob;
  private readonly beats: readonly Beat[];
  private beat = 0;
  private readonly fault: () => Error | null;

  constructor(beats: readonly Beat[], fault: () => Error | null = () => null) {
    this.job = jobOf();
    this.beats = beats;
    this.fault = fault;
  }

  private guard(): void {
    const error = this.fault();
    if (error !== null) throw error;
  }

  private live(): void {
    const beat = this.beats[Math.min(this.beat, this.beats.length - 1)];
    if (beat === undefined) return;
    if (this.beat < this.beats.length) {
      for (let n = 0; n < beat.events; n += 1) {
        const index = this.history.length + 1;
        this.history.push(eventOf(index, `Step ${index}`, index));
      }
      if (beat.status === 'succeeded') {
        this.history.push(eventOf(this.history.length + 1, 'The job has successfully completed'));
      }
    }
    this.beat += 1;
    const fineTunedModel = beat.status === 'succeeded' ? 'ft:free:org::1' : null;
    this.job = { ...this.job, status: beat.status, fineTunedModel };
  }

  service(): Pick<JobService, 'retrieve' | 'events' | 'checkpoints'> {
    return {
      retrieve: async () => {
        this.guard();
        this.live();
        return this.job;
      },
      events: async (_id, known) => {
        this.guard();
        // Pages go back until they meet a known event, so a page may bring some again.
        const fresh = this.history.findIndex((event) => !known.has(event.id));
        return fresh < 0 ? this.history.slice(-1) : this.history.slice(Math.max(0, fresh - 1));
      },
      checkpoints: async () => {
        this.guard();
        const metrics = metricsOf(1);
        const point: Checkpoint = { id: 'ftckpt-1', jobId: this.job.id, model: 'ck', step: 1, createdAt: 1, metrics };
        return [point];
      },
    };
  }
}
