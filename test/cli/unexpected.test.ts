import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { errorText, onUnexpected } from '../../src/app/runtime/errors.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { isUnexpected } from '../../src/domain/common/unexpected.ts';
import { temporaryHome } from '../services/store/sample.ts';

describe('an error nobody expected', () => {
  it('of a command is one sentence, its details are in the log', async () => {
    const home = temporaryHome();
    const stderr = new PassThrough();
    let said = '';
    stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const env = {
      LUTHIER_HOME: home,
      get OPENAI_BASE_URL(): string {
        throw new TypeError("Cannot read properties of undefined (reading 'x')");
      },
    };
    const surroundings = { stdin: new PassThrough(), stdout: new PassThrough(), stderr, env };
    const { signal } = new AbortController();
    expect(await buildProgram(surroundings, { signal, readerGone: signal }).run(['jobs'])).toBe(1);
    const path = join(home, 'log', 'luthier.log');
    expect(said).toBe(`✗ Luthier met an error it did not expect (TypeError).\n  Its details are in ${path}.\n`);
    expect(readFileSync(path, 'utf8')).toContain('Cannot read properties');
  });

  it('of an operation is one sentence, and is written down', () => {
    const written: Error[] = [];
    onUnexpected((error) => written.push(error));
    const parsed = z.object({ a: z.string() }).safeParse({ a: 1 });
    const faults = [parsed.error, new TypeError("Cannot read properties of undefined (reading 'x')")];
    expect(faults.map(errorText)).toEqual([
      'Luthier met an error it did not expect (ZodError). Its details are in the log.',
      'Luthier met an error it did not expect (TypeError). Its details are in the log.',
    ]);
    expect(written).toEqual(faults);
    onUnexpected(() => undefined);
  });

  it('is none that was made for a person', () => {
    expect(isUnexpected(new Error('There is no project x.'))).toBe(false);
    expect(errorText(new Error('There is no project x.'))).toBe('There is no project x.');
  });
});
