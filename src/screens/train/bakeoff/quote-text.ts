import type { BakeoffQuote, TargetQuote } from '../../../app/bakeoff/quote.ts';
import { wrapped } from '../../../components/text/wrapped.ts';
import { differingSettings } from '../../../domain/bakeoff/target.ts';
import { count, formatUsd, plural } from '../../../domain/text/format.ts';

export interface QuoteRoom {
  readonly width: number;
  readonly rows: number;
}

/** Each target with its price or that it is unknown, the sum, and what is measured; the sum stays where there are too many for the room. */
export function quoteText(quote: BakeoffQuote, { width, rows }: QuoteRoom): readonly string[] {
  const { targets, knownUsd, unknown, measuring, warnings } = quote;
  const calls = `${plural(measuring.calls, 'call')}, ${measuring.upToUsd === null ? 'price unknown' : `up to ${formatUsd(measuring.upToUsd)}`}`;
  const end = [
    ' ',
    `Training: ${formatUsd(knownUsd)}${unknown === 0 ? '' : ` and ${plural(unknown, 'target')} of unknown price`}.`,
    `Measuring: ${calls}.`,
    ...warnings,
  ].flatMap((line) => wrapped(line, width));
  return [...targetLines(targets, { width, rows: rows - end.length }), ...end];
}

function targetLines(targets: readonly TargetQuote[], { width, rows }: QuoteRoom): readonly string[] {
  const names = namesOf(targets);
  const priced = targets.map(({ costUsd, refusal }, place) =>
    wrapped(
      `${place + 1}  ${refusal === null ? formatUsd(costUsd) : `refused: ${refusal}`}  ${names.each[place] ?? ''}`.trimEnd(),
      width,
    ),
  );
  const head = names.all === null ? [] : wrapped(names.all, width);
  const whole = [...head, ...priced.flat()];
  if (whole.length <= rows) return whole;
  const shown = [...head];
  let left = targets.length;
  for (const lines of priced) {
    if (shown.length + lines.length >= rows && left < targets.length) break;
    shown.push(...lines);
    left -= 1;
  }
  return left === 0 ? shown : [...shown, `… and ${count(left)} more, all in the sum`];
}

/** What targets are called: what they share once, for all of them, and by each what it has of its own. */
function namesOf(targets: readonly TargetQuote[]): { readonly all: string | null; readonly each: readonly string[] } {
  const places = targets.map(({ target }) => `${target.providerId}:${target.model}`);
  const settings = differingSettings(targets.map(({ target }) => target));
  const [first] = places;
  if (targets.length > 1 && first !== undefined && places.every((place) => place === first))
    return { all: `${first}, each with`, each: settings };
  const each = places.map((place, index) => [place, settings[index] ?? ''].filter((part) => part !== '').join(', '));
  return { all: null, each };
}
