import { useEffect, useRef, useState } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import type { OperationSnapshot, TestCallProgress } from '../../app/runtime/operation.ts';
import type { ChatAnswer } from '../../domain/chat/types.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import type { Cell } from '../../domain/template/types.ts';

/** One test call as the preview shows it. `cell` is null for one that was started before this screen was opened. */
export interface TestCall {
  readonly status: 'running' | 'done' | 'failed' | 'stopped';
  readonly cell: Cell | null;
  readonly text: string;
  readonly answer: ChatAnswer | null;
  /** US$; null when unknown, and while it runs. */
  readonly costUsd: number | null;
  readonly problem: Problem | null;
}

export interface TestCalls {
  /** The newest; null when there was none. */
  readonly latest: TestCall | null;
  readonly start: (cell: Cell) => void;
  readonly stop: () => void;
}

/** What is known of a call from its operation alone. */
export function testCallFromOperation(operation: OperationSnapshot<TestCallProgress>): TestCall {
  const { status, detail, problem, receipt } = operation;
  const word = {
    running: 'running',
    paused: 'running',
    succeeded: 'done',
    failed: 'failed',
    cancelled: 'stopped',
  } as const;
  return {
    status: word[status],
    cell: null,
    text: detail.text,
    answer: null,
    costUsd: receipt?.costUsd ?? null,
    problem,
  };
}

/** Starts, shows and stops test calls. One that was running when the screen was left is found again in its operation. */
export function useTestCalls(): TestCalls {
  const workbench = useWorkbench();
  const { model } = useAppState((state) => state.project.plan);
  const providerId = useAppState((state) => state.project.providerId);
  const operation = useAppState((state) => latestOperation(state, 'test-call'));
  const [own, setOwn] = useState<TestCall | null>(null);
  const stopping = useRef(false);
  const call = useRef(0);

  const runningId = operation !== null && operation.endedAt === null ? operation.id : null;
  useEffect(() => {
    // The operation appears a moment after the call was made; a stop requested before that is not forgotten.
    if (runningId !== null && stopping.current) workbench.navigation.cancelOperation(runningId);
  }, [runningId, workbench]);
  useEffect(
    () => () => {
      call.current += 1;
    },
    [],
  );

  const start = (cell: Cell): void => {
    call.current += 1;
    const mine = call.current;
    stopping.current = false;
    const change = (to: Partial<TestCall>): void => {
      if (call.current === mine) setOwn((before) => (before === null ? before : { ...before, ...to }));
    };
    setOwn({ status: 'running', cell, text: '', answer: null, costUsd: null, problem: null });
    void workbench.template
      .testCall(cell, (text) => change({ text }))
      .then((outcome) => {
        if (!outcome.ok)
          change(stopping.current ? { status: 'stopped' } : { status: 'failed', problem: outcome.problem });
        else {
          const answer = outcome.value;
          const costUsd = chatCost(answer.usage, model, workbench.preferences.prices(providerId));
          change({ status: 'done', answer, costUsd, text: answer.refusal ?? answer.text });
        }
      });
  };
  const stop = (): void => {
    stopping.current = true;
    if (runningId !== null) workbench.navigation.cancelOperation(runningId);
  };
  return { latest: own ?? (operation === null ? null : testCallFromOperation(operation)), start, stop };
}
