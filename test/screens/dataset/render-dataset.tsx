import type { ReactNode } from 'react';
import { onTestFinished } from 'vitest';
import { useAppState, WorkbenchProvider } from '../../../src/app/react.tsx';
import type { RowSearch } from '../../../src/app/runtime/search-ports.ts';
import { Frame } from '../../../src/components/layout/frame.tsx';
import type { Row } from '../../../src/domain/dataset/types.ts';
import type { LiveBinding } from '../../../src/keys/binding.ts';
import { DatasetScreen } from '../../../src/screens/dataset/dataset-screen.tsx';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createRows, type Rows } from '../../../src/services/store/rows/rows.ts';
import { createRowSearch } from '../../../src/services/store/search/search.ts';
import { type FakeWorkbench, openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { type Rendered, render } from '../../harness/render.tsx';
import { sampleRow, temporaryHome } from '../../services/store/sample.ts';

const RACES = ['elf', 'dwarf'];
const PETS = ['owl', 'cat', 'crab'];

/** The `index`th row of a dataset of two slots; rows are a second apart. */
export function nthRow(projectId: string, index: number, change: Partial<Row> = {}): Row {
  const race = RACES[index % 2] ?? 'elf';
  const pet = PETS[index % 3] ?? 'owl';
  return sampleRow(projectId, index.toString(16).padStart(8, '0').padEnd(64, 'f'), {
    cell: { race, pet },
    completion: `Number ${index}: a ${race} with a ${pet}.`,
    usage: { promptTokens: 10, completionTokens: 20 + index, cachedTokens: 0 },
    createdAt: 1_700_000_000_000 + index * 1_000,
    ...change,
  });
}

function DatasetApp(): ReactNode {
  const notice = useAppState((state) => state.notice);
  const facts = { project: 'D&D', breadcrumb: ['Dataset'], provider: 'p', practice: true, running: 0, spentUsd: 0 };
  return (
    <Frame facts={facts} notice={notice}>
      <DatasetScreen />
    </Frame>
  );
}

export interface RenderedDataset extends FakeWorkbench {
  readonly screen: Rendered;
  readonly rows: Rows;
  readonly projectId: string;
  /** The bindings whose keys were pressed while they could not run. */
  readonly refused: readonly LiveBinding[];
}

export interface DatasetOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Rows made before the first frame. */
  readonly make: (projectId: string) => readonly Row[];
  readonly openRowId?: string;
  /** Another search than the real one. */
  readonly rowSearch?: RowSearch;
}

export const many =
  (count: number) =>
  (projectId: string): readonly Row[] =>
    Array.from({ length: count }, (_, index) => nthRow(projectId, index));

/** The Dataset screen over the real workbench and a real database. */
export async function renderDataset({
  columns = 80,
  rows: height = 24,
  make,
  openRowId,
  rowSearch: otherSearch,
}: DatasetOptions): Promise<RenderedDataset> {
  const database = createDatabase({ home: temporaryHome() });
  const rowSearch = createRowSearch(database);
  onTestFinished(async () => {
    await rowSearch.close();
    database.close();
  });
  const rows = createRows(database);
  const desk = openFakeWorkbench({ rows, rowSearch: otherSearch ?? rowSearch });
  const { project } = desk.store.getState();
  rows.put(make(project.id));
  const slots = [
    { name: 'race', values: [...RACES, 'gnome'] },
    { name: 'pet', values: PETS },
  ];
  desk.workbench.projects.update((before) => ({
    ...before,
    template: {
      ...before.template,
      system: '',
      teacherPrompt: 'Tell of {race} and {pet}',
      studentPrompt: '{race}, {pet}',
      slots,
    },
  }));
  desk.store.setState({ counts: rows.counts(project.id, {}), screen: 'dataset', openRowId: openRowId ?? null });
  const { store, workbench } = desk;
  const refused: LiveBinding[] = [];
  const screen = await render(
    <WorkbenchProvider store={store} workbench={workbench}>
      <DatasetApp />
    </WorkbenchProvider>,
    { columns, rows: height, onRefused: (binding) => refused.push(binding) },
  );
  return { ...desk, screen, rows, projectId: project.id, refused };
}

/** The first line of the screen that holds `text`. */
export const lineWith = (screen: Rendered, text: string): string =>
  screen.lines().find((line) => line.includes(text)) ?? '';

/** The table's line under the cursor. */
export const cursorLine = (screen: Rendered): string =>
  screen.lines().find((line) => /^┃ ❯ /.test(line)) ?? 'no row has the cursor';
