import { describe, expect, it } from 'vitest';
import { WorkbenchProvider } from '../../../src/app/react.tsx';
import { Frame } from '../../../src/components/layout/frame.tsx';
import { GenerateScreen } from '../../../src/screens/generate/generate-screen.tsx';
import { newDisk, openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { answerOf, fakeProvider } from '../../app/fakes/provider.ts';
import { render } from '../../harness/render.tsx';

const FACTS = { project: 'P', breadcrumb: [], provider: 'Engine', practice: true, running: 0, spentUsd: 0 };

const show = (desk: ReturnType<typeof openFakeWorkbench>, columns = 80) =>
  render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <Frame facts={FACTS} notice={null}>
        <GenerateScreen />
      </Frame>
    </WorkbenchProvider>,
    { columns, rows: 24 },
  );

/** The frame as it is read: without borders, on one line. */
const read = (frame: string): string => frame.replaceAll(/[│┃]/g, ' ').replaceAll(/\s+/g, ' ');

describe('what became of a run of Generate', () => {
  it('is told to its end on a small screen, answers that were cut among it', async () => {
    const answer = answerOf('Once upon', { finishReason: 'length', without: ['temperature'] });
    const chat = {
      async complete() {
        await desk.clock.sleep(1000);
        return answer;
      },
    };
    const desk = openFakeWorkbench({ disk: newDisk(), providers: [fakeProvider({ chat })] });
    desk.workbench.generate.start(desk.store.getState().project.plan);
    await desk.clock.advance(100);
    const app = await show(desk);
    await desk.clock.advance(20_000);
    await app.waitFor('n plans another run.');
    expect(read(app.frame())).toMatch(
      /answers cut at 300 tokens: raise max tokens.* asked without it.* n plans another run\./,
    );
  });

  it('names whole combinations where there is room', async () => {
    const value = 'half-orc of the north';
    const desk = openFakeWorkbench({
      disk: newDisk(),
      providers: [fakeProvider({ chat: { complete: async () => answerOf('Once upon a time') } })],
    });
    desk.workbench.projects.update((project) => ({
      ...project,
      template: {
        ...project.template,
        slots: project.template.slots.map((slot, at) => (at === 0 ? { ...slot, values: [value] } : slot)),
      },
    }));
    desk.workbench.generate.start(desk.store.getState().project.plan);
    const app = await show(desk, 140);
    await desk.clock.advance(20_000);
    await app.waitFor('n plans another run.');
    expect(app.frame()).toMatch(new RegExp(`${value}, \\w+, \\w+, \\w+ `));
  });
});
