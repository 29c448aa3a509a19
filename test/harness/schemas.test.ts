import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, it } from 'vitest';
import { schemasAtFirstUse } from '../../bin/schemas.js';

const folder = mkdtempSync(join(tmpdir(), 'luthier-schemas-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = `
  import * as z from 'zod';

  export const made: string[] = [];
  const note = (name: string): string => { made.push(name); return name; };

  const slotSchema = z.object({ name: z.string().min(1), [note('slot')]: z.exactOptional(z.array(z.string())) });
  const kindSchema = z.discriminatedUnion('kind', [z.object({ kind: z.literal(note('all')) }), z.object({ kind: z.literal('first'), count: z.number() })]);
  export const rowSchema: z.ZodType<{ kind: unknown }> = z.object({ slots: z.array(slotSchema), kind: kindSchema.optional(), [note('row')]: z.string().default('x') });
  const never = z.object({ [note('never')]: z.string() });


  export const parsed = () => rowSchema.safeParse({ slots: [{ name: 'race', slot: ['elf'] }], kind: { kind: 'first', count: 2 } });
  export const refused = () => rowSchema.safeParse({ slots: [{ name: '' }], kind: { kind: 'none' } }).error?.issues.map(({ path, code }) => [path.join('.'), code]);
  export const looks = () => ({
    isSchema: rowSchema instanceof z.ZodType, keys: slotSchema.keyof().options, strict: slotSchema.strict().safeParse({ name: 'a', b: 1 }).success,
    extended: slotSchema.extend({ more: z.number() }).parse({ name: 'a', more: 1 }), inUnion: z.union([z.number(), slotSchema]).parse({ name: 'b' }),
  });
  export const storedSchema = rowSchema.transform((row) => ({ ...row, [note('stored')]: true }));
  const shape = { more: z.number().catch(() => (note('more'), 0)) };
  export const kinds = { own: z.object({ [note('own')]: z.string(), ...shape }) };
  export const inKinds = () => [kinds.own.safeParse({ own: 'a' }), storedSchema.safeParse({ slots: [] })];
  export const within = () => { const inner = z.string().min(2); return [inner.safeParse('a').success, typeof inner.parse]; };
  export const unused = () => never;
  export const atFirst = [...made];
  const read = z.string().parse('read');
  const options = z.enum(['a', 'b']).options;
  export const plainly = [typeof read, Array.isArray(options)];
`;

/** The module as a bundle has it. */
async function bundled(name: string, plugins: (typeof schemasAtFirstUse)[]) {
  const source = join(folder, 'src');
  mkdirSync(source, { recursive: true });
  const input = join(source, 'program.ts');
  writeFileSync(input, PROGRAM);
  const alias = { zod: fileURLToPath(import.meta.resolve('zod')) };
  const made = await rolldown({ input, platform: 'node', resolve: { alias }, plugins });
  const file = join(folder, `${name}.mjs`);
  await made.write({ file, format: 'esm' });
  await made.close();
  return import(pathToFileURL(file).href);
}

describe('a bundle that makes schemas at their first use', () => {
  it('reads and refuses what it does without, and makes none before', async () => {
    const [plain, lazy] = [await bundled('plain', []), await bundled('lazy', [schemasAtFirstUse])];
    expect(plain.atFirst).toEqual(['slot', 'all', 'row', 'never', 'own']);
    expect(lazy.atFirst).toEqual([]);
    expect(lazy.parsed()).toEqual(plain.parsed());
    expect(lazy.parsed().success).toBe(true);
    expect(lazy.refused()).toEqual(plain.refused());
    expect(lazy.looks()).toEqual(plain.looks());
    expect(lazy.inKinds()).toEqual(plain.inKinds());
    expect(lazy.within()).toEqual(plain.within());
    expect(lazy.plainly).toEqual(['string', true]);
    expect(lazy.made).not.toContain('never');
  });
});
