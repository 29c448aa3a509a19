/** Names as W&B allows them. */

const MOST_CHARACTERS = 128;
const MOST_IN_A_TAG = 64;

/** An artifact's name: letters, digits, `_`, `-` and `.`; at most 128 (the official integration's rule). */
export const artifactName = (name: string): string =>
  name.replace(/[^a-zA-Z0-9_\-.]/g, '_').slice(0, MOST_CHARACTERS) || '_';

/** A run's id: none of `:;,#?/'` nor white space, at most 128 characters. */
export const runId = (id: string): string => id.replace(/[^a-zA-Z0-9_\-.]/g, '-').slice(0, MOST_CHARACTERS) || '-';

/** An alias has no `:` and no `/`. */
export const aliasOf = (name: string): string => name.replace(/[:/\s]/g, '-').slice(0, MOST_CHARACTERS);

/** A tag has 1 to 64 characters; empty ones are left out, and each is there once. */
export const tagsOf = (tags: readonly (string | null)[]): readonly string[] => [
  ...new Set(tags.flatMap((tag) => (tag === null || tag.trim() === '' ? [] : [tag.trim().slice(0, MOST_IN_A_TAG)]))),
];

/** A part of a metric's key: a dot would nest it, a slash group it, and a colon mean an alias in an artifact's path. */
export const keyPart = (name: string): string => name.replace(/[^a-zA-Z0-9_-]/g, '_') || '_';

/** A name as it stands in a file or an artifact: `D&D characters` is `d-d-characters`. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'project';
