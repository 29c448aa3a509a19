import type { BakeoffQuote, TargetQuote } from '../../../app/bakeoff/quote.ts';
import { differingSettings } from '../../../domain/bakeoff/target.ts';
import { formatUsd, plural } from '../../../domain/text/format.ts';

/** The sum, what is measured and what to know before, then each target with its price or that it is unknown: the question scrolls where they are many. */
export function quoteText(quote: BakeoffQuote): readonly string[] {
  const { targets, knownUsd, unknown, measuring, warnings } = quote;
  const calls = `${plural(measuring.calls, 'call')}, ${measuring.upToUsd === null ? 'price unknown' : `up to ${formatUsd(measuring.upToUsd)}`}`;
  return [
    `Training: ${formatUsd(knownUsd)}${unknown === 0 ? '' : ` and ${plural(unknown, 'target')} of unknown price`}.`,
    `Measuring: ${calls}.`,
    ...warnings,
    ' ',
    ...targetLines(targets),
  ];
}

function targetLines(targets: readonly TargetQuote[]): readonly string[] {
  const names = namesOf(targets);
  const priced = targets.map(({ costUsd, refusal }, place) =>
    `${place + 1}  ${refusal === null ? formatUsd(costUsd) : `refused: ${refusal}`}  ${names.each[place] ?? ''}`.trimEnd(),
  );
  return names.all === null ? priced : [names.all, ...priced];
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
