import { describe, expect, it } from 'vitest';
import { restOf } from '../../../src/components/tracking/line.tsx';
import { LOOK_COLUMNS, linkOf, type Tracked, trackedCell } from '../../../src/components/tracking/words.ts';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';
import { asciiSymbols, unicodeSymbols } from '../../../src/theme/symbols.ts';
import { LINK, stateOf, syncOf } from './support.ts';

const NOTHING: Tracked = { state: null, live: null };
const HERE: Tracked = { state: stateOf(), live: null };
const PARTLY: Tracked = { state: stateOf({ sync: 'partial', url: LINK }), live: null };
const SYNCED: Tracked = { state: stateOf({ sync: 'synced', url: LINK }), live: null };
const GOING: Tracked = { state: stateOf(), live: syncOf({}, { fraction: 0.456 }) };
const READING: Tracked = { state: null, live: syncOf({ doing: 'reads the training file', totalBytes: 0 }) };
const ALL = [NOTHING, HERE, PARTLY, SYNCED, GOING, READING];

describe('how a run stands', () => {
  it('is a sign and a word, what goes on before what is there, in the columns of its cell', () => {
    const cells = ALL.map((tracked) => trackedCell(tracked, unicodeSymbols).text);
    expect(cells).toEqual(['—', '○ here', '◐ partly', '✓ synced', '… 45%', '… busy']);
    for (const symbols of [unicodeSymbols, asciiSymbols])
      for (const tracked of ALL)
        expect(displayWidth(trackedCell(tracked, symbols).text)).toBeLessThanOrEqual(LOOK_COLUMNS);
  });

  it('goes on with the link, the folder or what is done now, and with the key', () => {
    const rest = (tracked: Tracked, whyNot: string | null = null): string =>
      restOf(tracked, whyNot, 140, unicodeSymbols).text;
    expect(ALL.map((tracked) => rest(tracked))).toEqual([
      'not sent yet: w sends it',
      `on this machine: ${stateOf().folder}  w sends it`,
      `${LINK}  Y copies  w sends the rest`,
      `${LINK}  Y copies`,
      'sends history  1.2 MB of 3.4 MB',
      'reads the training file',
    ]);
    expect(rest(NOTHING, 'tracking is disabled: Settings (8)')).toBe('tracking is disabled: Settings (8)');
    expect(rest(HERE, 'it is gone')).not.toContain('w sends');
  });

  it.each([46, 64, 100])('fits in %d columns, both ends of a link in sight', (room) => {
    for (const tracked of ALL)
      expect(displayWidth(restOf(tracked, null, room, unicodeSymbols).text)).toBeLessThanOrEqual(room);
    expect(restOf(SYNCED, null, room, unicodeSymbols).text).toMatch(/^https:\/\/.*oPq/);
  });

  it('has the link of what goes on before the one that is kept', () => {
    expect(ALL.map(linkOf)).toEqual([null, null, LINK, LINK, null, null]);
    expect(linkOf({ ...GOING, live: syncOf({ url: LINK }) })).toBe(LINK);
  });

  it('has the tone of a warning while the tracker cannot be reached', () => {
    const problem = { what: 'W&B cannot be reached.', saved: 'all', next: 'wait' };
    const waiting = { state: null, live: syncOf({ doing: 'tries again in 8 s', totalBytes: 0 }, { problem }) };
    expect(trackedCell(waiting, unicodeSymbols).tone).toBe('warn');
    expect(restOf(waiting, null, 40, unicodeSymbols)).toEqual({ text: 'tries again in 8 s', tone: 'warn' });
  });
});
