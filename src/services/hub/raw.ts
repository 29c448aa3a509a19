import { z } from 'zod';
import { formatOfName } from '../readers/format.ts';
import { HubFault } from './faults.ts';
import type { HubClient } from './http.ts';

const treeSchema = z.array(z.object({ type: z.string(), path: z.string() }));

export interface Wanted {
  readonly id: string;
  readonly config: string | null;
  readonly split: string | null;
}

/**
 * Files of the repository itself that hold the wanted rows, by their names: in a folder called as the config, and named
 * by the split. Throws HubFault when there are none.
 */
export async function rawFiles(
  client: HubClient,
  endpoint: string,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<readonly URL[]> {
  const { id, config, split } = wanted;
  const tree = await client.json(
    new URL(`${endpoint}/api/datasets/${id}/tree/main?recursive=true`),
    treeSchema,
    id,
    signal,
  );
  const data = tree.filter(({ type, path }) => type === 'file' && formatOfName(path) !== null);
  const ofConfig = data.filter(({ path }) => config === null || config === 'default' || wordsIn(path).includes(config));
  const chosen = ofConfig.filter(({ path }) => split === null || isOfSplit(path, split));
  if (chosen.length === 0) {
    const what = `The dataset ${id} has no data that can be read without running its script.`;
    throw new HubFault('script', what, 'Load it elsewhere, save it as Parquet, JSONL or CSV, and import that file.');
  }
  return chosen.map(
    ({ path }) =>
      new URL(`${endpoint}/datasets/${id}/resolve/main/${path.split('/').map(encodeURIComponent).join('/')}`),
  );
}

/** The folders of a path, and its file's name without the ending. */
const wordsIn = (path: string): readonly string[] => path.replace(/\.[^./]+$/, '').split('/');

/** `train.tsv`, `train-00000-of-00001.jsonl`, `my_train.csv` or a file in a folder `train`. */
function isOfSplit(path: string, split: string): boolean {
  return wordsIn(path).some((word) => word === split || word.split(/[-_.]/).includes(split));
}
