import { plural } from '../../domain/text/format.ts';
import type { OperationDeps } from '../core/deps.ts';
import type { UnstoredAnswer } from '../runtime/spending-ports.ts';

/** What became of answers without room; `path` is null where they are in memory alone. */
export function unstoredText(
  answers: number,
  path: string | null,
  when: { readonly onDisk: string; readonly inMemory: string },
): string {
  const [was, are] = answers === 1 ? ['was', 'is'] : ['were', 'are'];
  const what = `${plural(answers, 'answer')} that ${was} paid found no room`;
  return path === null
    ? `${what} anywhere and ${are} in memory: ${when.inMemory} before you quit, when there is room.`
    : `${what} and ${are} in ${path}: ${when.onDisk} takes ${answers === 1 ? 'it' : 'them'} back.`;
}

/** The answers of a run that were paid for and found no room among the rows. */
export class Unstored {
  /** Answers of earlier runs that were put among the rows when this one began. */
  takenBack = 0;
  private readonly deps: Pick<OperationDeps, 'rows' | 'ledger' | 'spill'>;
  private answers = 0;
  private path: string | null = null;

  constructor(deps: Pick<OperationDeps, 'rows' | 'ledger' | 'spill'>) {
    this.deps = deps;
  }

  add(answers: readonly UnstoredAnswer[]): void {
    if (answers.length === 0) return;
    this.answers += answers.length;
    this.path = this.deps.spill.keep(answers);
  }

  /** What became of them, for the person; empty when there are none. */
  text(): string {
    if (this.answers === 0) return '';
    return unstoredText(this.answers, this.path, { onDisk: 'the next start', inMemory: 'start again' });
  }

  /** Puts what was kept elsewhere among the rows. Throws when there is no room yet, before anything is sent. */
  takeBack(): void {
    const { rows, ledger, spill } = this.deps;
    this.takenBack = spill.giveBack((answers) => {
      // What a process that is gone had under way is booked first, to be corrected by what it really cost.
      ledger.begin([], { cap: null, isThere: () => false });
      ledger.end(
        answers.map(({ end }) => end),
        () => {
          const wanted = answers
            .map(({ row }) => row)
            .filter((row) => {
              const there = rows.get(row.projectId, row.id);
              return there === null || (!there.edited && there.updatedAt <= row.updatedAt);
            });
          if (wanted.length > 0) rows.put(wanted);
        },
      );
    });
  }
}
