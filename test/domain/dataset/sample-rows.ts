import type { Row } from '../../../src/domain/dataset/types.ts';
import type { Template } from '../../../src/domain/template/types.ts';

export const template: Template = {
  name: 'n',
  system: 'Be brief.',
  teacherPrompt: 'Write of {race} and {pet}.',
  studentPrompt: '{race}, {pet}',
  slots: [
    { name: 'race', values: ['elf', 'dwarf'] },
    { name: 'pet', values: ['owl', 'toad'] },
  ],
};

/** A finished, unrated row of an elf with an owl. */
export function row(change: Partial<Row> = {}): Row {
  return {
    id: 'r1',
    projectId: 'p',
    source: 'generated',
    cell: { race: 'elf', pet: 'owl' },
    prompt: null,
    completion: 'An Elf with an owl.',
    status: 'done',
    rating: 'unrated',
    edited: false,
    split: null,
    model: 'practice-writer',
    finishReason: 'stop',
    usage: null,
    costUsd: 0,
    error: null,
    createdAt: 1,
    updatedAt: 1,
    ...change,
  };
}
