import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { errorText } from '../../operations/channel/problems.ts';

/** What is said on the plain terminal when there is no frame to say it in: what happened, what is safe, what to do. */
export function cannotStart(error: unknown, home: string): string {
  return [
    `luthier cannot start: ${sanitizeLine(errorText(error))}`,
    `Everything in ${sanitizeLine(home)} is as it was.`,
    'See that this folder can be read and written and that its disk has room, or set LUTHIER_HOME to another.',
    '',
  ].join('\n');
}
