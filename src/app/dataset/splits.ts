import { setImmediate as nextTurn } from 'node:timers/promises';
import { failed, type Outcome, ok } from '../../domain/common/outcome.ts';
import {
  assignHoldingOut,
  drawPairs,
  type HeldOutProof,
  HeldOutTally,
  type HeldPair,
  type HoldOutRow,
  heldBack,
  heldOutText,
  heldOutWarnings,
  holdsAny,
  pairText,
} from '../../domain/dataset/hold-out.ts';
import { findLeaks, type LeakRow } from '../../domain/dataset/leakage.ts';
import { isTrainable, promptOf } from '../../domain/dataset/row.ts';
import type { Leak, SplitCounts, SplitRow, SplitSide } from '../../domain/dataset/split.ts';
import type { Row, RowSplit } from '../../domain/dataset/types.ts';
import type { SplitPlan } from '../../domain/importing/records.ts';
import type { Template } from '../../domain/template/types.ts';
import { plural } from '../../domain/text/format.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';

/** Pairs of values that only the validation side gets: chosen ones, and so many drawn by the plan's seed besides. */
export interface HoldOutRequest {
  readonly pairs: readonly HeldPair[];
  readonly drawn: number;
}

export const NO_HOLD_OUT: HoldOutRequest = { pairs: [], drawn: 0 };

/** A plan, and the name in the rows' cells to go by. */
export interface SplitRequest {
  readonly plan: SplitPlan;
  /** By label, null stands for the answer itself; by group there must be a name. */
  readonly column: string | null;
  /** Nothing when absent. */
  readonly holdOut?: HoldOutRequest;
}

export interface SplitPreview {
  /** As it would be afterwards. */
  readonly train: number;
  readonly validation: number;
  /** Rows that are on a side already and stay there. */
  readonly frozen: number;
  /** How the labels or groups fall, most frequent first, at most 100; empty for a random split. */
  readonly values: readonly SplitCounts[];
  /** The pairs that would be held out, and how it would stand with them. */
  readonly pairs: readonly HeldPair[];
  readonly heldOut: HeldOutProof | null;
}

export interface SplitActions {
  /** Names in the rows' cells with how many values each has, fewest first. */
  columns(): readonly { readonly name: string; readonly values: number }[];
  /** Rows by side as they are now. */
  counts(): { readonly train: number; readonly validation: number; readonly unassigned: number };
  preview(request: SplitRequest): Outcome<SplitPreview>;
  /**
   * Puts every row that is on no side on one; never moves a row. Says what it did, and where pairs are held out what stands on
   * which side by the rows as they are on disk then. The pairs stay held out for rows that come later.
   */
  assign(request: SplitRequest): Promise<Outcome<string>>;
  /** Takes every row off its side, so that a new plan can be made. */
  clear(): Promise<Outcome<string>>;
  /** What of the validation side the model will have seen in training; at most 1,000. */
  leakage(groupColumn: string | null): Promise<Outcome<readonly Leak[]>>;
}

/** Rows, or steps of the search, between two turns of everything else. */
const LEAK_STEP = 200;

/** What the training side of a project gives away of its validation side. `column`: of groups, null for none. */
async function leaksOf(rows: Iterable<Row>, template: Template, column: string | null): Promise<readonly Leak[]> {
  const given: LeakRow[] = [];
  for (const row of rows) {
    given.push(leakRowOf(row, template, column));
    if (given.length % LEAK_STEP === 0) await nextTurn();
  }
  return leaksAmong(given);
}

/** The same of rows from anywhere, found a little at a time. */
export async function leaksAmong(given: readonly LeakRow[]): Promise<readonly Leak[]> {
  const steps = findLeaks(given);
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (count % LEAK_STEP === 0) await nextTurn();
  }
}

function leakRowOf(row: Row, template: Template, column: string | null): LeakRow {
  const prompt = promptOf(row, template).filter(({ role }) => role !== 'system');
  const text = prompt.map(({ content }) => content).join('\n');
  return { id: row.id, split: row.split, text, group: column === null ? null : (row.cell[column] ?? null) };
}

/** Rows between two turns of everything else. */
const STEP = 200;
const VALUES_TOLD = 100;
/** What of a row a split is made by, without its long texts. */
type Slim = Pick<Row, 'id' | 'split' | 'cell'> & { readonly answer: string };

export function createSplitActions(context: WorkbenchContext): SplitActions {
  const { rows } = context.operations;
  let kept: { readonly key: string; readonly rows: readonly Slim[] } | null = null;

  const trainable = (row: Row): boolean => isTrainable(row, context.project().training.rows);

  /** The rows that are trained on; read again only when a row has changed, for a panel asks at every key. */
  function slim(): readonly Slim[] {
    const project = context.project();
    const key = `${project.id} ${context.reads.version(['rows'])} ${project.training.rows}`;
    if (kept?.key !== key) {
      const found = Array.from(rows.scan(project.id, {}), (row) => (trainable(row) ? [slimOf(row)] : []));
      kept = { key, rows: found.flat() };
    }
    return kept.rows;
  }

  /** The pairs of a request, after those that an earlier split held out: what was once held out stays so. */
  function pairsOf(given: readonly HoldOutRow[], { plan, holdOut = NO_HOLD_OUT }: SplitRequest): readonly HeldPair[] {
    const { training, template } = context.project();
    const chosen = [...(training.heldOut ?? []), ...holdOut.pairs];
    const slots = template.slots.length > 0 ? template.slots.map(({ name }) => name) : namesIn(given);
    const drawn = drawPairs(given, slots, { wanted: holdOut.drawn, seed: plan.seed });
    return [...new Map([...chosen, ...drawn].map((pair) => [pairText(pair), pair])).values()];
  }

  function keepPairs(pairs: readonly HeldPair[]): void {
    context.projectAutosave.change(context.project().id, (project) => {
      const { heldOut: _, ...training } = project.training;
      return { ...project, training: pairs.length === 0 ? training : { ...training, heldOut: pairs } };
    });
  }

  /** The rows that are trained on, read from disk again. */
  function* rowsOnDisk(): Generator<Row> {
    for (const row of rows.scan(context.project().id, {})) if (trainable(row)) yield row;
  }

  async function put(sides: ReadonlyMap<string, RowSplit>): Promise<void> {
    const { id: projectId } = context.project();
    const ids = [...sides.keys()];
    for (let start = 0; start < ids.length; start += STEP) {
      const step = ids.slice(start, start + STEP).flatMap((id) => rows.get(projectId, id) ?? []);
      rows.put(step.map((row) => ({ ...row, split: sides.get(row.id) ?? null })));
      await nextTurn();
    }
    context.reads.invalidateAtOnce('rows');
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
    preview(request) {
      const { plan, column } = request;
      if (plan.by === 'group' && column === null) return noGroup;
      const given = slim().map((row) => splitRowOf(row, request));
      const pairs = pairsOf(given, request);
      const trained = alreadyTrained(given, pairs);
      if (trained !== null) return trained;
      const sides = assignHoldingOut(given, plan, pairs);
      const after = given.map((row) => ({ ...row, split: sides.get(row.id) ?? row.split }));
      const { train, validation } = countsOf(after);
      const heldOut = pairs.length === 0 ? null : proofOf(after, pairs);
      const values = valuesOf(after, plan.by);
      return ok({ train, validation, frozen: given.length - sides.size, values, pairs, heldOut });
    },
    async assign(request) {
      if (request.plan.by === 'group' && request.column === null) return noGroup;
      const given = () => slim().map((row) => splitRowOf(row, request));
      const trained = alreadyTrained(given(), pairsOf(given(), request));
      if (trained !== null) return trained;
      return context.attempt('The rows that were put on a side before stay there.', async () => {
        // What landed a moment ago counts too.
        context.reads.invalidate('rows');
        const divided = given();
        const pairs = pairsOf(divided, request);
        const sides: ReadonlyMap<string, SplitSide> = assignHoldingOut(divided, request.plan, pairs);
        // Before the rows: one that comes in meanwhile is held out too.
        keepPairs(pairs);
        await put(sides);
        const train = [...sides.values()].filter((side) => side === 'train').length;
        const done = `${train} rows put on train, ${sides.size - train} on validation.`;
        if (pairs.length === 0) return done;
        const proof = proofOf(rowsOnDisk(), pairs);
        return [done, heldOutText(proof), ...heldOutWarnings(proof)].join(' ');
      });
    },
    clear: () =>
      context.attempt('The rows that were taken off before are on no side.', async () => {
        const { id } = context.project();
        const taken = new Map<string, null>();
        for (const side of ['train', 'validation'] as const) {
          for (const row of rows.scan(id, { split: side })) taken.set(row.id, null);
        }
        await put(taken);
        keepPairs([]);
        return `${taken.size} rows taken off their side.`;
      }),
    leakage: (column) =>
      context.attempt(ROWS_SAFE, () => {
        const { template } = context.project();
        return leaksOf(rowsOnDisk(), template, column);
      }),
  };
}

/** What stands on which side; a row on none is on the side that a training file puts it on. */
function proofOf(given: Iterable<Pick<Row, 'cell' | 'split'>>, pairs: readonly HeldPair[]): HeldOutProof {
  const tally = new HeldOutTally(pairs);
  for (const row of given) tally.add(row.cell, heldBack(row, pairs).split ?? 'train');
  return tally.proof();
}

const namesIn = (given: readonly HoldOutRow[]): readonly string[] => [
  ...new Set(given.flatMap(({ cell }) => Object.keys(cell))),
];

/** A side once given stays, so a pair that is trained on cannot be held out. */
function alreadyTrained(given: readonly HoldOutRow[], pairs: readonly HeldPair[]) {
  const trained = given.filter(({ split, cell }) => split === 'train' && holdsAny(cell, pairs)).length;
  if (trained === 0) return null;
  return failed({
    what: `${plural(trained, 'row')} of these pairs ${trained === 1 ? 'is' : 'are'} on the training side already, and a side once given stays.`,
    saved: ROWS_SAFE,
    next: 'Hold other pairs out, or clear the split with x and assign again.',
  });
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

function splitRowOf({ id, split, cell, answer }: Slim, { plan, column }: SplitRequest): HoldOutRow {
  const value = column === null ? null : (cell[column] ?? null);
  return {
    id,
    split,
    cell,
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
