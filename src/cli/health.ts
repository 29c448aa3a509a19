import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPPED_PRICES } from '../domain/pricing/prices.ts';
import { BUILT_IN_PROFILES } from '../domain/provider/profiles.ts';
import { codeOf, FileError, faultText } from '../domain/text/file-faults.ts';
import { byteSize, plural } from '../domain/text/format.ts';
import { StoreDamage } from '../domain/text/store-damage.ts';
import { runningEngine } from '../services/engine/launcher.ts';
import { createRecovery, type Recovery, refusingRecovery } from '../services/store/recovery.ts';
import { examineDatabase } from '../services/store/repair/examine.ts';
import { type Recovered, recoverDatabase } from '../services/store/repair/recover.ts';
import { createSecrets } from '../services/store/secrets.ts';
import { openSettings, readPrices } from '../services/store/settings.ts';
import { checkRoom, roomIn } from '../services/store/store-faults.ts';

/** What is looked at; says how it is, or throws what is wrong with it. */
export interface HealthCheck {
  readonly name: string;
  look(home: string): string | Promise<string>;
}

/** Everything Luthier keeps, in the order it is looked at. */
export const HEALTH_CHECKS: readonly HealthCheck[] = [
  { name: 'data folder', look: lookAtHome },
  { name: 'disk', look: lookAtDisk },
  { name: 'database', look: lookAtDatabase },
  { name: 'settings and projects', look: (home) => readSettings(home, refusingRecovery) },
  { name: 'keys', look: (home) => readKeys(home, refusingRecovery) },
  { name: 'prices', look: (home) => readPriceFile(home, refusingRecovery) },
  { name: 'engine', look: lookAtEngine },
];

function lookAtHome(home: string): string {
  if (!existsSync(home)) return `${home} is not there yet; the first start makes it`;
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (codeOf(error) === '') throw error;
    throw new FileError(
      `${home} cannot be used: ${faultText(error)}.`,
      'Make it yours, or set LUTHIER_HOME to another.',
    );
  }
  if (process.platform !== 'win32' && (statSync(home).mode & 0o022) !== 0)
    throw new FileError(`${home} can be written by others.`, `chmod go-w ${home}`);
  return home;
}

function lookAtDisk(home: string): string {
  if (!existsSync(home)) return 'nothing is kept yet';
  checkRoom(home);
  return `${byteSize(roomIn(home))} free`;
}

function lookAtDatabase(home: string): string {
  const holdings = examineDatabase(home);
  if (holdings === null) return 'none yet; it is made when it is needed';
  const size = byteSize(statSync(join(home, 'luthier.db')).size);
  return `sound, ${size}, ${plural(holdings.rows, 'row')}, ${plural(holdings.jobs, 'job')}`;
}

function readSettings(home: string, recovery: Recovery): string {
  if (!existsSync(home)) return 'none yet';
  const opened = openSettings({ home, profiles: BUILT_IN_PROFILES, prices: SHIPPED_PRICES, recovery });
  const profiles = opened.settings.profiles().length;
  return `${plural(profiles, 'provider')}, ${plural(opened.projects.list().length, 'project')}`;
}

function readKeys(home: string, recovery: Recovery): string {
  const secrets = createSecrets({ home, env: {}, profileOf: () => null, recovery });
  const typed = BUILT_IN_PROFILES.filter(({ id }) => secrets.keyOf(id) !== null).length;
  return typed === 0 ? 'none typed in for a provider that ships with Luthier' : `${plural(typed, 'key')} typed in`;
}

function readPriceFile(home: string, recovery: Recovery): string {
  const path = join(home, 'prices.json');
  readPrices(path, { shipped: SHIPPED_PRICES, recovery, now: Date.now });
  return existsSync(path) ? `${path} over those that ship with Luthier` : 'those that ship with Luthier';
}

async function lookAtEngine(home: string): Promise<string> {
  const pid = await runningEngine(home);
  return pid === null ? 'none runs; it is started when it is needed' : `runs, process ${pid}`;
}

/** What was mended of a data folder. */
export interface Mended {
  /** A line for each file that was set aside. */
  readonly setAside: readonly string[];
  /** What was wrong with the database, and what became of it; null when it is sound. */
  readonly database: { readonly damage: string; readonly recovered: Recovered } | null;
}

/** Mends what is damaged, and nothing else. */
export async function mendStore(home: string): Promise<Mended> {
  const recovery = createRecovery();
  readSettings(home, recovery);
  readKeys(home, recovery);
  readPriceFile(home, recovery);
  const setAside = recovery.take();
  try {
    examineDatabase(home);
    return { setAside, database: null };
  } catch (error) {
    if (!(error instanceof StoreDamage)) throw error;
    const recovered = recoverDatabase(join(home, 'luthier.db'), Date.now());
    return { setAside, database: { damage: error.message, recovered } };
  }
}
