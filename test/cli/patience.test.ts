import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../src/cli/output/output.ts';
import { connectionOf, waitTeller } from '../../src/cli/patience.ts';
import { UNWATCHED } from '../../src/services/http/waits.ts';
import { temporaryHome } from '../services/store/sample.ts';

function terminal(isTTY: boolean, json = false) {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({
    isTTY,
    columns: 120,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const output = createOutput({
    json,
    stdout: sink('out'),
    stderr: sink('err'),
    colour: { stdout: false, stderr: false },
  });
  return { output, written };
}

const at = (seconds: number) => ({ place: 'api.x.com', ms: seconds * 1000 });

describe('whom a command waits for', () => {
  it('is drawn in one place of a terminal, beside the bar, and taken away', () => {
    const { output, written } = terminal(true);
    const tell = waitTeller(output);
    tell(at(23));
    expect(written.err).toBe('\r\x1b[2Kwaiting for api.x.com, 23 s');
    output.progress({ label: 'generate', fraction: 0.5, text: '4 / 8', fields: {} });
    expect(written.err).toMatch(/generate waiting for api\.x\.com, 23 s · 4 \/ 8$/);
    tell(null);
    expect(written.err).toMatch(/generate 4 \/ 8$/);
  });

  it('is not drawn over an answer that streams', () => {
    const { output, written } = terminal(true);
    output.stream('Once upon');
    waitTeller(output)(at(23));
    expect(written.err).toBe('');
  });

  it('is a line where none can be drawn again, at 10 s and then at twice as long each time', () => {
    const { output, written } = terminal(false);
    const tell = waitTeller(output);
    for (let second = 5; second <= 45; second += 1) tell(at(second));
    expect(written.err.match(/waiting for api\.x\.com, \d+ s/g)).toEqual([
      'waiting for api.x.com, 10 s',
      'waiting for api.x.com, 20 s',
      'waiting for api.x.com, 40 s',
    ]);
  });

  it('is a record under --json', () => {
    const { output, written } = terminal(false, true);
    waitTeller(output)(at(12));
    expect(JSON.parse(written.out)).toEqual({ event: 'waiting', place: 'api.x.com', seconds: 12 });
  });
});

describe('the limits of a command', () => {
  const limits = (home: string, options = {}) => connectionOf(options, home, UNWATCHED).limits?.();

  it('are those of the settings, with those of the command line over them', () => {
    const home = temporaryHome();
    expect(limits(home)).toEqual({ firstMs: 60_000, betweenMs: 60_000, wholeMs: 600_000 });
    const saved = { firstMs: 5000, betweenMs: 6000, wholeMs: 7000 };
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ limits: saved }));
    expect(limits(home)).toEqual(saved);
    expect(limits(home, { timeoutFirst: 9, timeout: 30 })).toEqual({ ...saved, firstMs: 9000, wholeMs: 30_000 });
  });

  it('are the usual ones where those of the settings make no sense', () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ limits: { firstMs: 0, betweenMs: 1, wholeMs: 'x' } }));
    expect(limits(home)?.firstMs).toBe(60_000);
  });
});
