import { TrackingError } from './errors.ts';

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
