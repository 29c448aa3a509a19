import { Text } from 'ink';
import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { liveOperations } from '../../src/app/core/state.ts';
import { useAppState, useWorkbench, WorkbenchProvider } from '../../src/app/react.tsx';
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
  const desk = openFakeWorkbench();
  const { lastFrame, unmount } = render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <Name />
    </WorkbenchProvider>,
  );
  expect(lastFrame()).toBe('D&D characters 0 function');
  const before = draws;
  desk.workbench.navigation.note('nothing to Name');
  await desk.clock.advance(10);
  expect(draws).toBe(before);
  desk.workbench.projects.rename(desk.store.getState().project.id, 'Renamed');
  await desk.clock.advance(10);
  expect(lastFrame()).toBe('Renamed 0 function');
  unmount();
});
