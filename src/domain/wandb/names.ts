import { createHash } from 'node:crypto';
import { TrackingError } from '../tracking/types.ts';

/** W&B's cloud. */
export const DEFAULT_BASE_URL = 'https://api.wandb.ai';

/** Where people look at what is at `baseUrl`, without a slash at the end: W&B's own rule (`util.api_to_app_url`). */
export function appUrl(baseUrl: string): string {
  const url = baseUrl.replace(/\/+$/, '');
  if (url.includes('://api.wandb.test')) return url.replace('://api.', '://app.');
  if (url.includes('://api.wandb.')) return url.replace('://api.', '://');
  return url.replace('://api.', '://app.');
}

interface RunPath {
  readonly entity: string;
  readonly project: string;
  readonly runId: string;
}

export function runUrl(app: string, { entity, project, runId }: RunPath): string {
  return `${app}/${[entity, project, 'runs', runId].map(encodeURIComponent).join('/')}`;
}

/** `entity/project/name:alias`, and a file of it after `#`. */
export interface ArtifactPath {
  readonly entity: string;
  readonly project: string;
  readonly name: string;
  /** `latest` unless one is named. */
  readonly alias: string;
  /** Null for the only data file. */
  readonly file: string | null;
}

/** Throws TrackingError for what is none. */
export function readArtifactPath(text: string): ArtifactPath {
  const match = /^([^/\s:#]+)\/([^/\s:#]+)\/([^/\s:#]+)(?::([^/\s:#]+))?(?:#(.+))?$/.exec(text.trim());
  const [, entity, project, name, alias, file] = match ?? [];
  if (entity === undefined || project === undefined || name === undefined) {
    throw new TrackingError(
      'settings',
      `“${text}” names no artifact.`,
      'Write entity/project/name:alias, such as team/nda/train-data:latest; #FILE chooses one of its files.',
    );
  }
  return { entity, project, name, alias: alias ?? 'latest', file: file ?? null };
}

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

/** The letters a to z and digits of a text, lowercase, with one dash for what is between them. */
export const plainSlug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/** What is more than a separator and has no place in a slug: letters with accents or of other scripts, emoji. */
const LOST = /(?![a-z0-9])[\p{L}\p{M}\p{N}\p{So}]/u;
/** Hexadecimal digits that distinguish names whose slugs would be one. */
const DIGITS = 6;

interface SlugOptions {
  /** For a name that has nothing a slug could be made of. */
  readonly fallback?: string;
  /** Characters; a slug that would have more is cut. */
  readonly most?: number;
}

/**
 * A name as it stands in a file or an artifact: `D&D characters` is `d-d-characters`. One that loses letters ends in
 * digits of a hash of the name, as otherwise all names of another script would be one: `日本` is `project-cf2abf`.
 */
export function slugOf(
  name: string,
  { fallback = 'project', most = Number.POSITIVE_INFINITY }: SlugOptions = {},
): string {
  const whole = name.normalize('NFC').trim();
  const lower = whole.toLowerCase();
  const plain = plainSlug(whole);
  const lost = LOST.test(lower) || (plain === '' && whole !== '') || plain.length > most;
  if (!lost) return plain || fallback;
  const stem = (plain || fallback).slice(0, most - DIGITS - 1).replace(/-+$/, '');
  return `${stem}-${createHash('sha256').update(whole).digest('hex').slice(0, DIGITS)}`;
}
