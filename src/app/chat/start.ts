import type { ChatMessage, ChatReply, ChatTurn, Sampling, Usage } from '../../domain/chat/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import { sentKeysText } from '../../domain/text/key-mask.ts';
import type { OperationDeps } from '../core/deps.ts';
import { paidChat } from '../core/paid-call.ts';
import { OperationError, problemOf } from '../runtime/errors.ts';
import type { ChatProgress, OperationHandle, OperationResult } from '../runtime/operation.ts';
import { coalesce } from '../runtime/pacing.ts';
import type { ChatService } from '../runtime/ports.ts';

/** The conversation as one model is to see it: its own answers where it gave one, else the first that was given. */
export function messagesFor(
  model: string,
  system: string,
  turns: readonly ChatTurn[],
  user: string,
): readonly ChatMessage[] {
  const messages: ChatMessage[] = system.trim() === '' ? [] : [{ role: 'system', content: system }];
  for (const turn of turns) {
    const reply = usable(turn.replies, model);
    if (reply === null) continue;
    messages.push({ role: 'user', content: turn.user }, { role: 'assistant', content: reply.text });
  }
  return [...messages, { role: 'user', content: user }];
}

function usable(replies: readonly ChatReply[], model: string): ChatReply | null {
  const said = replies.filter((reply) => reply.status !== 'failed' && reply.text.trim() !== '');
  return said.find((reply) => reply.model === model) ?? said[0] ?? null;
}

/** Streamed text is passed on at most this often. */
const DELTA_MS = 33;
/** Models that may answer side by side. */
export const MOST_MODELS = 4;

export interface ChatTurnRequest {
  readonly projectId: string;
  readonly providerId: string;
  readonly turnId: string;
  readonly system: string;
  readonly user: string;
  readonly models: readonly string[];
  readonly sampling: Sampling;
  /** Asks as if nothing had been said before. */
  readonly alone?: boolean;
  /** What was said before, oldest first. */
  readonly history: readonly ChatTurn[];
  readonly costOf: (usage: Usage, model: string) => number | null;
  /** The turn as it grows, at most every 33 ms; once more, with nothing streaming, when it has ended. */
  readonly onTurn: (turn: ChatTurn) => void;
}

type ChatDeps = Pick<OperationDeps, 'registry' | 'providers' | 'ledger' | 'clock'>;

/** Asks up to four models the same; each streams its answer, and one that fails leaves the others be. */
export function startChatTurn(deps: ChatDeps, request: ChatTurnRequest): OperationHandle<ChatProgress> {
  const models = [...new Set(request.models)].slice(0, MOST_MODELS);
  return deps.registry.start<ChatProgress>({
    projectId: request.projectId,
    title: `Ask ${models.join(', ')}`,
    detail: { kind: 'chat', models },
    run: ({ id, signal }) => new TurnRun(deps, { ...request, models }, id).run(signal),
  });
}

class TurnRun {
  private readonly deps: ChatDeps;
  private readonly request: ChatTurnRequest;
  private readonly replies: ChatReply[];
  private readonly operationId: string;
  private problem: Problem | null = null;

  constructor(deps: ChatDeps, request: ChatTurnRequest, operationId: string) {
    this.deps = deps;
    this.request = request;
    this.operationId = operationId;
    this.replies = request.models.map((model) => ({
      model,
      text: '',
      status: 'streaming',
      answer: null,
      costUsd: null,
      error: null,
    }));
  }

  async run(signal: AbortSignal): Promise<OperationResult> {
    const { onTurn, models } = this.request;
    const updates = coalesce(this.deps.clock, DELTA_MS, () => onTurn(this.turn()));
    updates.touch();
    try {
      const { projectId, providerId, costOf } = this.request;
      const provider = await this.deps.providers.connect(providerId, { signal });
      const { operationId } = this;
      const chat = paidChat(this.deps.ledger, { projectId, kind: 'chat', operationId, provider, costOf });
      await Promise.all(models.map((model, index) => this.ask(chat, model, index, signal, updates.touch)));
    } catch (error) {
      models.forEach((_, index) => {
        this.fail(index, error, signal);
      });
    } finally {
      updates.close();
      onTurn(this.turn());
    }
    return this.receipt(signal);
  }

  private turn(): ChatTurn {
    const { turnId, system, user, alone = false } = this.request;
    return { id: turnId, system, user, ...(alone ? { alone } : {}), replies: [...this.replies] };
  }

  private change(index: number, part: Partial<ChatReply>): void {
    const reply = this.replies[index];
    if (reply !== undefined) this.replies[index] = { ...reply, ...part };
  }

  private async ask(
    chat: ChatService,
    model: string,
    index: number,
    signal: AbortSignal,
    touch: () => void,
  ): Promise<void> {
    const { system, user, alone = false, history, sampling, costOf } = this.request;
    const messages = messagesFor(model, system, alone ? [] : history, user);
    try {
      const said = await chat.complete(
        { ...sampling, model, messages },
        {
          signal,
          onDelta: (delta) => {
            this.change(index, { text: (this.replies[index]?.text ?? '') + delta });
            touch();
          },
          onThoughts: (piece) => {
            this.change(index, { thoughts: (this.replies[index]?.thoughts ?? '') + piece });
            touch();
          },
        },
      );
      const { reasoning, ...answer } = said;
      const costUsd = answer.usage === null ? null : costOf(answer.usage, model);
      const text = answer.text || (answer.refusal ?? '');
      this.change(index, { text, thoughts: reasoning, status: 'done', answer, costUsd });
    } catch (error) {
      this.fail(index, error, signal);
    }
    touch();
  }

  /** What was said before it ended stays. */
  private fail(index: number, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) {
      this.change(index, { status: 'stopped' });
      return;
    }
    const problem = problemOf(error, 'The conversation is kept.');
    this.problem ??= problem;
    this.change(index, { status: 'failed', error: `${sentence(problem.what)} ${problem.next}` });
  }

  private receipt(signal: AbortSignal): OperationResult {
    const costs = this.replies.map((reply) => reply.costUsd);
    const known = costs.filter((cost) => cost !== null);
    const costUsd = known.length < costs.length ? null : known.reduce((sum, cost) => sum + cost, 0);
    const done = this.replies.filter((reply) => reply.status === 'done').length;
    const masked = this.replies.reduce((sum, { answer }) => sum + (answer?.maskedKeys ?? 0), 0);
    const keys = masked === 0 ? '' : ` ${sentKeysText(masked)}`;
    const receipt = { summary: `${done} of ${this.replies.length} answered.${keys}`, costUsd };
    if (!signal.aborted && done === 0) throw new OperationError('failed', this.problem, receipt);
    return receipt;
  }
}

/** Words of a server often come without their full stop. */
const sentence = (text: string): string => (/[.!?:]$/u.test(text.trim()) ? text.trim() : `${text.trim()}.`);
