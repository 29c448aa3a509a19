import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import { SERVERS, type Server } from '../../../domain/weights/servers.ts';

const settings = z.object({ serving: z.enum(SERVERS) });

/** What a person chose in Settings to answer for real weights; `auto` where nothing was, or the file cannot be read. `home` is Luthier's own. */
export function chosenServer(home: string): Server {
  try {
    const read = settings.safeParse(parseJson(readFileSync(join(home, 'settings.json'), 'utf8')));
    return read.success ? read.data.serving : 'auto';
  } catch {
    return 'auto';
  }
}
