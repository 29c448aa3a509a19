import { failed, type Outcome, ok } from '../common/outcome.ts';
import { TrackingError } from '../tracking/types.ts';
import { readArtifactPath } from '../wandb/names.ts';
import type { ImportSource } from './records.ts';

export type SourceKind = ImportSource['kind'];

/** A source of a kind, in the form by which the compiler ties it to the entry of its kind in a table. */
export type SourceOf<Kind extends SourceKind> = {
  readonly [K in Kind]: { readonly kind: K } & Extract<ImportSource, { readonly kind: K }>;
}[Kind];

interface SourceEntry<Source> {
  /** What a source of the kind begins with, as a person types it. */
  readonly prefix: RegExp;
  /** Reads what follows the prefix. */
  read(rest: string): Outcome<Source>;
  /** The source in the words a person would type. */
  label(source: Source): string;
}

/** Names of the Hub: letters, digits, `-`, `_` and `.`, 96 at most. An old dataset may have no owner. */
const HUB_ID = /^[A-Za-z0-9][\w.-]{0,95}(?:\/[A-Za-z0-9][\w.-]{0,95})?$/;

const UNCHANGED = 'Nothing was changed.';

/** Every kind, in the order in which prefixes are tried: a path begins with none of them. */
const SOURCES: { readonly [K in SourceKind]: SourceEntry<SourceOf<K>> } = {
  // `wandb:entity/project/name:alias#file`, or the same after W&B's own `wandb-artifact://`.
  wandb: {
    prefix: /^(?:wandb:(?:\/\/)?|wandb-artifact:\/\/)/,
    read(path) {
      try {
        readArtifactPath(path);
        return ok({ kind: 'wandb', path });
      } catch (error) {
        if (!(error instanceof TrackingError)) throw error;
        return failed({ what: error.message, saved: UNCHANGED, next: error.next });
      }
    },
    label: ({ path }) => `wandb:${path}`,
  },
  // `hf:owner/name`, or a dataset's page on the Hub.
  hub: {
    prefix: /^(?:hf:(?:\/\/)?(?:datasets\/)?|https:\/\/huggingface\.co\/datasets\/)/,
    read(rest) {
      const id = rest.replace(/[?#].*$/, '').replace(/\/+$/, '');
      if (HUB_ID.test(id)) return ok({ kind: 'hub', id, config: null, split: null });
      const next = 'Write hf:owner/name, as on the page of the dataset.';
      return failed({ what: `${id} is no name of a dataset.`, saved: UNCHANGED, next });
    },
    label: ({ id, config, split }) => [`hf:${id}`, ...[config, split].filter((part) => part !== null)].join(' '),
  },
  file: {
    prefix: /^/,
    read: (path) => ok({ kind: 'file', path }),
    label: ({ path }) => path,
  },
};

/** What a person types as a source. */
export function parseSource(text: string): Outcome<ImportSource> {
  const typed = text.trim();
  if (typed === '') {
    const next = 'Give a path, hf:owner/name or wandb:entity/project/name:alias.';
    return failed({ what: 'There is no source.', saved: UNCHANGED, next });
  }
  const { prefix, read } = Object.values(SOURCES).find((entry) => entry.prefix.test(typed)) ?? SOURCES.file;
  return read(typed.replace(prefix, ''));
}

/** A source in the words a person would type. */
export function sourceLabel<Kind extends SourceKind>(source: SourceOf<Kind>): string {
  return SOURCES[source.kind].label(source);
}
