import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { luthier, startLuthier } from '../../cli/support/cli.ts';
import { KEY, startWandb, type WandbServer } from '../../services/wandb/support/wandb-server.ts';
import { visibleState } from '../../services/wandb/support/wandb-state.ts';
import { MODEL } from '../support/books.ts';
import { between, randomOf } from '../support/random.ts';
import { inPlace, type Place, surroundingsIn, withServer, writeLines } from '../support/work.ts';
import { promises, type Scenario } from '../verdict.ts';

const syncing = (home: string, { url }: WandbServer) => ({ home, env: { WANDB_BASE_URL: url, WANDB_API_KEY: KEY } });

/** Leaves an evaluation's run in the home, written and not sent. */
const leaveRun = (place: Place): Promise<void> =>
  withServer(0, async (server) => {
    const file = writeLines(place.folder, 'items.jsonl', 12);
    const args = ['eval', file, '--grader', 'exact', '--base-url', server.url, '--model', MODEL];
    const { code, stderr } = await luthier(args, surroundingsIn(place));
    if (code !== 0 || readdirSync(join(place.home, 'wandb')).length === 0) throw new Error(`no run: ${stderr}`);
  });

/** `wandb sync`, killed at a random request: the next one goes on, and W&B has what an undisturbed one leaves. */
export const syncKilled: Scenario = ({ times, seed }) =>
  inPlace(async (place) => {
    const [found, random] = [promises(), randomOf(seed)];
    await leaveRun(place);

    /** Syncs a copy of the home, killed before its nth request is answered when there is one. */
    async function synced(name: string, nth: number | null) {
      const home = join(place.folder, name);
      cpSync(place.home, home, { recursive: true, preserveTimestamps: true });
      const wandb = await startWandb();
      try {
        if (nth !== null) {
          const running = startLuthier(['wandb', 'sync'], syncing(home, wandb));
          wandb.onRequest = async (count) => {
            if (count < nth) return true;
            running.child.kill('SIGKILL');
            await running.finished;
            return random() < 0.5;
          };
          await running.finished;
          await pause(0);
          wandb.onRequest = null;
        }
        const { code, stderr } = await luthier(['wandb', 'sync'], syncing(home, wandb));
        found.hold(code === 0, `the last sync ended with ${code}: ${stderr.slice(-300)}`);
        for (const fault of wandb.faults) found.hold(false, `W&B complains: ${fault}`);
        return { state: JSON.stringify(visibleState(wandb.state)), requests: wandb.state.asked.length };
      } finally {
        wandb.close();
      }
    }

    const whole = await synced('whole', null);
    let lost = 0;
    for (let kill = 0; kill < times; kill += 1) {
      const { state } = await synced(`kill-${kill}`, between(random, 1, whole.requests));
      if (state !== whole.state) lost += 1;
    }
    found.hold(lost === 0, `${lost} runs are not what an undisturbed sync leaves`);
    const what = `wandb sync, ${whole.requests} requests a run`;
    return { what, done: `${times} kills`, calls: null, lost, paidTwice: 0, broken: found.broken };
  });
