import type { ChatAnswer, ChatRequest, Usage } from '../../domain/chat/types.ts';
import { duration } from '../../domain/text/format.ts';
import type { OperationDeps } from '../core/deps.ts';
import { paidChat } from '../core/paid-call.ts';
import type { OperationHandle, TestCallProgress } from '../runtime/operation.ts';
import { coalesce } from '../runtime/pacing.ts';

/** Streamed text is passed on at most this often. */
const DELTA_MS = 33;

export interface TestCallRequest {
  readonly projectId: string;
  readonly providerId: string;
  readonly call: ChatRequest;
  readonly onText: (text: string) => void;
  readonly costOf: (usage: Usage, model: string) => number | null;
}

export interface TestCallHandle extends OperationHandle<TestCallProgress> {
  /** The answer, once finished; null when it never came. */
  answer(): ChatAnswer | null;
}

/** One call to a teacher, streamed and not kept. */
export function startTestCall(
  deps: Pick<OperationDeps, 'registry' | 'providers' | 'ledger' | 'clock'>,
  request: TestCallRequest,
): TestCallHandle {
  let answer: ChatAnswer | null = null;
  const handle = deps.registry.start<TestCallProgress>({
    projectId: request.projectId,
    title: `Test call to ${request.call.model}`,
    detail: { kind: 'test-call', text: '' },
    isText: true,
    async run({ id, signal, report }) {
      let text = '';
      const updates = coalesce(deps.clock, DELTA_MS, () => {
        report({ kind: 'test-call', text }, null);
        request.onText(text);
      });
      try {
        const provider = await deps.providers.connect(request.providerId, { signal });
        const { projectId, costOf, call } = request;
        const chat = paidChat(deps.ledger, { projectId, kind: 'test', operationId: id, provider, costOf });
        answer = await chat.complete(call, {
          signal,
          onDelta(delta) {
            text += delta;
            updates.touch();
          },
        });
        text = answer.text;
        updates.flush();
        const costUsd = answer.usage === null ? null : costOf(answer.usage, call.model);
        return { summary: `${request.call.model} answered in ${duration(answer.totalMs)}.`, costUsd };
      } finally {
        updates.close();
      }
    },
  });
  return { ...handle, answer: () => answer };
}
