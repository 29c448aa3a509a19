import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { artifactDigest, clientId, contentDigest } from '../../../src/domain/wandb/run-log.ts';

function digestOf(...pieces: readonly (string | Uint8Array)[]): string {
  const digest = contentDigest();
  for (const piece of pieces) digest.update(piece);
  return digest.digest();
}

/** All constants are what W&B's own client (0.30.0) gives for the same bytes. */
describe('digests', () => {
  it('of a file are the base64 of its MD5', () => {
    expect(digestOf('{"messages":[]}\n')).toBe('IHmZBXrwFVaoFoFwDaLWpg==');
    expect(digestOf('{}')).toBe('mZFLkyvTelC5g8XnyQrpOw==');
    expect(digestOf()).toBe('1B2M2Y8AsgTpgAmY7PhCfg==');
    expect(digestOf('é漢')).toBe('hFtJRMj1RrCeedq8ftIDtg==');
  });

  it('do not depend on the pieces a file comes in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => {
        expect(digestOf(...pieces)).toBe(digestOf(Buffer.concat(pieces)));
      }),
    );
  });

  it('of an artifact cover each path with its content, in the order of the paths', () => {
    const table = 'lYmT6N847yqm96a3e6JXuA==';
    const both = [
      { path: 'file-1.table.json', digest: table },
      { path: 'file-1', digest: 'IHmZBXrwFVaoFoFwDaLWpg==' },
    ];
    expect(artifactDigest(both)).toBe('80bb82c7b57c0dbea3868068436a06f9');
    expect(artifactDigest([{ path: 'train_data.table.json', digest: table }])).toBe('69e7e72921576d836fe2819b731471b9');
    expect(artifactDigest([{ path: 'model_metadata.json', digest: 'mZFLkyvTelC5g8XnyQrpOw==' }])).toBe(
      'cfdb80612ed09a495e7b369452c2a99d',
    );
    expect(artifactDigest([])).toBe('64e7c61456b10382e2f3b571ac24b659');
    const unlike = Object.entries({ 'b.txt': '1', 'a/é.txt': '2', 'a.txt': '', Z: '3' });
    expect(artifactDigest(unlike.map(([path, text]) => ({ path, digest: digestOf(text) })))).toBe(
      '795cf075bbd06a4d5d736e08b5448a8b',
    );
  });

  it('name a version and its sequence by what they are, in 128 characters', () => {
    expect(clientId('version', 'run', 'data', 'aa')).toMatch(/^[0-9a-f]{128}$/);
    expect(clientId('version', 'run', 'data', 'aa')).toBe(clientId('version', 'run', 'data', 'aa'));
    const names = [['a', 'b'], ['ab'], ['a', '', 'b'], ['a"', 'b']].map((parts) => clientId(...parts));
    expect(new Set(names).size).toBe(names.length);
  });
});
