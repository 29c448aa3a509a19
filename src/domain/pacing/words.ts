import { count } from '../text/format.ts';
import { redactKeys, sanitizeLine } from '../text/sanitize.ts';
import type { Standing, Wait } from './pacer.ts';

const PERIOD: ReadonlyMap<number, string> = new Map([
  [1000, 'second'],
  [60_000, 'minute'],
  [3_600_000, 'hour'],
  [86_400_000, 'day'],
]);

/** `12 s`, `4 min`, `5 h 12 min` */
function spanText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const LONGEST_SAID = 80;

/** ` (it says: Too many requests)`; empty for no words. */
function saidText(message: string): string {
  const words = [
    ...sanitizeLine(redactKeys(message.slice(0, 1000)))
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replace(/\.$/, ''),
  ];
  if (words.length === 0) return '';
  return ` (it says: ${words.length > LONGEST_SAID ? `${words.slice(0, LONGEST_SAID).join('')}…` : words.join('')})`;
}

/** `its limit is 1,200 calls a minute`, or what is known instead. */
function limitText(standing: Standing | null): string {
  if (standing === null) return 'it fails, and one call tries it then';
  const { unit, limit, perMinute, refusal } = standing;
  if (limit !== null) return `its limit is ${count(limit.units)} ${unit} a ${PERIOD.get(limit.periodMs) ?? 'minute'}`;
  if (refusal !== null) return `it has let nothing through yet${saidText(refusal)}`;
  if (perMinute === null || perMinute < 1) return 'it asked for a pause';
  return `about ${count(Math.round(perMinute))} ${unit} a minute pass there`;
}

/** `waiting 12 s for api.x.com: its limit is 1,200 calls a minute` */
export const waitText = ({ ms }: Wait, place: string, standing: Standing | null): string =>
  `waiting ${spanText(ms)} for ${place}: ${limitText(standing)}`;

/** The same where nobody waits for so long: a sentence. */
export const closedText = ({ ms }: Wait, place: string, standing: Standing | null): string =>
  `${place} lets no more calls pass for ${spanText(ms)}: ${limitText(standing)}.`;
