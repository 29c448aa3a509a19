import { setImmediate as nextTurn } from 'node:timers/promises';
import { tokensOfChat } from '../../domain/chat/tokens.ts';
import type { ChatMessage, ChatRequest, RawRequest, Usage } from '../../domain/chat/types.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { type SpendingKind, UNBOUNDED_ANSWER } from '../../domain/pricing/spending.ts';
import type { ExistingRows } from '../../domain/project/types.ts';
import type { Cell } from '../../domain/template/types.ts';
import type { CallOptions, TokenCounter } from '../runtime/ports.ts';

/** What a call asks for beside the messages. */
export type RequestParameters = Omit<ChatRequest, 'messages' | 'raw'>;

/** US$ of a call's usage; null when the price is unknown. */
export type CostOf = (usage: Usage) => number | null;

/** Whom calls ask, how, and at what price. */
export interface RequestTarget {
  readonly kind: SpendingKind;
  readonly providerId: string;
  readonly shape: RequestParameters;
  /** What the model thinks is part of its answer; else it is kept beside it. */
  readonly keepThoughts?: boolean | undefined;
  /** What becomes of other answers to a combination; absent where the rows are answers to none. */
  readonly existing?: ExistingRows;
  readonly costOf: CostOf;
}

/** A call to make, before it is known what it may cost. */
export interface UnpricedRequest {
  readonly id: string;
  readonly projectId: string;
  readonly target: RequestTarget;
  readonly cell: Cell;
  readonly messages: readonly ChatMessage[];
  /** Sent in their place, where those do not say it all. */
  readonly raw?: RawRequest | null;
  /** The row under this id from before; null when there is none. */
  readonly old: Row | null;
  /** Whether the row as it is now needs no call any more: another process may have filled it. */
  isThere(row: Row | null): boolean;
}

/** One call to make. */
export interface PricedRequest extends UnpricedRequest {
  /** Tokens by our own count, the answer as long as allowed; null where calls cost nothing and so none are counted. */
  readonly worstUsage: Usage | null;
}

const NO_USAGE: Usage = { promptTokens: 0, completionTokens: 0, cachedTokens: 0 };

/** Whether the price of its calls is known. */
export const isPriced = ({ costOf }: RequestTarget): boolean => costOf(NO_USAGE) !== null;

/** A call as it is sent. */
export const requestOf = ({ target, messages, raw }: UnpricedRequest): ChatRequest => ({
  ...target.shape,
  messages,
  ...(raw == null ? {} : { raw }),
});

/** The rows of a plan: still to be generated, or there already. */
export type PlannedRequest = UnpricedRequest | ReusedRequest;

export interface ReusedRequest {
  readonly id: string;
  readonly reused: true;
  /** Of an answer that was cut, how long it might be; null where that was the model's own limit. */
  readonly cutAt?: number | null;
}

/** A row that is there already: nothing is requested, but that it was cut is told again. */
export const reusedRequest = ({ id, finishReason, edited }: Row, { shape }: RequestTarget): ReusedRequest => ({
  id,
  reused: true,
  ...(finishReason === 'length' && !edited ? { cutAt: shape.maxTokens ?? null } : {}),
});

export const isReused = (planned: PlannedRequest): planned is ReusedRequest => 'reused' in planned;

/** A row that failed has no answer, so the next run generates it; every other row is kept as it is. */
export const hasAnswer = (row: Row | null): boolean => row !== null && row.status !== 'failed';

/** What a capped run does when nothing more fits: wait for a higher cap, or end. */
export type WhenCapped = 'wait' | 'end';

export interface RunControls {
  /** Running calls finish; no new one starts. */
  pause(): void;
  resume(): void;
  /** US$; null lifts the cap. A run that waits at its cap goes on when the new one allows. */
  setCap(usd: number | null): void;
  setConcurrency(setting: number | 'auto'): void;
}

/**
 * Prompt tokens of each conversation, counted off the main loop. Every distinct text is sent once: the cells of a
 * lattice share their system message and roles.
 */
export async function countChats(
  tokens: TokenCounter,
  model: string,
  chats: readonly (readonly ChatMessage[])[],
  options: CallOptions = {},
): Promise<readonly number[]> {
  const texts = new Map<string, number>();
  const collect = (text: string): number => {
    texts.set(text, 0);
    return 0;
  };
  for (const chat of chats) tokensOfChat(chat, collect);
  const names = [...texts.keys()];
  const counts = await tokens.count(model, names, options);
  names.forEach((text, index) => {
    texts.set(text, counts[index] ?? 0);
  });
  return chats.map((chat) => tokensOfChat(chat, (text) => texts.get(text) ?? 0));
}

/** What of a request is counted: its texts, and the definitions of its tools as they are written. */
export const countedMessages = ({
  messages,
  raw,
}: Pick<UnpricedRequest, 'messages' | 'raw'>): readonly ChatMessage[] =>
  raw == null || Object.keys(raw.fields).length === 0
    ? messages
    : [...messages, { role: 'system', content: JSON.stringify(raw.fields) }];

/** Prompts counted, and handed out, in one go: enough to be cheap, few enough that the first call starts at once. */
const COUNTED_AT_ONCE = 32;
/** Pieces of work looked up before the event loop gets a turn, where most are there: some milliseconds of rendering and reading. */
const LOOKED_UP_AT_ONCE = 256;

export interface ReadRequestsParts {
  readonly tokens: TokenCounter;
  /** Whether the calls cost anything, so that a cap, now or set later, needs their worst cases. */
  readonly costly: boolean;
  readonly signal: AbortSignal;
  readonly reused: (request: ReusedRequest) => void;
}

/** The work of a run, read as it is needed. Worst cases are worked out only where calls cost money. */
export async function* readRequests(
  planned: Iterable<PlannedRequest>,
  parts: ReadRequestsParts,
): AsyncGenerator<PricedRequest> {
  let batch: UnpricedRequest[] = [];
  let lookedUp = 0;
  for (const work of planned) {
    lookedUp += 1;
    if (isReused(work)) parts.reused(work);
    else batch.push(work);
    if (batch.length < COUNTED_AT_ONCE && lookedUp % LOOKED_UP_AT_ONCE !== 0) continue;
    yield* await counted(batch, parts);
    batch = [];
    // Calls go out, and answers are taken, before more is read.
    await nextTurn();
  }
  yield* await counted(batch, parts);
}

async function counted(batch: readonly UnpricedRequest[], parts: ReadRequestsParts): Promise<readonly PricedRequest[]> {
  if (!parts.costly || batch.length === 0) return batch.map((work) => ({ ...work, worstUsage: null }));
  const byTarget = Map.groupBy(batch, (work) => work.target);
  const worst = new Map<UnpricedRequest, Usage>();
  for (const [target, works] of byTarget) await countAll(target, works, parts, worst);
  return batch.map((work) => ({ ...work, worstUsage: worst.get(work) ?? null }));
}

async function countAll(
  { shape }: RequestTarget,
  works: readonly UnpricedRequest[],
  { tokens, signal }: ReadRequestsParts,
  worst: Map<UnpricedRequest, Usage>,
): Promise<void> {
  const chats = works.map(countedMessages);
  const counts = await countChats(tokens, shape.model, chats, { signal });
  const completionTokens = shape.maxTokens ?? UNBOUNDED_ANSWER;
  works.forEach((work, index) => {
    worst.set(work, { promptTokens: counts[index] ?? 0, completionTokens, cachedTokens: 0 });
  });
}
