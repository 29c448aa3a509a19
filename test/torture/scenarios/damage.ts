import { closeSync, cpSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { luthier } from '../../cli/support/cli.ts';
import { answersIn, storedIn } from '../support/books.ts';
import { answerTo } from '../support/kills.ts';
import { between, randomOf } from '../support/random.ts';
import { generateArgs, inPlace, surroundingsIn, withServer } from '../support/work.ts';
import { promises, type Scenario } from '../verdict.ts';

const SIDES = 8;
/** Rows as identity, project and answer. */
const rowsIn = (home: string): readonly string[] =>
  storedIn(home).map(({ id, projectId, completion }) => [id, projectId, completion].join('\n'));

type Harm = (path: string, random: () => number) => void;

function overwrite(path: string, bytes: Buffer, position: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, position);
  closeSync(file);
}

/** What happens to a database file. */
const HARMS: Readonly<Record<string, Harm>> = {
  'cut short': (path, random) => truncateSync(path, between(random, 1, readFileSync(path).length - 1)),
  'cut to whole pages': (path, random) => {
    const pages = readFileSync(path).length / 4096;
    truncateSync(path, 4096 * between(random, 1, pages - 1));
  },
  emptied: (path) => truncateSync(path, 0),
  'its head overwritten': (path, random) => overwrite(path, Buffer.alloc(between(random, 16, 4096), 0x55), 0),
  '200 bits flipped': (path, random) => {
    const bytes = readFileSync(path);
    for (let flip = 0; flip < 200; flip += 1) {
      const at = between(random, 0, bytes.length - 1);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << between(random, 0, 7));
    }
    writeFileSync(path, bytes);
  },
  'another file in its place': (path) => writeFileSync(path, 'rows of mine\n'.repeat(500)),
  removed: (path) => rmSync(path),
};

/** A database that is damaged between two runs: nothing is asked, it is said what to do, and that saves what it can. */
export const storeDamaged: Scenario = ({ times, seed }) =>
  inPlace((place) =>
    withServer(0, async (server) => {
      const [found, random] = [promises(), randomOf(seed)];
      const args = [...generateArgs(place, server.url, SIDES, 6), '--force'];
      await luthier(args, surroundingsIn(place));
      const cells = SIDES * SIDES;
      found.hold(server.calls.length === cells, 'the rows were not bought at first');
      const whole = await luthier(args, surroundingsIn(place));
      found.hold(whole.code === 0 && server.calls.length === cells, 'rows of a sound database are bought again');
      const original = new Set(rowsIn(place.home));
      let [gone, paidTwice] = [0, 0];
      const harms = Object.entries(HARMS);
      for (let time = 0; time < times; time += 1) {
        const [name, harm] = harms[time % harms.length] ?? ['', () => {}];
        const home = join(place.folder, `home-${time}`);
        cpSync(place.home, home, { recursive: true, preserveTimestamps: true });
        harm(join(home, 'luthier.db'), random);
        const before = server.calls.length;
        const { code, stderr } = await luthier(args, surroundingsIn({ ...place, home }));
        const bought = server.calls.length - before;
        found.hold(bought === 0, `${name}: ${bought} rows are bought again`);
        found.hold(code === 1, `${name}: a run ended with ${code}`);
        found.hold(stderr.includes('luthier doctor --recover'), `${name}: no way out is told: ${stderr.slice(-300)}`);
        found.hold(!/^\s+at /m.test(stderr), `${name}: a stack is shown`);
        const mended = await luthier(['doctor', '--recover'], { home });
        found.hold(mended.code === 0, `${name}: the repair ended with ${mended.code}: ${mended.stdout.slice(-300)}`);
        // A row of which a bit is another may be another row.
        const saved = new Set(
          rowsIn(home)
            .filter((row) => original.has(row))
            .map((row) => row.split('\n').slice(2).join('\n')),
        );
        const from = server.calls.length;
        const last = await luthier(args, surroundingsIn({ ...place, home }));
        found.hold(
          last.code === 0,
          `${name}: after the repair a run ended with ${last.code}: ${last.stderr.slice(-300)}`,
        );
        const rows = new Set(answersIn(home));
        // One with a flipped bit may stand beside the one that was bought for it.
        found.hold(rows.size >= cells, `${name}: ${rows.size} rows after the repair for ${cells} combinations`);
        const calls = server.calls.slice(from);
        paidTwice += calls.filter(({ user }) => saved.has(answerTo(user))).length;
        gone += cells - saved.size;
        rmSync(home, { recursive: true, force: true });
      }
      const asked = server.calls.length;
      found.hold(paidTwice === 0, `${paidTwice} rows that were saved are bought again`);
      // What no repair can read is bought anew once a person has agreed to it.
      const calls = { asked, again: asked - cells, againAtMost: gone };
      const what = `luthier.db of ${cells} rows, in ${Math.min(times, harms.length)} ways, mended; ${times * cells - gone} of ${times * cells} rows saved`;
      return { what, done: `${times} times damaged`, calls, lost: 0, paidTwice, broken: found.broken };
    }),
  );
