/** Characters before the cursor that are looked at: no slot has a longer name. */
const MOST_NAME = 200;

export interface SlotCompletion {
  /** What was typed behind the brace. */
  readonly typed: string;
  /** Names of slots that begin with it, in the order of the slots. */
  readonly names: readonly string[];
}

/** The slots that fit an open `{` before the cursor; null where there is none, as after `{{`, which is no slot. */
export function slotCompletion(text: string, cursor: number, names: readonly string[]): SlotCompletion | null {
  const before = text.slice(Math.max(0, cursor - MOST_NAME), cursor);
  const open = /(?<!\{)\{([^{}\n]*)$/.exec(before);
  const typed = open?.[1];
  if (typed === undefined) return null;
  const fitting = names.filter((name) => name.startsWith(typed));
  return fitting.length === 0 ? null : { typed, names: fitting };
}
