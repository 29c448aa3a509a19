import * as fs from 'node:fs';
import { diskBy } from '../../../domain/weights/base-folder.ts';

/** What looks for bases on this machine's disk. */
export const disk = diskBy(fs);
