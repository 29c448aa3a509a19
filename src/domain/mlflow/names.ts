/** Limits of MLflow's server (mlflow/utils/validation.py), in characters. */
export const MOST = { key: 250, param: 6000, tag: 5000 } as const;

/** What one call of `runs/log-batch` takes. */
export const MOST_IN_BATCH = { metrics: 1000, params: 100, tags: 100 } as const;

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** A name a parameter, a metric or a tag can have: letters, digits, `_ - . /` and blanks, and the same when read as a path. */
function plainName(name: string): string {
  const parts = name
    .replace(/[^A-Za-z0-9_\-./ ]/g, '_')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (/^\.+$/.test(part) ? part.replaceAll('.', '_') : part));
  return parts.join('/') || '_';
}

/** The same names such as MLflow takes them, none twice. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = plainName(name);
    let free = plain.slice(0, MOST.key);
    for (let next = 2; taken.has(free); next += 1) free = `${plain.slice(0, MOST.key - 8)}_${next}`;
    taken.add(free);
    return free;
  });
}

/** One part of an artifact's path that every store takes. */
export const fileNameOf = (name: string): string => {
  const plain = name.replace(/[^A-Za-z0-9_\-.]/g, '_').slice(0, 180);
  return /^\.*$/.test(plain) ? `_${plain.replaceAll('.', '_')}` : plain;
};

/** A server, and what `artifact_uri` of one of its runs says of where its files go. */
export function proxiedFolder(artifactUri: string, baseUrl: string): string | null {
  const uri = URL.parse(artifactUri);
  if (uri?.protocol !== 'mlflow-artifacts:') return null;
  // With a host in it, another server keeps the files; the key is not for that one.
  if (uri.host !== '' && uri.host !== URL.parse(baseUrl)?.host) return null;
  return uri.pathname.replace(/^\/+|\/+$/g, '');
}

/** The page of a run. */
export const runPage = (baseUrl: string, experimentId: string, runId: string): string =>
  `${baseUrl}/#/experiments/${encodeURIComponent(experimentId)}/runs/${encodeURIComponent(runId)}`;
