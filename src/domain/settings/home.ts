import { join } from 'node:path';

/**
 * The folder everything of Luthier lives in: `$LUTHIER_HOME` when it is set and not blank, else `.luthier`
 * in the person's home folder. The engine keeps its own things in `engine` below it.
 */
export function luthierHome(env: Readonly<Record<string, string | undefined>>, homedir: string): string {
  const set = env.LUTHIER_HOME?.trim();
  return set ? set : join(homedir, '.luthier');
}
