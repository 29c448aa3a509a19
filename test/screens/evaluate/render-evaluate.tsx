import type { ReactNode } from 'react';
import { useAppState, useWorkbench, WorkbenchProvider } from '../../../src/app/react.tsx';
import { Frame } from '../../../src/components/layout/frame.tsx';
import type { EvaluatedItem, Prediction } from '../../../src/domain/evaluation/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { globalBindings } from '../../../src/keys/bindings/global.ts';
import { useBindings } from '../../../src/keys/hooks.tsx';
import { EvaluateScreen } from '../../../src/screens/evaluate/evaluate-screen.tsx';
import { type FakeWorkbench, openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { answerOf, fakeProvider } from '../../app/fakes/provider.ts';
import { rowOf } from '../../app/fakes/rows.ts';
import { globalHandlers } from '../../harness/global-handlers.ts';
import { type Rendered, type RenderOptions, render } from '../../harness/render.tsx';

export const BASE = { providerId: 'embedded', model: 'base' };
export const TUNED = { providerId: 'embedded', model: 'tuned' };
export const LABELS = ['card lost', 'top up', 'transfer'];

/** From the smallest terminal there may be to a large one. */
export const SIZES = [
  [60, 16],
  [80, 24],
  [100, 30],
  [140, 40],
] as const;

const labelAt = (index: number): string => LABELS[index % LABELS.length] ?? '';

/**
 * A desk with `count` accepted rows of three labels, all held out. Model `base` always says the first label, `tuned`
 * is right but for every tenth row, and a call to `base` for row 5 fails.
 */
export function fakeWorkbenchWithRows(count: number): FakeWorkbench {
  const chat = {
    async complete({ model, messages }: { readonly model: string; readonly messages: readonly { content: string }[] }) {
      const index = Number(messages.at(-1)?.content.split(' ').at(-1));
      if (model === 'base' && index === 5) throw new ProviderError('invalid-request', 'too long');
      return answerOf(model === 'base' || index % 10 === 9 ? labelAt(0) : labelAt(index));
    },
  };
  const desk = openFakeWorkbench({ providers: [fakeProvider({ chat })] });
  const projectId = desk.store.getState().project.id;
  desk.disk.deps.rows.put(
    Array.from({ length: count }, (_, index) =>
      rowOf(`row-${String(index).padStart(5, '0')}`, {
        projectId,
        cell: { bank: `bank ${index % 2}` },
        completion: labelAt(index),
        rating: 'accepted',
        prompt: [{ role: 'user', content: `Question ${index}` }],
        split: 'validation',
        createdAt: index,
      }),
    ),
  );
  desk.store.setState({ screen: 'evaluate', counts: desk.disk.deps.rows.counts(projectId, {}) });
  return desk;
}

/** Measures base and tuned on the held-out rows, to the end; gives the evaluation's id. */
export async function runEvaluation(desk: FakeWorkbench): Promise<string> {
  const outcome = await desk.clock.run(
    desk.workbench.evaluate.start({
      source: { kind: 'rows', side: 'validation' },
      models: [BASE, TUNED],
      graders: [{ kind: 'exact-ci' }],
      sampling: { temperature: 0 },
      concurrency: 8,
      capUsd: null,
    }),
  );
  if (!outcome.ok) throw new Error(outcome.problem.what);
  await desk.clock.advance(60_000);
  return outcome.value.id;
}

function EvaluateApp(): ReactNode {
  const screen = useAppState((state) => state.screen);
  const notice = useAppState((state) => state.notice);
  const { navigation } = useWorkbench();
  useBindings(
    'global',
    globalBindings,
    globalHandlers({ 'global.help': () => undefined, 'global.back': () => navigation.go('home') }),
  );
  const facts = { project: 'P', breadcrumb: [screen], provider: 'Engine', practice: true, running: 0, spentUsd: 0 };
  return (
    <Frame facts={facts} notice={notice}>
      {screen === 'evaluate' ? <EvaluateScreen /> : null}
    </Frame>
  );
}

/** The screen in its frame, as the root shows it. */
export function renderEvaluate(desk: FakeWorkbench, options: RenderOptions = {}): Promise<Rendered> {
  return render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <EvaluateApp />
    </WorkbenchProvider>,
    {
      ...options,
      onRefused: (binding) => desk.workbench.navigation.note(`${binding.label}: ${binding.disabledReason}`),
    },
  );
}

const predictionOf = (itemId: string, text: string, passed: boolean | null): Prediction => ({
  itemId,
  model: BASE,
  text,
  finishReason: 'stop',
  promptTokens: 1,
  completionTokens: 1,
  costUsd: 0,
  ...(passed === null
    ? { status: 'failed', error: 'too long', scores: [] }
    : { status: 'done', error: null, scores: [{ value: passed ? 1 : 0, passed, note: null }] }),
});

/** An item with an answer of each model: right, wrong, failed (`null`) or still to come (`undefined`). */
export const fakeItem = (
  id: string,
  target: string,
  answers: readonly (readonly [text: string, passed: boolean | null] | undefined)[],
): EvaluatedItem => ({
  item: { id, rowId: id, line: 1, prompt: [{ role: 'user', content: `Ask ${id}` }], target, slices: { bank: id } },
  predictions: answers.map((answer) => (answer === undefined ? null : predictionOf(id, ...answer))),
});
