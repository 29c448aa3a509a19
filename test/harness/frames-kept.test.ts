import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { type Plugin, rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framesKept, segmentersShared, textsMeasuredOnce, widthsMeasuredOnce } from '../../bin/plugins.js';

interface Frame {
  write(x: number, y: number, text: string, options: { readonly transformers: readonly never[] }): void;
  clip(clip: { readonly x1: number; readonly x2: number; readonly y1: number; readonly y2: number }): void;
  unclip(): void;
  get(): { readonly output: string; readonly height: number };
}

interface Drawing {
  readonly Output: new (size: { readonly width: number; readonly height: number }) => Frame;
  readonly stringWidth: (text: string, options?: { readonly ambiguousIsNarrow?: boolean }) => number;
}

const [WIDTH, HEIGHT] = [24, 6];
const folder = mkdtempSync(join(tmpdir(), 'luthier-frames-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (name: string): string => fileURLToPath(import.meta.resolve(name));

/** Ink's drawing as it comes, or as the build changes it. */
async function drawing(name: string, plugins: Plugin[]): Promise<Drawing> {
  const output = join(pathOf('ink'), '../output.js');
  const input = join(folder, `${name}.js`);
  writeFileSync(
    input,
    `export { default as Output } from ${JSON.stringify(output)}; export { default as stringWidth } from 'string-width';`,
  );
  const file = join(folder, `${name}.mjs`);
  const alias = { 'string-width': pathOf('string-width') };
  const made = await rolldown({ input, platform: 'node', resolve: { alias }, plugins });
  await made.write({ file, format: 'esm' });
  await made.close();
  return import(pathToFileURL(file).href);
}

const pieces = fc.constantFrom(
  'abc',
  ' ',
  '─',
  '│',
  '日本',
  '👩‍👩‍👧',
  'e\u0301',
  '\u200b',
  '\u0301',
  '\u001b[31m',
  '\u001b[39m',
  '\u001b[1m',
  '\u001b[22m',
  '\n',
);
const texts = fc.array(pieces, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(''));
const writes = fc.record({
  x: fc.integer({ min: -3, max: WIDTH }),
  y: fc.integer({ min: -2, max: HEIGHT }),
  text: texts,
  clip: fc.option(fc.record({ x1: fc.integer({ min: 0, max: 9 }), x2: fc.integer({ min: 5, max: WIDTH }) })),
});
/** Frames as an app makes them: many writes that are those of the frame before. */
const frames = fc
  .tuple(
    fc.array(writes, { minLength: 3, maxLength: 9 }),
    fc.array(fc.array(writes, { maxLength: 2 }), { maxLength: 5 }),
  )
  .map(([still, moving]) => moving.map((changed) => [...still, ...changed]));

type Write = typeof writes extends fc.Arbitrary<infer T> ? T : never;

function drawn({ Output }: Drawing, made: readonly Write[]): string {
  const frame = new Output({ width: WIDTH, height: HEIGHT });
  for (const { x, y, text, clip } of made) {
    if (clip !== null) frame.clip({ ...clip, y1: 1, y2: HEIGHT - 1 });
    frame.write(x, y, text, { transformers: [] });
    if (clip !== null) frame.unclip();
  }
  const { output, height } = frame.get();
  return `${height}\n${output}`;
}

describe('frames that keep what the one before had', () => {
  let plain: Drawing;
  let kept: Drawing;
  beforeAll(async () => {
    plain = await drawing('plain', []);
    kept = await drawing('kept', [framesKept, segmentersShared, textsMeasuredOnce, widthsMeasuredOnce]);
  });

  it('are those that Ink draws, to the byte', () => {
    fc.assert(
      fc.property(frames, (all) => {
        for (const made of all) expect(drawn(kept, made)).toBe(drawn(plain, made));
      }),
      { numRuns: 500 },
    );
  });

  it('measure as string-width does, the first time and again', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: 'grapheme' })), (text) => {
        const width = plain.stringWidth(text);
        expect([kept.stringWidth(text), kept.stringWidth(text)]).toEqual([width, width]);
        const wide = { ambiguousIsNarrow: false };
        expect(kept.stringWidth(text, wide)).toBe(plain.stringWidth(text, wide));
      }),
      { numRuns: 500 },
    );
  });
});
