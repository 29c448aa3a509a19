import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliasOf, artifactName, keyPart, runId, slugOf, tagsOf } from '../../../src/domain/wandb/names.ts';

describe('names', () => {
  it('keep what W&B allows and replace the rest', () => {
    expect(artifactName('train-file_1.v2')).toBe('train-file_1.v2');
    expect(artifactName('D&D / élves')).toBe('D_D____lves');
    expect(runId('ftjob-abc_1.2')).toBe('ftjob-abc_1.2');
    expect(runId('eval:a/b?c d')).toBe('eval-a-b-c-d');
    expect(aliasOf('ft:gpt 4o/x')).toBe('ft-gpt-4o-x');
    expect(keyPart('valid.loss/é')).toBe('valid_loss__');
    expect(slugOf('D&D characters!')).toBe('d-d-characters');
  });

  it('of projects stay different though their letters cannot stand in a file', () => {
    expect(slugOf('NDA clauses')).toBe('nda-clauses');
    expect(slugOf('C++ / C')).toBe('c-c');
    expect(slugOf('日本')).toMatch(/^project-[0-9a-f]{6}$/);
    expect(slugOf('日本')).not.toBe(slugOf('中国'));
    expect(slugOf('Élan')).toMatch(/^lan-[0-9a-f]{6}$/);
    expect(slugOf('Élan')).not.toBe(slugOf('Ölan'));
    expect(slugOf('Cats 🐱')).not.toBe(slugOf('Cats 🐶'));
    // The same letters, composed or not.
    expect(slugOf('E\u0301lan')).toBe(slugOf('\u00c9lan'));
    expect(slugOf('!!!')).not.toBe(slugOf('???'));
    expect(slugOf(' ')).toBe('project');
    expect(slugOf('', { fallback: 'dataset' })).toBe('dataset');
    const long = slugOf('x'.repeat(70), { most: 60 });
    expect(long).toHaveLength(60);
    expect(long).not.toBe(slugOf('x'.repeat(71), { most: 60 }));
  });

  it('are never empty, never too long, and stay when they are made again', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(text, (name) => {
        expect(artifactName(name)).toMatch(/^[a-zA-Z0-9_\-.]{1,128}$/);
        expect(runId(name)).toMatch(/^[^:;,#?/'\s]{1,128}$/);
        expect(aliasOf(name)).toMatch(/^[^:/\s]{0,128}$/);
        expect(keyPart(name)).toMatch(/^[^./]+$/);
        expect(slugOf(name)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        for (const make of [artifactName, runId, aliasOf, keyPart, slugOf]) expect(make(make(name))).toBe(make(name));
      }),
    );
  });

  it('of tags are there once, without white space around them and at most 64 characters long', () => {
    expect(tagsOf(['a', null, ' a ', '', '  ', 'b'])).toEqual(['a', 'b']);
    expect(tagsOf(['x'.repeat(70)])).toEqual(['x'.repeat(64)]);
  });
});
