import type { Problem } from '../../domain/common/outcome.ts';
import { CAPPED_KINDS, type CappedWork, spentOn } from '../../domain/pricing/spending.ts';
import { formatUsd } from '../../domain/text/format.ts';
import type { RequestProgress } from '../runtime/operation.ts';
import type { SpendingCap, SpendingLedger } from '../runtime/spending-ports.ts';

/** What may be spent on a piece of work. */
export interface SpendingTerms {
  /** Whose spending it is. */
  readonly projectId: string;
  /** What its cap is for. */
  readonly work: CappedWork;
  /** US$ the project may spend on this work in all, what was spent before included; null: no cap. */
  readonly capUsd: number | null;
  /** US$ this run may spend; null: no cap of its own. */
  readonly capRunUsd: number | null;
}

/** The caps of a run: the project's, which a person may change while it goes on, and the run's own. */
export class SpendingLimit {
  private readonly ledger: Pick<SpendingLedger, 'totals'>;
  private readonly terms: SpendingTerms;
  private capUsd: number | null;

  constructor(ledger: Pick<SpendingLedger, 'totals'>, terms: SpendingTerms) {
    this.ledger = ledger;
    this.terms = terms;
    this.capUsd = terms.capUsd;
  }

  set(usd: number | null): void {
    this.capUsd = usd;
  }

  get any(): boolean {
    return this.capUsd !== null || this.terms.capRunUsd !== null;
  }

  get cap(): SpendingCap {
    return { projectId: this.terms.projectId, kinds: CAPPED_KINDS[this.terms.work], usd: this.capUsd };
  }

  /** The cap that will be reached first and what is left of it; `runUsd` is what this run has spent. */
  reading(runUsd: number): Pick<RequestProgress, 'capUsd' | 'capLeftUsd' | 'projectUsd'> {
    const { capRunUsd } = this.terms;
    const projectUsd = this.spentUsd();
    const project = this.capUsd === null ? null : { capUsd: this.capUsd, left: this.capUsd - projectUsd };
    const run = capRunUsd === null ? null : { capUsd: capRunUsd, left: capRunUsd - runUsd };
    const tighter = project === null || (run !== null && run.left < project.left) ? run : project;
    if (tighter === null) return { capUsd: null, capLeftUsd: null, projectUsd };
    return { capUsd: tighter.capUsd, capLeftUsd: Math.max(0, tighter.left), projectUsd };
  }

  /** Why nothing more is sent. */
  reached(runUsd: number, saved: string): Problem {
    const { capUsd, projectUsd } = this.reading(runUsd);
    const ofRun = capUsd !== this.capUsd;
    const spent = formatUsd(ofRun ? runUsd : projectUsd);
    const whose = ofRun ? 'by this run' : `on the ${this.terms.work} of this project, in all its runs`;
    return {
      what: `The spending cap is reached: ${spent} of ${formatUsd(capUsd)} are spent ${whose}, and one more answer might pass it.`,
      saved,
      next: ofRun
        ? 'Raise --cap-run to go on, or start again; what is there is not sent again.'
        : 'Raise the cap to go on (--cap, or m while it runs), or lift it; what is there is not sent again.',
    };
  }

  /** US$ the project has spent on this work, ever. */
  private spentUsd(): number {
    return spentOn(this.terms.work, this.ledger.totals(this.terms.projectId));
  }
}
