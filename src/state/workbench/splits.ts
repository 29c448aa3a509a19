import { isTrainable } from '../../domain/dataset/example.ts';
import type { Side } from '../../domain/dataset/split.ts';
import { assignRows } from '../../domain/dataset/splits/assign.ts';
import type { SplitCounts, SplitRow } from '../../domain/dataset/splits/types.ts';
import type { Row, RowSplit } from '../../domain/dataset/types.ts';
import { failed, ok } from '../../domain/text/problem.ts';
import { leaksOf } from '../../operations/dataset/leaks.ts';
import { type Core, ROWS_SAFE } from './core.ts';
import type { SplitActions, SplitRequest } from './importTypes.ts';

/** Rows between two turns of everything else. */
const STEP = 200;
const VALUES_TOLD = 100;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What of a row a split is made by, without its long texts. */
type Slim = Pick<Row, 'id' | 'split' | 'cell'> & { readonly answer: string };

export function createSplitActions(core: Core): SplitActions {
  const { rows } = core.operations;
  let kept: { readonly key: string; readonly rows: readonly Slim[] } | null = null;

  const trainable = (row: Row): boolean => isTrainable(row, core.project().training.rows);

  /** The rows that are trained on; read again only when a row has changed, for a panel asks at every key. */
  function slim(): readonly Slim[] {
    const { project, rowsVersion } = core.store.getState();
    const key = `${project.id} ${rowsVersion} ${project.training.rows}`;
    if (kept?.key !== key) {
      const found = Array.from(rows.scan(project.id, {}), (row) => (trainable(row) ? [slimOf(row)] : []));
      kept = { key, rows: found.flat() };
    }
    return kept.rows;
  }

  async function put(sides: ReadonlyMap<string, RowSplit>): Promise<void> {
    const { id: projectId } = core.project();
    const ids = [...sides.keys()];
    for (let start = 0; start < ids.length; start += STEP) {
      const step = ids.slice(start, start + STEP).flatMap((id) => rows.get(projectId, id) ?? []);
      rows.put(step.map((row) => ({ ...row, split: sides.get(row.id) ?? null })));
      await turn();
    }
    kept = null;
  }

  return {
    columns() {
      const values = new Map<string, Set<string>>();
      for (const { cell } of slim()) {
        for (const [name, value] of Object.entries(cell)) values.set(name, (values.get(name) ?? new Set()).add(value));
      }
      return Array.from(values, ([name, found]) => ({ name, values: found.size })).toSorted(
        (a, b) => a.values - b.values,
      );
    },
    counts: () => countsOf(slim()),
    preview({ plan, column }) {
      if (plan.by === 'group' && column === null) return noGroup;
      const given = slim().map((row) => splitRowOf(row, { plan, column }));
      const sides = assignRows(given, plan);
      const after = given.map((row) => ({ ...row, split: sides.get(row.id) ?? row.split }));
      const { train, validation } = countsOf(after);
      return ok({ train, validation, frozen: given.length - sides.size, values: valuesOf(after, plan.by) });
    },
    async assign(request) {
      if (request.plan.by === 'group' && request.column === null) return noGroup;
      return core.attempt('The rows that were put on a side before stay there.', async () => {
        // What landed a moment ago counts too.
        kept = null;
        const sides: ReadonlyMap<string, Side> = assignRows(
          slim().map((row) => splitRowOf(row, request)),
          request.plan,
        );
        await put(sides);
        const train = [...sides.values()].filter((side) => side === 'train').length;
        return `${train} rows put on train, ${sides.size - train} on validation.`;
      });
    },
    clear: () =>
      core.attempt('The rows that were taken off before are on no side.', async () => {
        const { id } = core.project();
        const taken = new Map<string, null>();
        for (const side of ['train', 'validation'] as const) {
          for (const row of rows.scan(id, { split: side })) taken.set(row.id, null);
        }
        await put(taken);
        return `${taken.size} rows taken off their side.`;
      }),
    leakage: (column) =>
      core.attempt(ROWS_SAFE, () => {
        const { id, template } = core.project();
        function* trained(): Generator<Row> {
          for (const row of rows.scan(id, {})) if (trainable(row)) yield row;
        }
        return leaksOf(trained(), template, column);
      }),
  };
}

const noGroup = failed({
  what: 'A split by group needs a column to group by.',
  saved: ROWS_SAFE,
  next: 'Choose a column, or split at random or by label.',
});

const slimOf = ({ id, split, cell, completion }: Row): Slim => ({
  id,
  split,
  cell,
  answer: completion.trim().slice(0, 200),
});

function splitRowOf({ id, split, cell, answer }: Slim, { plan, column }: SplitRequest): SplitRow {
  const value = column === null ? null : (cell[column] ?? null);
  return {
    id,
    split,
    label: plan.by === 'label' ? (value ?? answer) : null,
    group: plan.by === 'group' ? value : null,
  };
}

function countsOf(given: readonly { readonly split: RowSplit }[]) {
  const count = (side: RowSplit): number => given.filter(({ split }) => split === side).length;
  return { train: count('train'), validation: count('validation'), unassigned: count(null) };
}

function valuesOf(given: readonly SplitRow[], by: SplitRequest['plan']['by']): readonly SplitCounts[] {
  if (by === 'random') return [];
  const values = Map.groupBy(given, (row) => (by === 'label' ? row.label : row.group) ?? '');
  return Array.from(values, ([value, members]) => ({ value, ...countsOf(members) }))
    .map(({ value, train, validation }) => ({ value, train, validation }))
    .toSorted((a, b) => b.train + b.validation - a.train - a.validation)
    .slice(0, VALUES_TOLD);
}
