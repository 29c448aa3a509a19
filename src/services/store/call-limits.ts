import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, parseJson } from '../../domain/common/json.ts';
import { CALL_LIMITS, type CallLimits, isCallLimits } from '../../domain/provider/call-limits.ts';

/**
 * The limits of calls that the settings of a data folder have; the usual ones where there are none, or none that can be
 * read: what is wrong with the file is said where it is opened whole.
 */
export function savedCallLimits(home: string): CallLimits {
  const settings = parseJson(textOf(join(home, 'settings.json')));
  return isRecord(settings) && isCallLimits(settings.limits) ? settings.limits : CALL_LIMITS;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
