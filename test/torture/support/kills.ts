import { setTimeout as pause } from 'node:timers/promises';
import { type Finished, type Running, type Surroundings, startLuthier } from '../../cli/support/cli.ts';
import type { CountingServer } from '../../cli/support/server.ts';
import type { Promises } from '../verdict.ts';
import { answersIn } from './books.ts';
import { between, randomOf } from './random.ts';

/** Paid work that is killed and started again until it has been killed `times` times, and then runs to its end. */
export interface Killed {
  readonly args: readonly string[];
  readonly surroundings: Surroundings;
  readonly server: CountingServer;
  /** Calls under way at most. */
  readonly concurrency: number;
  readonly times: number;
  readonly seed: number;
}

export interface Killing {
  readonly kills: number;
  readonly again: number;
  readonly lost: number;
  readonly paidTwice: number;
  readonly last: Finished;
}

/** What the server answers to a prompt, by which an answer in the store is known again; a judge’s tie as well. */
export const answerTo = (user: string): string => `about ${user} [[C]]`;

/** Resolves a moment after the server was asked `count` times. */
async function askedTimes(server: CountingServer, count: number, running: Running, delayMs: number): Promise<void> {
  let ended = false;
  void running.finished.then(() => {
    ended = true;
  });
  while (server.calls.length < count && !ended) await pause(2);
  await pause(delayMs);
}

/** A random moment of a run: most by the calls that were made, every fourth by the clock, so that starting is hit too. */
async function randomMoment(running: Running, { server, concurrency }: Killed, random: () => number): Promise<void> {
  const from = server.calls.length;
  if (random() < 0.25) await pause(between(random, 20, 700));
  else await askedTimes(server, from + between(random, 1, 2 * concurrency), running, between(random, 0, 15));
}

/**
 * Kills at random moments. Lost is what was answered and is not in the store beyond the calls that can have been under way;
 * paid twice is a call for an answer that was in the store before its process began.
 */
export async function killAgainAndAgain(work: Killed, { hold }: Promises): Promise<Killing> {
  const { args, surroundings, server, concurrency, times, seed } = work;
  const random = randomOf(seed);
  let [kills, lost, paidTwice] = [0, 0, 0];
  let kept = new Set(answersIn(surroundings.home));

  function look(from: number): void {
    const now = new Set(answersIn(surroundings.home));
    const calls = server.calls.slice(from);
    paidTwice += calls.filter(({ user }) => kept.has(answerTo(user))).length;
    const gone = [...kept].filter((answer) => !now.has(answer)).length;
    const unkept = calls.filter(({ user, answered }) => answered && !now.has(answerTo(user))).length;
    lost += gone + Math.max(0, unkept - concurrency);
    kept = now;
  }

  while (kills < times) {
    const from = server.calls.length;
    const running = startLuthier(args, surroundings);
    await randomMoment(running, work, random);
    running.child.kill('SIGKILL');
    const { signal, code, stderr } = await running.finished;
    look(from);
    if (signal !== 'SIGKILL') {
      hold(code === 0, `a run ended by itself with ${code}: ${stderr.slice(0, 300)}`);
      break;
    }
    kills += 1;
  }
  hold(kills === times, `all was done after ${kills} of ${times} kills`);
  const from = server.calls.length;
  const last = await startLuthier(args, surroundings).finished;
  look(from);
  const again = server.calls.length - new Set(server.calls.map(({ user }) => user)).size;
  hold(again <= kills * concurrency, `${again} calls were made again after ${kills} kills of ${concurrency} calls`);
  hold(lost === 0, `${lost} answers are lost`);
  hold(paidTwice === 0, `${paidTwice} answers that were there were asked for`);
  return { kills, again, lost, paidTwice, last };
}
