import { failed, type Outcome, ok } from '../common/outcome.ts';
import { TrackingError } from '../tracking/types.ts';
import { readArtifactPath } from '../wandb/names.ts';
import type { ImportSource } from './records.ts';

const HUB = /^(?:hf:(?:\/\/)?(?:datasets\/)?|https:\/\/huggingface\.co\/datasets\/)/;
/** Names of the Hub: letters, digits, `-`, `_` and `.`, 96 at most. An old dataset may have no owner. */
const HUB_ID = /^[A-Za-z0-9][\w.-]{0,95}(?:\/[A-Za-z0-9][\w.-]{0,95})?$/;

/** `wandb:entity/project/name:alias#file`, or the same after W&B's own `wandb-artifact://`. */
const ARTIFACT = /^(?:wandb:(?:\/\/)?|wandb-artifact:\/\/)/;

/** What a person types as a source: `hf:owner/name`, a dataset's page on the Hub, `wandb:entity/project/name:alias`, or a path. */
export function parseSource(text: string): Outcome<ImportSource> {
  const typed = text.trim();
  const saved = 'Nothing was changed.';
  if (typed === '')
    return failed({
      what: 'There is no source.',
      saved,
      next: 'Give a path, hf:owner/name or wandb:entity/project/name:alias.',
    });
  const artifact = ARTIFACT.exec(typed)?.[0];
  if (artifact !== undefined) return artifactSource(typed.slice(artifact.length));
  const prefix = HUB.exec(typed)?.[0];
  if (prefix === undefined) return ok({ kind: 'file', path: typed });
  const id = typed
    .slice(prefix.length)
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '');
  if (HUB_ID.test(id)) return ok({ kind: 'hub', id, config: null, split: null });
  const next = 'Write hf:owner/name, as on the page of the dataset.';
  return failed({ what: `${id} is no name of a dataset.`, saved, next });
}

function artifactSource(path: string): Outcome<ImportSource> {
  try {
    readArtifactPath(path);
    return ok({ kind: 'wandb', path });
  } catch (error) {
    if (!(error instanceof TrackingError)) throw error;
    return failed({ what: error.message, saved: 'Nothing was changed.', next: error.next });
  }
}

/** A source in the words a person would type. */
export function sourceLabel(source: ImportSource): string {
  if (source.kind === 'file') return source.path;
  if (source.kind === 'wandb') return `wandb:${source.path}`;
  const parts = [source.config, source.split].filter((part) => part !== null);
  return [`hf:${source.id}`, ...parts].join(' ');
}
