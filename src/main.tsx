import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { render } from 'ink';
import type { ReactNode } from 'react';
import type { AppState } from './app/core/state.ts';
import { WorkbenchProvider } from './app/react.tsx';
import { onUnexpected } from './app/runtime/errors.ts';
import { oncePerTurn } from './app/runtime/pacing.ts';
import { createRegistry } from './app/runtime/registry.ts';
import { SharedPaces } from './app/runtime/shared-paces.ts';
import { startWorkbench } from './app/workbench.ts';
import { SHIPPED_PRICES } from './domain/pricing/prices.ts';
import { luthierHome } from './domain/project/settings.ts';
import { keysIn } from './domain/provider/keys.ts';
import { BUILT_IN_PROFILES } from './domain/provider/profiles.ts';
import { trackerKeysOf } from './domain/tracking/trackers.ts';
import { Root } from './screens/root/root.tsx';
import { createTerminalLease, endFailureText, startFailureText } from './screens/root/terminal.ts';
import { createClock } from './services/clock.ts';
import { createEngineLauncher } from './services/engine/launcher.ts';
import { createFileSystem } from './services/filesystem/documents.ts';
import { clearStaleDrafts } from './services/filesystem/drafts.ts';
import { createLog, watchUncaughtErrors } from './services/filesystem/log.ts';
import { createWaits } from './services/http/waits.ts';
import { createSources } from './services/huggingface/sources.ts';
import { boundGarbage, holdNursery } from './services/nursery.ts';
import { environmentUrlOf } from './services/openai/address.ts';
import { createProviders } from './services/openai/connect.ts';
import { honourProxies } from './services/proxy.ts';
import { createAskedJobs } from './services/store/asked-jobs.ts';
import { createBakeoffs } from './services/store/bakeoffs.ts';
import { createBatchParts } from './services/store/batches/parts.ts';
import { createCoverage } from './services/store/coverage.ts';
import { createDatabase } from './services/store/database.ts';
import { createDeployments } from './services/store/deployments.ts';
import { createEvaluations, createVotes } from './services/store/evaluations.ts';
import { createJobs } from './services/store/jobs.ts';
import { createProjectData } from './services/store/project-data.ts';
import { createRecovery } from './services/store/recovery.ts';
import { createRefusals } from './services/store/refusals.ts';
import { createRows } from './services/store/rows/rows.ts';
import { createScreenStates } from './services/store/screen-states.ts';
import { createRowSearch } from './services/store/search/search.ts';
import { createSecrets } from './services/store/secrets.ts';
import { openSettings } from './services/store/settings.ts';
import { lookLater } from './services/store/soundness/later.ts';
import { createLedger } from './services/store/spending/ledger.ts';
import { createSpill, createTurnSpill } from './services/store/spill.ts';
import { checkRoom } from './services/store/store-faults.ts';
import { createTranscripts } from './services/store/transcripts.ts';
import { createUploads } from './services/store/uploads.ts';
import { createJobControl } from './services/terminal/job-control.ts';
import { ASK_BACKGROUND, listenForReports } from './services/terminal/reports.ts';
import { createScreenModes } from './services/terminal/screen-modes.ts';
import { keepRowsSteady } from './services/terminal/steady-rows.ts';
import { createTerminal } from './services/terminal/terminal.ts';
import { createTokenCounter } from './services/tokens/counter.ts';
import { openTrackers } from './services/trackers.ts';
import { exportTunedModel } from './services/weights/export-model.ts';
import { createBaseModels } from './services/weights/hub-setup.ts';
import { createRunnerSetup } from './services/weights/setup.ts';

/** Between looks whether another process wrote to the data folder. */
const LOOK_MS = 1_000;

/** Erases the screen and puts the cursor on its first cell. */
const EMPTY_SCREEN = '\u001b[2J\u001b[H';

const home = luthierHome(process.env, homedir());
/** A frame is on the screen: what goes wrong from here on has a place to be shown, or is a fault. */
let drawn = false;

/** The composition root: real services, then operations, then the store, then the first frame. */
async function main(): Promise<void> {
  holdNursery();
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stderr.write(
      'luthier draws on the whole terminal, and this is none.\n' +
        'Try `npm run demo`, or `luthier --help` for the commands that need no terminal.\n',
    );
    process.exitCode = 2;
    return;
  }
  // A key pressed before the first frame must not be echoed into it; what was echoed already, or a prompt left in
  // the middle of its line, must not shift its first row: the alternate screen takes the cursor over as it stands.
  process.stdin.setRawMode(true);
  const asksBackground = process.env.TERM !== 'linux' && process.env.TERM !== 'dumb';
  process.stdout.write(asksBackground ? `\r${ASK_BACKGROUND}` : '\r');
  const reports = listenForReports(process.stdin);
  const recovery = createRecovery();
  const unproxied = honourProxies(process.env);
  if (unproxied !== null) recovery.note(unproxied);
  const {
    settings,
    projects,
    tracking: trackingChoices,
    limits,
    serving,
  } = openSettings({
    home,
    profiles: BUILT_IN_PROFILES,
    prices: SHIPPED_PRICES,
    recovery,
  });
  const profileOf = (id: string) => settings.profiles().find((profile) => profile.id === id) ?? null;
  const secrets = createSecrets({ home, env: process.env, profileOf, recovery });
  // Each answer is looked through for keys of others, and to know them two files are read.
  const secretsInUse = oncePerTurn(() =>
    [
      ...settings.profiles().map(({ id }) => secrets.keyOf(id)),
      ...secrets.ofTrackers(),
      ...[...keysIn(process.env), ...trackerKeysOf(process.env), process.env.HF_TOKEN],
    ].flatMap((key) => key || []),
  );
  const waits = createWaits();
  const connection = { waits, limits: limits.read };
  const log = createLog(join(home, 'log', 'luthier.log'), { secrets: secretsInUse });
  onUnexpected((error) => log.error('Unexpected error', { error }));
  const database = createDatabase({ home, look: 'later' });
  const rows = createRows(database);
  const rowSearch = createRowSearch(database);
  const ledger = createLedger(database, { checkRoom: () => checkRoom(home) });
  const batches = createBatchParts(database, { home });
  const clock = createClock();
  const opened = openTrackers({
    home,
    homedir: homedir(),
    env: process.env,
    random: Math.random,
    sleep: clock.sleep,
    now: clock.now,
    connection,
    choices: trackingChoices.read,
    typedKey: secrets.keyOf,
    secrets: secretsInUse,
  });
  const newId = () => randomUUID();
  const tokens = createTokenCounter();
  const lease = createTerminalLease();
  const { store, workbench, resume, changedElsewhere, lookElsewhere, unnoted, close } = startWorkbench({
    registry: createRegistry({ clock, newId }),
    paces: new SharedPaces(clock),
    providers: createProviders({
      profiles: settings.profiles,
      keyOf: secrets.keyOf,
      keysInUse: secretsInUse,
      engine: createEngineLauncher({ home }),
      refusals: createRefusals(home),
      connection,
    }),
    rows,
    placedRows: rows,
    packedRows: { put: rows.putPacked },
    rowSearch,
    jobs: createJobs(database),
    commandJobs: createJobs(database),
    askedJobs: createAskedJobs(database),
    deployments: createDeployments(database),
    uploads: createUploads(database),
    ledger,
    batches,
    spill: createSpill({ home }),
    evaluations: createEvaluations(database),
    votes: createVotes(database),
    bakeoffs: createBakeoffs(database),
    projectRows: createProjectData(database),
    coverage: createCoverage(database),
    transcripts: createTranscripts(database),
    turnSpill: createTurnSpill({ home }),
    screenStates: createScreenStates(database),
    tokens,
    clock,
    random: Math.random,
    projects,
    settings,
    secrets,
    limits,
    waits,
    keysInUse: secretsInUse,
    serving,
    exportModel: (wish, signal) => exportTunedModel(wish, process.env, signal),
    baseModels: createBaseModels(process.env),
    runner: createRunnerSetup(process.env, fileURLToPath(new URL('../runner', import.meta.url))),
    tracker: opened.tracker,
    tracking: {
      choices: trackingChoices.read,
      save: trackingChoices.save,
      settings: opened.settings,
      wandb: opened.wandb,
      keySource: opened.keySource,
      setKey: (key) => secrets.set(opened.keyName(), key),
    },
    documents: createFileSystem({ home, onUnnoted: (path) => unnoted(path) }),
    sources: createSources({
      home,
      env: process.env,
      sleep: clock.sleep,
      connection,
      artifactFile: opened.artifactFile,
    }),
    desktop: createTerminal({
      stream: process.stdout,
      env: process.env,
      platform: process.platform,
      terminal: lease,
      isAway: reports.isAway,
    }),
    newId,
    parquetOf: async (columns) => (await import('./services/readers/parquet-writing.ts')).conversationsParquet(columns),
    examplesFolder: fileURLToPath(new URL('../examples', import.meta.url)),
    exportFolder: join(home, 'exports'),
    environmentUrl: environmentUrlOf(process.env.OPENAI_BASE_URL),
  });
  drawn = true;

  const jobControl = createJobControl(process, lease);
  keepRowsSteady(process.stdout);
  const modes = createScreenModes(process.stdout);
  if (process.argv.includes('--mouse')) store.setState({ terminal: { ...store.getState().terminal, mouse: true } });
  const setModes = ({ terminal }: AppState): void => {
    modes.set('mouse', terminal.mouse);
    modes.set('focus', terminal.notifications);
  };
  setModes(store.getState());
  store.subscribe(setModes);
  const tree = (): ReactNode => (
    <WorkbenchProvider store={store} workbench={workbench}>
      <Root
        env={process.env}
        now={clock.now}
        lease={lease}
        signals={reports}
        onQuit={() => app.unmount()}
        onSuspend={jobControl.stop}
        onRepaint={repaint}
      />
    </WorkbenchProvider>
  );
  /** Draws every row anew, over whatever another program wrote there. */
  function repaint(): void {
    app.clear();
    process.stdout.write(EMPTY_SCREEN);
    app.rerender(tree());
  }
  reports.takeEarly();
  const app = render(tree(), {
    interactive: true,
    alternateScreen: true,
    exitOnCtrlC: false,
    incrementalRendering: true,
    // Progress is drawn five times a second; a key that comes just after it waits for one sixtieth of a second, and not for two.
    maxFps: 60,
    patchConsole: true,
  });
  log.info('start', { screen: store.getState().screen });
  const stop = (): void => app.unmount();
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.once(signal, stop);
  const ended: { by: Error | null } = { by: null };
  const endBy = (error: Error): void => {
    ended.by = error;
    stop();
  };
  const unwatch = watchUncaughtErrors(process, log, endBy);
  await app.waitUntilRenderFlush();
  boundGarbage();
  clearStaleDrafts(home);
  // Nothing is asked of anyone, and no job taken up, before a store that was not closed well is known to be sound.
  const isDoubtful = database.opening()?.isDoubtful === true;
  void lookLater(database).then((damage) => {
    if (isDoubtful) log.info('database looked through after an end that was not clean', { sound: damage === null });
    if (damage === null) resume();
    else endBy(damage);
  });
  const look = (): void => {
    if (database.changedElsewhere()) changedElsewhere();
    lookElsewhere(database.opening()?.hasOthers() === true);
  };
  look();
  const looking = setInterval(look, LOOK_MS).unref();
  // Now and not at the end: a long session forgets the code of its start, and one that is killed would keep none.
  flushCompileCache();
  await app.waitUntilExit();
  clearInterval(looking);
  jobControl.close();
  try {
    await close();
  } catch (error) {
    // Over a damaged store the last state of the screens cannot be kept.
    if (ended.by === null) throw error;
  }
  await tokens.close();
  await rowSearch.close();
  batches.close();
  ledger.close();
  database.close();
  unwatch();
  log.info('end');
  if (ended.by !== null) {
    process.stderr.write(endFailureText(ended.by, join(home, 'log', 'luthier.log')));
    process.exitCode = 1;
  }
}

await main().catch((error: unknown) => {
  if (drawn) throw error;
  process.stderr.write(startFailureText(error, home));
  process.exitCode = 1;
  // Whoever listened for what the terminal says would hold the program for ever.
  process.stdin.unref();
});
