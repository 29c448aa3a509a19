import type { ChatMessage } from '../../domain/chat/types.ts';
import { canonicalJson } from '../../domain/common/json.ts';
import { rowId } from '../../domain/dataset/row.ts';
import { teacherMessages } from '../../domain/template/prompt.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import type { PlannedCell } from '../completions/arriving.ts';
import type { RequestParameters } from '../completions/requests.ts';

/** Identities kept of a template, some 200 bytes each: of as many combinations as a quote looks up. */
const MOST_KEPT = 20_000;

interface Kept {
  readonly shape: string;
  readonly ids: Map<string, string>;
}

/** Of each template those of the newest model and settings: the quote, the run and the file of one plan each ask for the same. */
const kept = new WeakMap<Template, Kept>();

function keptOf(template: Template, shape: string): Kept['ids'] {
  const before = kept.get(template);
  if (before?.shape === shape) return before.ids;
  const ids = new Map<string, string>();
  kept.set(template, { shape, ids });
  return ids;
}

/**
 * Gives of each combination the row that comes of it, by what its teacher is sent; `messages` are that, where they are made for
 * something else as well.
 */
export function planner(
  template: Template,
  { model, ...parameters }: RequestParameters,
): (cell: Cell, messages?: readonly ChatMessage[]) => PlannedCell {
  const ids = keptOf(template, canonicalJson({ model, parameters }));
  return (cell, messages) => {
    const key = JSON.stringify(cell);
    const before = ids.get(key);
    if (before !== undefined) return { id: before, cell, model };
    const id = rowId({ model, messages: messages ?? teacherMessages(template, cell), parameters, cell });
    if (ids.size < MOST_KEPT) ids.set(key, id);
    return { id, cell, model };
  };
}
