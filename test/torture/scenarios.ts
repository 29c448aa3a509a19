import { commandsClean } from './scenarios/commands.ts';
import { storeDamaged } from './scenarios/damage.ts';
import { diskFull } from './scenarios/disks.ts';
import { engineKilled } from './scenarios/engines.ts';
import { importKilled } from './scenarios/imports.ts';
import { capKilled, evalKilled, generateKilled } from './scenarios/purchases.ts';
import { serversFaulty } from './scenarios/servers.ts';
import { idleQuiet, memoryFlat } from './scenarios/steady.ts';
import { terminalClean } from './scenarios/terminal.ts';
import { togetherCapped, togetherKilled } from './scenarios/together.ts';
import { syncKilled } from './scenarios/tracking.ts';
import { trainKilled } from './scenarios/training.ts';
import type { Scenario } from './verdict.ts';

/** Each scenario by its name, with how often it does its harm in the long form and among the tests, where 0 leaves it to the long form. */
export const SCENARIOS = {
  generate: { scenario: generateKilled, times: 100, short: 1 },
  eval: { scenario: evalKilled, times: 24, short: 1 },
  cap: { scenario: capKilled, times: 20, short: 0 },
  'two-processes': { scenario: togetherKilled, times: 12, short: 1 },
  'two-under-a-cap': { scenario: togetherCapped, times: 8, short: 0 },
  train: { scenario: trainKilled, times: 12, short: 1 },
  engine: { scenario: engineKilled, times: 14, short: 1 },
  wandb: { scenario: syncKilled, times: 23, short: 0 },
  import: { scenario: importKilled, times: 14, short: 1 },
  disk: { scenario: diskFull, times: 12, short: 1 },
  damage: { scenario: storeDamaged, times: 42, short: 1 },
  servers: { scenario: serversFaulty, times: 14, short: 1 },
  signals: { scenario: terminalClean, times: 20, short: 1 },
  commands: { scenario: commandsClean, times: 99, short: 5 },
  memory: { scenario: memoryFlat, times: 10, short: 0 },
  idle: { scenario: idleQuiet, times: 8, short: 0 },
} as const satisfies Record<string, { readonly scenario: Scenario; readonly times: number; readonly short: number }>;
