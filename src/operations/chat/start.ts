import type { ChatReply, ChatTurn } from '../../domain/chat/turn.ts';
import type { Sampling, Usage } from '../../domain/chat/types.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { coalesce } from '../channel/coalesce.ts';
import { EndedEarly } from '../channel/ends.ts';
import { problemOf } from '../channel/problems.ts';
import type { ChatDetail, OperationHandle, Receipt } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';
import type { Provider } from '../ports.ts';
import { messagesFor } from './history.ts';

/** Streamed text is told at most this often. */
const DELTA_MS = 33;
/** Models that may answer side by side. */
export const MOST_MODELS = 3;

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

type ChatDeps = Pick<OperationDeps, 'registry' | 'providers' | 'clock'>;

/** Asks up to three models the same; each streams its answer, and one that fails leaves the others be. */
export function startChatTurn(deps: ChatDeps, request: ChatTurnRequest): OperationHandle<ChatDetail> {
  const models = [...new Set(request.models)].slice(0, MOST_MODELS);
  return deps.registry.start<ChatDetail>({
    projectId: request.projectId,
    title: `Ask ${models.join(', ')}`,
    detail: { kind: 'chat', models },
    run: ({ signal }) => new TurnRun(deps, { ...request, models }).run(signal),
  });
}

class TurnRun {
  private readonly deps: ChatDeps;
  private readonly request: ChatTurnRequest;
  private readonly replies: ChatReply[];
  private problem: Problem | null = null;

  constructor(deps: ChatDeps, request: ChatTurnRequest) {
    this.deps = deps;
    this.request = request;
    this.replies = request.models.map((model) => ({
      model,
      text: '',
      status: 'streaming',
      answer: null,
      costUsd: null,
      error: null,
    }));
  }

  async run(signal: AbortSignal): Promise<Receipt> {
    const { onTurn, models } = this.request;
    const tell = coalesce(this.deps.clock, DELTA_MS, () => onTurn(this.turn()));
    tell.touch();
    try {
      const provider = await this.deps.providers.connect(this.request.providerId, { signal });
      await Promise.all(models.map((model, index) => this.ask(provider, model, index, signal, tell.touch)));
    } catch (error) {
      models.forEach((_, index) => {
        this.fail(index, error, signal);
      });
    } finally {
      tell.close();
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
    provider: Provider,
    model: string,
    index: number,
    signal: AbortSignal,
    touch: () => void,
  ): Promise<void> {
    const { system, user, alone = false, history, sampling, costOf } = this.request;
    const messages = messagesFor(model, system, alone ? [] : history, user);
    try {
      const answer = await provider.chat.complete(
        { ...sampling, model, messages },
        {
          signal,
          onDelta: (delta) => {
            this.change(index, { text: (this.replies[index]?.text ?? '') + delta });
            touch();
          },
        },
      );
      const costUsd = answer.usage === null ? null : costOf(answer.usage, model);
      this.change(index, { text: answer.text || (answer.refusal ?? ''), status: 'done', answer, costUsd });
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

  private receipt(signal: AbortSignal): Receipt {
    const costs = this.replies.map((reply) => reply.costUsd);
    const known = costs.filter((cost) => cost !== null);
    const costUsd = known.length < costs.length ? null : known.reduce((sum, cost) => sum + cost, 0);
    const done = this.replies.filter((reply) => reply.status === 'done').length;
    const receipt = { summary: `${done} of ${this.replies.length} answered.`, costUsd };
    if (!signal.aborted && done === 0) throw new EndedEarly('failed', this.problem, receipt);
    return receipt;
  }
}

/** Words of a server often come without their full stop. */
const sentence = (text: string): string => (/[.!?:]$/u.test(text.trim()) ? text.trim() : `${text.trim()}.`);
