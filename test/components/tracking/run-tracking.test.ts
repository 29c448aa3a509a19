import { describe, expect, it } from 'vitest';
import {
  type RunTracking,
  SYNC_LABEL_COLUMNS,
  syncTableCell,
  trackingPageUrl,
} from '../../../src/components/tracking/run-tracking.ts';
import { trackingText } from '../../../src/components/tracking/run-tracking-line.tsx';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';
import { asciiSymbols, unicodeSymbols } from '../../../src/theme/symbols.ts';
import { fakeSync, fakeTrackedState, LINK } from './support.ts';

const NOTHING: RunTracking = { state: null, live: null };
const HERE: RunTracking = { state: fakeTrackedState(), live: null };
const PARTLY: RunTracking = { state: fakeTrackedState({ sync: 'partial', url: LINK }), live: null };
const SYNCED: RunTracking = { state: fakeTrackedState({ sync: 'synced', url: LINK }), live: null };
const GOING: RunTracking = { state: fakeTrackedState(), live: fakeSync({}, { fraction: 0.456 }) };
const READING: RunTracking = { state: null, live: fakeSync({ doing: 'reads the training file', totalBytes: 0 }) };
const ALL = [NOTHING, HERE, PARTLY, SYNCED, GOING, READING];

describe('how a run stands', () => {
  it('is a sign and a word, what goes on before what is there, in the columns of its cell', () => {
    const cells = ALL.map((tracked) => syncTableCell(tracked, unicodeSymbols).text);
    expect(cells).toEqual(['—', '○ here', '◐ partly', '✓ synced', '… 45%', '… busy']);
    for (const symbols of [unicodeSymbols, asciiSymbols])
      for (const tracked of ALL)
        expect(displayWidth(syncTableCell(tracked, symbols).text)).toBeLessThanOrEqual(SYNC_LABEL_COLUMNS);
  });

  it('goes on with the link, the folder or what is done now, and with the key', () => {
    const rest = (tracked: RunTracking, whyNot: string | null = null): string =>
      trackingText(tracked, whyNot, 140, unicodeSymbols).text;
    expect(ALL.map((tracked) => rest(tracked))).toEqual([
      'not sent yet: w sends it',
      `on this machine: ${fakeTrackedState().folder}  w sends it`,
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
      expect(displayWidth(trackingText(tracked, null, room, unicodeSymbols).text)).toBeLessThanOrEqual(room);
    expect(trackingText(SYNCED, null, room, unicodeSymbols).text).toMatch(/^https:\/\/.*oPq/);
  });

  it('has the link of what goes on before the one that is kept', () => {
    expect(ALL.map(trackingPageUrl)).toEqual([null, null, LINK, LINK, null, null]);
    expect(trackingPageUrl({ ...GOING, live: fakeSync({ url: LINK }) })).toBe(LINK);
  });

  it('has the tone of a warning while the tracker cannot be reached', () => {
    const problem = { what: 'W&B cannot be reached.', saved: 'all', next: 'wait' };
    const waiting = { state: null, live: fakeSync({ doing: 'tries again in 8 s', totalBytes: 0 }, { problem }) };
    expect(syncTableCell(waiting, unicodeSymbols).tone).toBe('warn');
    expect(trackingText(waiting, null, 40, unicodeSymbols)).toEqual({ text: 'tries again in 8 s', tone: 'warn' });
  });
});
