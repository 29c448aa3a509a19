import { setTimeout as pause } from 'node:timers/promises';
import { luthier, startLuthier } from '../../cli/support/cli.ts';
import { answersIn, checkBooks, PER_CALL } from '../support/books.ts';
import { answerTo } from '../support/kills.ts';
import { between, randomOf } from '../support/random.ts';
import { generateArgs, inPlace, surroundingsIn, withServer } from '../support/work.ts';
import { type Promises, promises, type Scenario, type Size, type Verdict } from '../verdict.ts';

const CONCURRENCY = 6;
const SIDES = 10;

interface Round {
  readonly asked: number;
  readonly again: number;
  readonly lost: number;
  readonly paidTwice: number;
}

/** Two processes at the same rows; at a random call the first is killed, and the second goes on to the end. */
const oneKilled = (random: () => number, found: Promises): Promise<Round> =>
  inPlace((place) =>
    withServer(10, async (server) => {
      const args = generateArgs(place, server.url, SIDES, CONCURRENCY);
      const first = startLuthier(args, surroundingsIn(place, 'sk-first'));
      const second = startLuthier(args, surroundingsIn(place, 'sk-second'));
      let ended = false;
      void second.finished.then(() => {
        ended = true;
      });
      const moment = between(random, 2, 60);
      const ofFirst = () => server.calls.filter(({ authorization }) => authorization === 'Bearer sk-first').length;
      while ((server.calls.length < moment || ofFirst() === 0) && !ended) await pause(2);
      const kept = new Set(answersIn(place.home));
      const from = server.calls.length;
      first.child.kill('SIGKILL');
      await first.finished;
      const { code, stderr } = await second.finished;
      found.hold(code === 0, `the other process ended with ${code}: ${stderr.slice(-300)}`);
      const cells = SIDES * SIDES;
      const answers = new Set(answersIn(place.home));
      const asked = server.calls.length;
      const again = asked - new Set(server.calls.map(({ user }) => user)).size;
      found.hold(again <= CONCURRENCY, `${again} calls were made again after the end of one with ${CONCURRENCY}`);
      await checkBooks(place.home, { rows: cells, asked, underWay: CONCURRENCY }, found);
      const paidTwice = server.calls.slice(from).filter(({ user }) => kept.has(answerTo(user))).length;
      return { asked, again, lost: cells - answers.size, paidTwice };
    }),
  );

/** Two processes under one cap. */
const oneCap = (random: () => number, found: Promises): Promise<Round> =>
  inPlace((place) =>
    withServer(10, async (server) => {
      const cap = between(random, 20, 80) * PER_CALL;
      const args = [...generateArgs(place, server.url, SIDES, CONCURRENCY), '--cap', String(cap)];
      const runs = await Promise.all(['sk-first', 'sk-second'].map((key) => luthier(args, surroundingsIn(place, key))));
      for (const { code, stderr } of runs) {
        found.hold(code === 1 && /cap is reached/.test(stderr), `a run under a cap ended with ${code}: ${stderr}`);
      }
      const asked = server.calls.length;
      found.hold(asked * PER_CALL <= cap + 1e-9, `$${asked * PER_CALL} billed under a cap of $${cap}`);
      const again = asked - new Set(server.calls.map(({ user }) => user)).size;
      return { asked, again, lost: asked - new Set(answersIn(place.home)).size, paidTwice: again };
    }),
  );

async function rounds(
  { times, seed }: Size,
  work: (random: () => number, found: Promises) => Promise<Round>,
  said: { readonly what: string; readonly harm: string; readonly againEach: number },
): Promise<Verdict> {
  const [found, random] = [promises(), randomOf(seed)];
  let sum: Round = { asked: 0, again: 0, lost: 0, paidTwice: 0 };
  for (let round = 0; round < times; round += 1) {
    const { asked, again, lost, paidTwice } = await work(random, found);
    sum = {
      asked: sum.asked + asked,
      again: sum.again + again,
      lost: sum.lost + lost,
      paidTwice: sum.paidTwice + paidTwice,
    };
  }
  const { lost, paidTwice } = sum;
  found.hold(lost === 0, `${lost} answers are lost`);
  found.hold(paidTwice === 0, `${paidTwice} answers that were there were asked for`);
  const calls = { asked: sum.asked, again: sum.again, againAtMost: times * said.againEach };
  return { what: said.what, done: `${times} ${said.harm}`, calls, lost, paidTwice, broken: found.broken };
}

export const togetherKilled: Scenario = (size) =>
  rounds(size, oneKilled, { what: 'two processes, one project', harm: 'times one killed', againEach: CONCURRENCY });

export const togetherCapped: Scenario = (size) =>
  rounds(size, oneCap, { what: 'two processes, one cap', harm: 'times both', againEach: 0 });
