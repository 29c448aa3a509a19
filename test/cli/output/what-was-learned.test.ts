import { describe, expect, it } from 'vitest';
import { describeLearned } from '../../../src/cli/output/what-was-learned.ts';

const ROWS = ['Name: Ada\nPet: an owl: white', 'Name: Bo\nPet: a cat', 'Name: Cy\nPet: a fox\nNote: x'];
const VALUES = { race: 'mermaid', pet: 'crab' };

describe('what one answer shows of a training', () => {
  it('counts the values named and the headings all rows share, for both models', () => {
    const text = describeLearned(ROWS, {
      values: VALUES,
      base: 'About “mermaid” again. Name: none.',
      tuned: 'Name: Di\nPet: a crab of a Mermaid',
    });
    expect(text).toContain('Asked for 2 values no row has, the tuned model names 2 (the base: 1)');
    expect(text).toContain('has 2 of the 2 headings that all rows share (the base: 0)');
    expect(text).toContain('One answer after 3 rows');
  });

  it('speaks of no headings where the rows share none', () => {
    const text = describeLearned(['A tale.', 'Name: Bo'], { values: VALUES, base: '', tuned: '' });
    expect(text).toContain('the tuned model names 0 (the base: 0). One answer after 2 rows');
    expect(text).not.toContain('heading');
  });
});
