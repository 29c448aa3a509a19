import { HubFault } from './faults.ts';

/** A part of a dataset: its config and its split. */
export interface Part {
  readonly config: string;
  readonly split: string;
}

/**
 * The parts that are meant: of the named config, of the only one or of `default`, and of the named split or of all.
 * Throws HubFault that tells what there is to choose from.
 */
export function chooseParts<T extends Part>(
  parts: readonly T[],
  wanted: { readonly id: string; readonly config: string | null; readonly split: string | null },
): readonly T[] {
  const configs = [...new Set(parts.map(({ config }) => config))];
  const [only] = configs;
  const config = wanted.config ?? (configs.length === 1 && only !== undefined ? only : 'default');
  const ofConfig = parts.filter((part) => part.config === config);
  if (ofConfig.length === 0) {
    const what = wanted.config === null ? `${wanted.id} has several configs.` : `${wanted.id} has no config ${config}.`;
    throw new HubFault('missing', what, `Choose one of: ${listed(configs)}.`);
  }
  if (wanted.split === null) return ofConfig;
  const chosen = ofConfig.filter(({ split }) => split === wanted.split);
  if (chosen.length > 0) return chosen;
  const splits = [...new Set(ofConfig.map(({ split }) => split))];
  throw new HubFault('missing', `${wanted.id} has no split ${wanted.split}.`, `Choose one of: ${listed(splits)}.`);
}

const SHOWN = 20;
const listed = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more` : names.join(', ');
