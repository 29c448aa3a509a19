import { Text } from 'ink';
import { render } from 'ink-testing-library';
import type { ReactNode } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { liveOperations } from '../../src/app/core/state.ts';
import { useAppState, useAsyncRead, useRead, useWorkbench, WorkbenchProvider } from '../../src/app/react.tsx';
import { failed, type Outcome, ok } from '../../src/domain/common/outcome.ts';
import { openFakeWorkbench } from './fakes/fake-workbench.ts';

let draws = 0;

function Name() {
  draws += 1;
  const name = useAppState((state) => state.project.name);
  const live = useAppState(liveOperations);
  const { navigation } = useWorkbench();
  return (
    <Text>
      {name} {live.length} {typeof navigation.go}
    </Text>
  );
}

test('a component draws its part of the state, and again only when that part changes', async () => {
  const app = openFakeWorkbench();
  const { lastFrame, unmount } = render(
    <WorkbenchProvider store={app.store} workbench={app.workbench}>
      <Name />
    </WorkbenchProvider>,
  );
  expect(lastFrame()).toBe('D&D characters 0 function');
  const before = draws;
  app.workbench.navigation.note('nothing to Name');
  await app.clock.advance(10);
  expect(draws).toBe(before);
  app.workbench.projects.rename(app.store.getState().project.id, 'Renamed');
  await app.clock.advance(10);
  expect(lastFrame()).toBe('Renamed 0 function');
  unmount();
});

const within = (app: ReturnType<typeof openFakeWorkbench>, node: ReactNode) => (
  <WorkbenchProvider store={app.store} workbench={app.workbench}>
    {node}
  </WorkbenchProvider>
);

interface RowsProps {
  readonly filter: string;
  readonly read: (filter: string) => string;
}

function Rows({ filter, read }: RowsProps) {
  return <Text>{useRead(['rows'], () => read(filter), [read, filter])}</Text>;
}

function Version({ held }: { readonly held: boolean }) {
  const { reads } = useWorkbench();
  return <Text>{useRead(['rows'], () => reads.version(['rows']), [reads], { held })}</Text>;
}

describe('a read', () => {
  test('reads again for its topics and its dependencies alone', async () => {
    const app = openFakeWorkbench();
    let times = 0;
    const read = (filter: string): string => {
      times += 1;
      return `${filter} ${times}`;
    };
    const tree = (filter: string) => within(app, <Rows filter={filter} read={read} />);
    const { lastFrame, rerender, unmount } = render(tree('a'));
    expect(lastFrame()).toBe('a 1');
    rerender(tree('a'));
    app.workbench.reads.invalidate('jobs');
    app.workbench.reads.invalidate('rows');
    await vi.waitFor(() => expect(lastFrame()).toBe('a 2'));
    rerender(tree('b'));
    expect(lastFrame()).toBe('b 3');
    unmount();
  });

  test('that is held stays as it was, and catches up when it is let go', async () => {
    const app = openFakeWorkbench();
    const { lastFrame, rerender, unmount } = render(within(app, <Version held />));
    app.workbench.reads.invalidate('rows');
    rerender(within(app, <Version held />));
    expect(lastFrame()).toBe('0');
    rerender(within(app, <Version held={false} />));
    await vi.waitFor(() => expect(lastFrame()).toBe('1'));
    unmount();
  });
});

interface QuoteProps {
  readonly ask: ((wanted: string) => Promise<Outcome<string>>) | null;
  readonly wanted: string;
}

let again = (): void => {};

function Quote({ ask, wanted }: QuoteProps) {
  const quote = useAsyncRead(['template'], () => (ask === null ? null : () => ask(wanted)), [ask, wanted]);
  again = quote.again;
  return <Text>{`${quote.value} ${quote.problem?.what ?? '-'} ${quote.pending}`}</Text>;
}

test('what is answered later keeps the value before, drops an answer that comes late, and asks again on request', async () => {
  const app = openFakeWorkbench();
  const asked: PromiseWithResolvers<Outcome<string>>[] = [];
  const ask = (): Promise<Outcome<string>> => {
    const answer = Promise.withResolvers<Outcome<string>>();
    asked.push(answer);
    return answer.promise;
  };
  const { frames, lastFrame, rerender, unmount } = render(within(app, <Quote ask={null} wanted="a" />));
  expect(lastFrame()).toBe('null - false');
  rerender(within(app, <Quote ask={ask} wanted="a" />));
  await vi.waitFor(() => expect(lastFrame()).toBe('null - true'));
  asked[0]?.resolve(ok('first'));
  await vi.waitFor(() => expect(lastFrame()).toBe('first - false'));
  rerender(within(app, <Quote ask={ask} wanted="b" />));
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  app.workbench.reads.invalidate('template');
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  asked[1]?.resolve(ok('late'));
  await asked[1]?.promise;
  // Draws whatever the late answer has left to draw.
  rerender(within(app, <Quote ask={ask} wanted="b" />));
  expect(lastFrame()).toBe('first - true');
  asked[2]?.resolve(failed({ what: 'No.', saved: '', next: '' }));
  await vi.waitFor(() => expect(lastFrame()).toBe('null No. false'));
  expect(frames.join()).not.toContain('late');
  again();
  await vi.waitFor(() => expect(asked).toHaveLength(4));
  unmount();
});
