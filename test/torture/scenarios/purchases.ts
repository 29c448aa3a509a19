import { luthier } from '../../cli/support/cli.ts';
import { userMessages } from '../../cli/support/folder.ts';
import { answersIn, checkBooks, PER_CALL } from '../support/books.ts';
import { killAgainAndAgain } from '../support/kills.ts';
import { evalArgs, generateArgs, inPlace, surroundingsIn, withServer } from '../support/work.ts';
import { promises, type Scenario } from '../verdict.ts';

const CONCURRENCY = 6;
/** Answers that are not all there before the last kill: a killed run gets at most some two dozen. */
const answersFor = (times: number): number => times * CONCURRENCY * 4 + 40;
const sidesFor = (times: number): number => Math.ceil(Math.sqrt(answersFor(times)));

/** `generate`, killed: the store, the file and the ledger at the end. */
export const generateKilled: Scenario = ({ times, seed }) =>
  inPlace((place) =>
    withServer(8, async (server) => {
      const found = promises();
      const sides = sidesFor(times);
      const args = generateArgs(place, server.url, sides, CONCURRENCY);
      const work = { args, surroundings: surroundingsIn(place), server, concurrency: CONCURRENCY, times, seed };
      const { kills, again, lost, paidTwice, last } = await killAgainAndAgain(work, found);
      const cells = sides * sides;
      found.hold(last.code === 0, `the last run ended with ${last.code}: ${last.stderr.slice(-300)}`);
      const answers = answersIn(place.home);
      found.hold(answers.length === cells, `${answers.length} rows for ${cells} combinations`);
      found.hold(new Set(answers).size === answers.length, 'a combination has two rows');
      const lines = last.code === 0 ? userMessages(`${place.folder}/rows.jsonl`).length : 0;
      found.hold(lines === cells, `${lines} lines for ${cells} combinations`);
      const asked = server.calls.length;
      await checkBooks(place.home, { rows: cells, asked, underWay: kills * CONCURRENCY }, found);
      const calls = { asked, again, againAtMost: kills * CONCURRENCY };
      const what = `generate, ${cells} combinations`;
      return { what, done: `${kills} kills`, calls, lost, paidTwice, broken: found.broken };
    }),
  );

/** `generate` under a cap, killed: what the server billed in all stays under it. */
export const capKilled: Scenario = ({ times, seed }) =>
  inPlace((place) =>
    withServer(8, async (server) => {
      const found = promises();
      const cap = times * CONCURRENCY * 3 * PER_CALL;
      const args = [...generateArgs(place, server.url, sidesFor(times) * 2, CONCURRENCY), '--cap', String(cap)];
      const surroundings = surroundingsIn(place);
      const work = { args, surroundings, server, concurrency: CONCURRENCY, times, seed };
      const { kills, again, lost, paidTwice, last } = await killAgainAndAgain(work, found);
      found.hold(last.code === 1 && /cap is reached/.test(last.stderr), `the last run ended with ${last.code}`);
      const asked = server.calls.length;
      const billed = asked * PER_CALL;
      found.hold(billed <= cap, `$${billed} billed under a cap of $${cap}`);
      found.hold(billed >= cap * 0.4, `only $${billed} of $${cap} could be spent`);
      await luthier(args, surroundings);
      found.hold(server.calls.length === asked, 'a run under a cap that is reached asked for more');
      const calls = { asked, again, againAtMost: kills * CONCURRENCY };
      const what = `generate, $${billed.toFixed(5)} billed under a cap of $${cap.toFixed(5)}`;
      return { what, done: `${kills} kills`, calls, lost, paidTwice, broken: found.broken };
    }),
  );

/** `eval` with a model as judge, killed: an answer and two verdicts an item, each bought once. */
export const evalKilled: Scenario = ({ times, seed }) =>
  inPlace((place) =>
    withServer(8, async (server) => {
      const found = promises();
      const items = Math.ceil(answersFor(times) / 3);
      const args = evalArgs(place, server.url, items, CONCURRENCY);
      const work = { args, surroundings: surroundingsIn(place), server, concurrency: CONCURRENCY, times, seed };
      const { kills, again, lost, paidTwice, last } = await killAgainAndAgain(work, found);
      found.hold(last.code === 0, `the last run ended with ${last.code}: ${last.stderr.slice(-300)}`);
      const answers = answersIn(place.home);
      found.hold(answers.length === 3 * items, `${answers.length} answers and verdicts for ${items} items`);
      const asked = server.calls.length;
      await checkBooks(place.home, { rows: 3 * items, asked, underWay: kills * CONCURRENCY }, found);
      const calls = { asked, again, againAtMost: kills * CONCURRENCY };
      const what = `eval with a judge, ${items} items`;
      return { what, done: `${kills} kills`, calls, lost, paidTwice, broken: found.broken };
    }),
  );
