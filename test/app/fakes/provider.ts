import type { DeploymentService, WeightsService } from '../../../src/app/runtime/deployment-ports.ts';
import type {
  CallOptions,
  ChatService,
  FileService,
  JobService,
  ModelService,
  Provider,
  Providers,
  TokenCounter,
} from '../../../src/app/runtime/ports.ts';
import type { ChatAnswer, ChatRequest } from '../../../src/domain/chat/types.ts';
import type { PriceTable } from '../../../src/domain/pricing/prices.ts';
import type { ModelInfo, RemoteFile } from '../../../src/domain/provider/provider.ts';
import type { Template } from '../../../src/domain/template/types.ts';
import type { VirtualClock } from './clock.ts';

export function answerOf(text: string, change: Partial<ChatAnswer> = {}): ChatAnswer {
  return {
    text,
    refusal: null,
    finishReason: 'stop',
    usage: { promptTokens: 10, completionTokens: 10, cachedTokens: 0 },
    model: 'teacher',
    limits: null,
    firstTokenMs: 5,
    totalMs: 20,
    ...change,
  };
}

export interface Reply {
  readonly afterMs: number;
  readonly answer: ChatAnswer | Error;
}

/** A chat service that answers as told, in virtual time, and remembers when it was asked what. */
export class ScriptedChat implements ChatService {
  readonly calls: { readonly at: number; readonly request: ChatRequest }[] = [];
  running = 0;
  mostRunning = 0;
  private readonly clock: VirtualClock;
  private readonly reply: (request: ChatRequest, call: number) => Reply;

  constructor(clock: VirtualClock, reply: (request: ChatRequest, call: number) => Reply) {
    this.clock = clock;
    this.reply = reply;
  }

  async complete(
    request: ChatRequest,
    options: CallOptions & {
      readonly onDelta?: (text: string) => void;
      readonly onThoughts?: (text: string) => void;
    },
  ): Promise<ChatAnswer> {
    const { afterMs, answer } = this.reply(request, this.calls.length);
    this.calls.push({ at: this.clock.now(), request });
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      if (answer instanceof Error) {
        await this.clock.sleep(afterMs, options.signal);
        throw answer;
      }
      const words = answer.text.split(/(?<= )/);
      if (options.onDelta === undefined) await this.clock.sleep(afterMs, options.signal);
      else {
        if (answer.reasoning !== undefined) options.onThoughts?.(answer.reasoning);
        for (const word of words) {
          await this.clock.sleep(afterMs / words.length, options.signal);
          options.onDelta(word);
        }
      }
      return answer;
    } finally {
      this.running -= 1;
    }
  }
}

const unused = (): never => {
  throw new Error('This fake was not told how to do that.');
};

export interface ProviderParts {
  readonly chat?: ChatService;
  readonly files?: Partial<FileService>;
  readonly jobs?: Partial<JobService>;
  readonly models?: Partial<ModelService>;
  readonly deployments?: DeploymentService;
  readonly weights?: WeightsService;
  readonly batches?: Provider['batches'];
}

export function fakeProvider(parts: ProviderParts, id = 'embedded'): Provider {
  const { deployments, weights } = parts;
  return {
    id,
    name: id,
    address: id,
    chat: parts.chat ?? { complete: unused },
    files: {
      upload: unused,
      standing: async () => 'gone',
      list: unused,
      remove: unused,
      content: unused,
      ...parts.files,
    },
    jobs: {
      create: unused,
      retrieve: unused,
      list: unused,
      act: unused,
      events: unused,
      checkpoints: unused,
      ...parts.jobs,
    },
    models: { list: async (): Promise<readonly ModelInfo[]> => [], remove: unused, ...parts.models },
    deployments: deployments && (async () => deployments),
    weights: weights && (async () => weights),
    batches: parts.batches,
  };
}

export function providersOf(...providers: readonly Provider[]): Providers {
  return {
    async connect(id) {
      const found = providers.find((provider) => provider.id === id);
      if (found === undefined) throw new Error(`No provider ${id}.`);
      return found;
    },
  };
}

/** One token a word. */
export const wordTokens: TokenCounter = {
  count: async (_model, texts) => texts.map((text) => text.split(/\s+/).filter((word) => word !== '').length),
};

/** US$ 1 a token in, 2 out, for `paid`; nothing for `free`. */
export const PRICES: PriceTable = {
  date: '2026-11',
  overridden: false,
  models: {
    paid: {
      train: 1e6,
      input: 1e6,
      output: 2e6,
      tunedInput: 1e6,
      tunedCachedInput: 1e6,
      tunedOutput: 2e6,
      closes: null,
    },
    free: { train: 0, input: 0, output: 0, tunedInput: 0, tunedCachedInput: 0, tunedOutput: 0, closes: null },
  },
};

export function templateOf(values: number): Template {
  const list = (name: string) => Array.from({ length: values }, (_, index) => `${name}${index}`);
  return {
    name: 'Pairs',
    system: '',
    teacherPrompt: 'Write of {a} and {b}',
    studentPrompt: '{a}, {b}',
    slots: [
      { name: 'a', values: list('a') },
      { name: 'b', values: list('b') },
    ],
  };
}

export const remoteFile = (id: string, filename: string, bytes: number): RemoteFile => ({
  id,
  filename,
  bytes,
  purpose: 'fine-tune',
  createdAt: 1,
  status: 'processed',
});
