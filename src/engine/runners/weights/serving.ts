import type { JsonRecord } from '../../../domain/common/json.ts';
import { ModelUnavailable } from '../types.ts';
import type { Asked } from './answers.ts';
import { type RunnerChild, startChild } from './child.ts';
import { faultText, readServingLine } from './lines.ts';
import { Mailbox } from './mailbox.ts';
import type { RunnerPython } from './python.ts';

/** A process that answers, and what is asked of it. */
export interface Serving {
  /** Whether something is being answered. */
  busy(): boolean;
  /** Asks something under a number of its own, and gives where the answer comes. */
  ask(line: object): Asked;
  /** Ends it; one that does not end by itself is ended from outside. */
  close(): Promise<void>;
  readonly ended: Promise<unknown>;
}

/** It has nothing to save: what it is told to end by is enough, or is not coming. */
const GOODBYE_MS = 2000;

/** `onIdle` is called when it has freed its base because nobody asked for long. */
export async function startServing(python: RunnerPython, log: string, onIdle: () => void): Promise<Serving> {
  const boxes = new Map<string, Mailbox>();
  let fault: string | null = null;
  let drawn = 0;
  const onLine = (line: JsonRecord): void => {
    const read = readServingLine(line);
    if (read === null || read.kind === 'ready') return;
    if (read.kind === 'failed') fault = faultText(read);
    else if (read.id != null) boxes.get(read.id)?.put(read);
    else if (read.kind === 'error') fault = faultText(read);
    else if (read.kind === 'unloaded') onIdle();
  };
  const child = await startChild(python, { args: ['serve'], log, onLine });
  void child.ended.then(({ signal }) => {
    const how = `The runner that answers ended${signal === null ? '' : ` by ${signal}`}. Ask again.`;
    for (const box of boxes.values()) box.fail(new ModelUnavailable('runner_died', fault ?? how));
  });
  return {
    busy: () => boxes.size > 0,
    ask(line) {
      drawn += 1;
      const id = String(drawn);
      const box = new Mailbox();
      boxes.set(id, box);
      child.send({ ...line, id });
      return {
        box,
        cancel: (index) => child.send({ kind: 'cancel', id, ...(index === undefined ? {} : { index }) }),
        forget: () => boxes.delete(id),
      };
    },
    close: () => ended(child),
    ended: child.ended,
  };
}

async function ended(child: RunnerChild): Promise<void> {
  child.hangUp();
  const impatience = setTimeout(child.kill, GOODBYE_MS);
  await child.ended;
  clearTimeout(impatience);
}
