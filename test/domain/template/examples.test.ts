import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { latticeSize } from '../../../src/domain/lattice/lattice.ts';
import { parseTemplate } from '../../../src/domain/template/document.ts';
import { DND, DND_1296 } from '../../../src/domain/template/examples.ts';
import { findTemplateProblems } from '../../../src/domain/template/problems.ts';

const read = (name: string) => readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8');

describe('the example templates', () => {
  it.each([
    ['dnd.yaml', DND, 16n],
    ['dnd-1296.yaml', DND_1296, 1296n],
  ])('%s is what the app starts with, and sound', (file, template, cells) => {
    expect(parseTemplate(read(file), file)).toEqual({ ok: true, template });
    expect(findTemplateProblems(template)).toEqual([]);
    expect(latticeSize(template.slots)).toBe(cells);
  });

  it('ask the teacher for the four lines, and the student with the four words', () => {
    for (const line of ['Name:', 'Appearance:', 'Background:', 'Personality:', 'Race: {race}', '100 words']) {
      expect(DND.teacherPrompt).toContain(line);
    }
    expect(DND.studentPrompt).toBe('{race}, {class}, {weapon}, {pet}');
  });

  it('leave mermaid, monk, sling and crab for the tuned model to meet unseen', () => {
    expect(JSON.stringify(DND_1296)).not.toMatch(/mermaid|monk|sling|crab/);
  });
});
