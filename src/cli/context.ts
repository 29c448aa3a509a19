import type { HeldPair } from '../domain/dataset/hold-out.ts';
import type { Aside } from '../domain/evaluation/graders/set-aside.ts';
import type { SplitPlan, TableFormat } from '../domain/importing/records.ts';
import type { ExistingRows } from '../domain/project/types.ts';
import type { PresetId } from '../domain/provider/presets.ts';
import type { TrackerKind } from '../domain/tracking/trackers.ts';
import type { TrainingMethod } from '../domain/training/types.ts';
import type { ExportTarget } from '../domain/weights/export-targets.ts';
import type { TransportParts } from '../services/http/transport.ts';
import type { Output } from './output/output.ts';

/** A command's work; what it gives back is the exit code. */
type Work = (context: CommandContext) => Promise<ExitCode>;

/** Runs work with an output that suits the options, and turns what it throws into words and an exit code. */
export type Perform = (options: ConnectionOptions, work: Work) => Promise<void>;

/** What the shell receives: done; findings or a failure; a command line that makes no sense; stopped by Ctrl-C. */
export const EXIT = { done: 0, failure: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command line that cannot be carried out as it stands. Ends the program with 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Something requested did not happen, in the three parts every error has. Ends the program with 1. */
export class CommandFailure extends Error {
  readonly saved: string;
  readonly next: string;

  constructor(what: string, saved = '', next = '') {
    super(what);
    this.name = 'CommandFailure';
    this.saved = saved;
    this.next = next;
  }
}

/** Asks a person to say yes or no. */
export type Ask = (question: string) => Promise<boolean>;

/** Asks a person for something that is not shown while it is typed. */
export type AskHidden = (question: string) => Promise<string>;

/** What every command is handed: where to speak, whom to ask, what it may read of the environment, and when to stop. */
export interface CommandContext {
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Aborted when nobody reads the output any more: what is under way is finished, nothing new begun. */
  readonly readerGone: AbortSignal;
  /** Null where nobody could answer. */
  readonly ask: Ask | null;
  /** Null where nobody could answer. */
  readonly askHidden: AskHidden | null;
  /** The first line of what is piped in. */
  readonly firstLine: () => Promise<string>;
  /** Limits of this command's calls, and what shows whom it waits for. */
  readonly connection: TransportParts;
}

/** Of commands that call servers, in seconds. */
export interface PatienceOptions {
  readonly timeout?: number;
  readonly timeoutFirst?: number;
  readonly timeoutBetween?: number;
}

/** Options all commands share. */
export interface ConnectionOptions extends PatienceOptions {
  readonly provider?: string;
  readonly baseUrl?: string;
  /** The environment variable that holds the key of this command's calls. */
  readonly keyEnv?: string;
  /** Whether the key may go over plain http to another machine. */
  readonly allowHttp?: boolean;
  readonly json?: boolean;
}

/** Of commands that write files a person names. */
interface WritingOptions {
  readonly force?: boolean;
}

/** How requests go where they may go by the file. */
export interface BatchingOptions {
  readonly batch?: boolean;
  readonly batchRequests?: number;
}

export interface GenerateOptions extends ConnectionOptions, WritingOptions, BatchingOptions {
  readonly template: string;
  readonly out: string;
  readonly model?: string;
  readonly combinations?: number;
  readonly stratified?: boolean;
  readonly cover?: number;
  readonly existing?: ExistingRows;
  readonly concurrency?: number;
  readonly cap?: number;
  readonly capRun?: number;
  readonly seed?: number;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly keepThoughts?: boolean;
  readonly dryRun?: boolean;
}

export interface EvalOptions extends ConnectionOptions, WritingOptions, BatchingOptions {
  readonly model: readonly string[];
  readonly grader?: readonly string[];
  readonly setAside?: readonly Aside[];
  readonly rubric?: string;
  readonly concurrency?: number;
  readonly cap?: number;
  readonly capRun?: number;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly report?: string;
}

export interface ProvidersOptions extends ConnectionOptions {
  readonly preset?: PresetId;
  /** The key is the first line of stdin. */
  readonly keyStdin?: boolean;
  readonly account?: string;
  readonly apiVersion?: string;
  readonly subscription?: string;
  readonly resourceGroup?: string;
}

export interface BatchesOptions extends ConnectionOptions {
  readonly wait?: boolean;
  /** Its id, or the key of its file. */
  readonly cancel?: string;
  readonly limit?: number;
}

export interface ModelsOptions extends ConnectionOptions {
  readonly filter?: string;
  readonly local?: boolean;
  readonly yes?: boolean;
  readonly to?: ExportTarget;
  readonly out?: string;
  readonly base?: readonly string[];
  readonly force?: boolean;
}

export interface CoverageOptions extends ConnectionOptions {
  readonly slots: readonly [string, string];
  readonly template?: string;
  readonly project?: string;
}

export interface SavingsOptions extends ConnectionOptions {
  readonly template: string;
  readonly teacher?: string;
  readonly model?: string;
  readonly maxTokens?: number;
  readonly jobCost?: number;
}

export interface DeletingOptions extends ConnectionOptions {
  readonly yes?: boolean;
}

export interface SpendingOptions extends ConnectionOptions {
  readonly project?: string;
}

export interface DoctorOptions {
  readonly json?: boolean;
  readonly recover?: boolean;
}

export interface RunnerOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly cpu?: boolean;
  readonly for?: 'torchrun' | 'slurm' | 'skypilot';
  readonly out?: string;
  readonly force?: boolean;
  readonly processes?: number;
  readonly nodes?: number;
  readonly base?: readonly string[];
  readonly model?: string;
  readonly validation?: string;
  readonly method?: TrainingMethod;
  readonly beta?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRateMultiplier?: number;
  readonly learningRate?: number;
  readonly rank?: number;
  readonly full?: boolean;
  readonly suffix?: string;
  readonly seed?: number;
}

export interface CheckOptions extends ConnectionOptions {
  readonly model?: string;
  readonly fix?: string;
  readonly force?: boolean;
}

export interface HyperparameterOptions {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRateMultiplier?: number;
  readonly learningRate?: number;
  readonly lora?: boolean;
  readonly full?: boolean;
  readonly rank?: number;
  readonly trainingType?: string;
  readonly loraAlpha?: number;
  readonly loraDropout?: number;
  readonly targetModules?: string;
  readonly maxLength?: number;
  readonly gradientCheckpointing?: boolean;
  readonly precision?: 'bf16' | 'fp32' | 'fp16';
  readonly warmupRatio?: number;
  readonly suffix?: string;
  readonly seed?: number;
  readonly validationShare?: number;
  /** Creates a job even where one of the same training may exist. */
  readonly again?: boolean;
  /** Creates a job even where one of the same training runs. */
  readonly new?: boolean;
}

export interface TrainOptions extends ConnectionOptions, HyperparameterOptions {
  readonly model: string;
  readonly validation?: string;
  readonly method?: TrainingMethod;
  readonly beta?: number;
  readonly watch?: boolean;
  readonly wandb?: boolean;
  /** Shows what is learned of the first rows, and creates nothing. */
  readonly preview?: boolean;
}

export interface BakeoffOptions extends PatienceOptions, WritingOptions {
  readonly json?: boolean;
  readonly target?: readonly string[];
  readonly grid?: readonly string[];
  readonly rows?: string;
  readonly validation?: string;
  readonly cap?: number;
  readonly margin?: number;
  readonly seed?: number;
  readonly stopBehind?: boolean;
  readonly grader?: readonly string[];
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly deployed?: readonly string[];
  readonly out?: readonly string[];
  readonly yes?: boolean;
  readonly allowUnknown?: boolean;
  readonly again?: boolean;
}

export interface TrackOptions extends ConnectionOptions {
  readonly tracker?: TrackerKind;
  readonly id?: string;
  readonly project?: string;
  readonly entity?: string;
  readonly overwrite?: boolean;
  readonly log?: boolean;
}

export interface ChatOptions extends ConnectionOptions {
  readonly model: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly system?: string;
}

export interface RunOptions extends ConnectionOptions, HyperparameterOptions, WritingOptions {
  readonly out?: string;
  readonly teacher?: string;
  readonly model?: string;
  readonly combinations?: number;
  readonly stratified?: boolean;
  readonly cover?: number;
  readonly existing?: ExistingRows;
  readonly concurrency?: number;
  readonly cap?: number;
  readonly capRun?: number;
  readonly prompt?: string;
  readonly demo?: boolean;
}

export interface DeployOptions extends ConnectionOptions {
  readonly yes?: boolean;
  readonly idleStop?: number;
  readonly accelerator?: string;
  readonly onto?: string;
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly account?: string;
  readonly sku?: string;
  readonly capacity?: number;
  /** Minutes. */
  readonly wait: number;
  /** Takes away what is there of a deployment that does not come to answer. */
  readonly undo?: boolean;
  /** The folder that the model's files are downloaded into, in the place of a deployment. */
  readonly download?: string;
  readonly force?: boolean;
}

export interface UndeployOptions extends ConnectionOptions {
  readonly yes?: boolean;
  readonly wait: number;
}

export interface ImportOptions extends ConnectionOptions, WritingOptions {
  readonly out: string;
  readonly format?: TableFormat;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly system?: string;
  readonly user?: string;
  readonly assistant?: string;
  readonly rejected?: string;
  readonly config?: string;
  readonly split?: string;
  readonly label?: string;
  readonly group?: string;
  readonly preference?: boolean;
}

export interface ExportOptions extends ConnectionOptions, WritingOptions {
  readonly out: string;
  readonly validation?: string;
  readonly name?: string;
  readonly license?: string;
}

export interface SplitOptions extends ConnectionOptions, WritingOptions {
  readonly train: SplitPlan['train'];
  readonly outTrain: string;
  readonly outValidation: string;
  readonly seed?: number;
  readonly by?: SplitPlan['by'];
  readonly holdOut?: readonly HeldPair[];
  readonly holdOutPairs?: number;
  readonly template?: string;
}
