import type { CoverageStore } from '../app/runtime/ports.ts';
import { SHIPPED_PRICES } from '../domain/pricing/prices.ts';
import { sumSpending } from '../domain/pricing/spending.ts';
import type { Project } from '../domain/project/types.ts';
import { BUILT_IN_PROFILES } from '../domain/provider/profiles.ts';
import { createCoverage } from '../services/store/coverage.ts';
import { createDatabase } from '../services/store/database.ts';
import { createEvaluations } from '../services/store/evaluations.ts';
import { createJobs } from '../services/store/jobs.ts';
import { refusingRecovery } from '../services/store/recovery.ts';
import { createRows } from '../services/store/rows/rows.ts';
import { openSettings } from '../services/store/settings.ts';
import { createLedger } from '../services/store/spending/ledger.ts';

/** A project of the app and what it holds. */
export interface Held extends Pick<Project, 'id' | 'name' | 'updatedAt'> {
  readonly provider: string;
  readonly rows: number;
  readonly jobs: number;
  readonly evaluations: number;
  /** Null where a price is unknown. */
  readonly usd: number | null;
  /** The app opens this one. */
  readonly open: boolean;
}

/** The projects of a data folder as they are kept, newest first, and which one the app opens. */
export function projectsIn(home: string): { readonly projects: readonly Project[]; readonly current: string | null } {
  const recovery = refusingRecovery;
  const opened = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES, recovery });
  return { projects: opened.projects.list(), current: opened.projects.current() };
}

/** Rows counted by the values of slots. */
export function openCoverage(home: string): CoverageStore & Disposable {
  const database = createDatabase({ home });
  return { ...createCoverage(database), [Symbol.dispose]: () => database.close() };
}

/** The projects of a data folder, newest first. */
export function heldIn(home: string): readonly Held[] {
  const recovery = refusingRecovery;
  const opened = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES, recovery });
  const database = createDatabase({ home });
  const [rows, jobs, evaluations] = [createRows(database), createJobs(database), createEvaluations(database)];
  const ledger = createLedger(database);
  try {
    return opened.projects.list().map(({ id, name, updatedAt, providerId: provider }) => {
      const { usd, unpriced } = sumSpending(ledger.totals(id));
      return {
        id,
        name,
        updatedAt,
        provider,
        rows: rows.counts(id, {}).total,
        jobs: jobs.list(id).length,
        evaluations: evaluations.list(id).length,
        usd: unpriced > 0 ? null : usd,
        open: opened.projects.current() === id,
      };
    });
  } finally {
    ledger.close();
    database.close();
  }
}
