import { existsSync, readFileSync } from 'node:fs';
import type { ChatMessage } from '../../../../src/domain/chat/types.ts';
import { createRandom, permutation } from '../../../../src/domain/common/random.ts';
import type { StepMetrics } from '../../../../src/domain/training/types.ts';
import { practiceBases } from '../../../../src/engine/runners/practice/runner.ts';
import type { PracticeModel, PracticeTask } from '../../../../src/engine/runners/practice/types.ts';
import * as tiny from '../../../../src/engine/runners/tiny/runner.ts';
import type { TrainingExample } from '../../../../src/engine/runners/types.ts';

export const RACES = ['elf', 'dwarf', 'human', 'half-orc', 'tiefling', 'gnome'];
export const CLASSES = ['wizard', 'fighter', 'rogue', 'cleric', 'bard', 'ranger'];
export const WEAPONS = ['crossbow', 'war hammer', 'dagger', 'longsword', 'quarterstaff', 'whip'];
export const PETS = ['owl', 'cat', 'wolf', 'raven', 'snow leopard', 'toad'];

export function base(id: string): PracticeModel {
  const found = practiceBases[id];
  if (found === undefined) throw new Error(`There is no ${id}.`);
  return found;
}

export const user = (content: string): ChatMessage[] => [{ role: 'user', content }];

export function say(
  model: PracticeModel,
  prompt: readonly ChatMessage[],
  options: { seed?: number; temperature?: number; maxTokens?: number } = {},
): string {
  const all = { maxTokens: 400, seed: 1, topLogprobs: 0, ...options };
  return [...model.generate(prompt, all)].map(({ text }) => text).join('');
}

export function teacherPrompt(race: string, calling: string, weapon: string, pet: string): string {
  return (
    `Write a character for a Dungeons & Dragons game. The character is a ${race} ${calling} who carries a ${weapon} and is ` +
    `followed by a ${pet}. Give the name, physical appearance, background, and personality, in at most 100 words.`
  );
}

/** The whole lattice with `values` values a slot, written by the teacher. */
export function characters(values: number): TrainingExample[] {
  const teacher = base('practice-writer');
  const rows: TrainingExample[] = [];
  for (const race of RACES.slice(0, values))
    for (const calling of CLASSES.slice(0, values))
      for (const weapon of WEAPONS.slice(0, values))
        for (const pet of PETS.slice(0, values)) {
          const completion = say(teacher, user(teacherPrompt(race, calling, weapon, pet)), { seed: rows.length + 1 });
          rows.push({ prompt: user(`${race}, ${calling}, ${weapon}, ${pet}`), completion });
        }
  return rows;
}

/** Rows in random order, the first `share` of them for validation. */
export function split(
  rows: readonly TrainingExample[],
  share: number,
): { train: TrainingExample[]; validation: TrainingExample[] } {
  const order = [...permutation(rows.length, createRandom(3))].flatMap((row) => rows[row] ?? []);
  const cut = Math.round(rows.length * share);
  return { train: order.slice(cut), validation: order.slice(0, cut) };
}

export interface Trained {
  readonly model: PracticeModel;
  readonly bytes: Uint8Array;
  readonly steps: readonly StepMetrics[];
  readonly epochs: readonly { readonly metrics: StepMetrics; readonly model: Uint8Array }[];
  readonly trainedTokens: number;
}

export async function train(
  task: Pick<PracticeTask, 'train'> & Partial<PracticeTask>,
  signal = new AbortController().signal,
): Promise<Trained> {
  const steps: StepMetrics[] = [];
  const epochs: { metrics: StepMetrics; model: Uint8Array }[] = [];
  const full: PracticeTask = {
    validation: [],
    epochs: 3,
    batchSize: 4,
    learningRateMultiplier: 1,
    seed: 1,
    resumeFrom: null,
    ...task,
  };
  const result = await tiny.train(
    full,
    (event) => {
      if (event.kind === 'step') steps.push(event.metrics);
      if (event.kind === 'epoch') epochs.push({ metrics: event.metrics, model: event.model });
    },
    signal,
  );
  return { model: tiny.load(result.model), bytes: result.model, steps, epochs, trainedTokens: result.trainedTokens };
}

const SHARED = new URL('../../../../../shared/data/', import.meta.url);
export const BANKING = new URL('banking77/', SHARED);
export const LEGAL = new URL('legalbench/', SHARED);
export const hasBanking = existsSync(BANKING);
export const hasLegal = existsSync(LEGAL);

export interface Labelled {
  readonly text: string;
  readonly label: string;
}

export function banking(file: 'train.csv' | 'test.csv'): Labelled[] {
  const text = readFileSync(new URL(file, BANKING), 'utf8');
  const rows = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*)),([a-z_A-Z?]+)\r?\n/g)];
  return rows
    .slice(1)
    .map(([, quoted, plain = '', label = '']) => ({ text: quoted?.replaceAll('""', '"') ?? plain, label }));
}

export const intent = ({ text, label }: Labelled): TrainingExample => ({
  prompt: [{ role: 'system', content: 'Classify the intent.' }, ...user(text)],
  completion: label,
});

/** At most `each` rows of each of the labels, in the file's order. */
export function rowsOf(rows: readonly Labelled[], labels: readonly string[], each: number): Labelled[] {
  return labels.flatMap((label) => rows.filter((row) => row.label === label).slice(0, each));
}

export function accuracy(model: PracticeModel, rows: readonly TrainingExample[]): number {
  const right = rows.filter(
    ({ prompt, completion }) => say(model, prompt, { temperature: 0, maxTokens: 30 }) === completion,
  );
  return right.length / rows.length;
}
