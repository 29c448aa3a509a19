/** A model of the Hub as a person names it. */
export interface HubModelName {
  /** `ORG/NAME`, or one word for the few models without an owner. */
  readonly id: string;
  /** A branch, a tag or a commit; null: the main branch. */
  readonly revision: string | null;
}

/** The Hub's own rule: words of letters, digits, `_`, `-` and `.`, none of which begins or ends with `-` or `.`. */
const WORD = /^\w(?:[\w.-]*\w)?$/;
const REVISION = /^[\w][\w./-]*$/;

/** Whether the Hub may have a model of this name. */
export function isHubId(id: string): boolean {
  const words = id.split('/');
  return words.length <= 2 && words.every((word) => WORD.test(word) && !word.includes('--') && !word.includes('..'));
}

/** Reads `ORG/NAME` or `ORG/NAME@REVISION`, a web address of one as well; null for what is neither. */
export function readHubName(typed: string): HubModelName | null {
  const [, id = '', revision = null] =
    /^(?:https:\/\/huggingface\.co\/)?([^@]+?)\/?(?:@(.+))?$/.exec(typed.trim()) ?? [];
  if (!isHubId(id) || (revision !== null && (!REVISION.test(revision) || revision.includes('..')))) return null;
  return { id, revision };
}

/** A folder's name for a model; the Hub has no id with two dashes, so that this can be read back. */
export const folderOfId = (id: string): string => id.replace('/', '--');
export const idOfFolder = (name: string): string => name.replace('--', '/');
