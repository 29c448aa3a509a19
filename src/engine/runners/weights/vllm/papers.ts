import { join } from 'node:path';
import { isRecord, type JsonRecord } from '../../../../domain/common/json.ts';
import { readObject } from '../../../../domain/weights/base-folder.ts';
import type { ServedModel } from '../answerer.ts';
import { disk } from '../disk.ts';

/** What vLLM has to be told of a model, as its folders say it. */
export interface VllmFacts {
  /** Of the adapter; 0 for none. */
  readonly rank: number;
  /** Whether adapters of other ranks may be loaded beside: not onto a model whose every weight was trained. */
  readonly takesAdapters: boolean;
  readonly templateOptions: JsonRecord;
  /** Why vLLM would answer otherwise than the model was trained; null where it does not. */
  readonly obstacle: string | null;
}

const PEFT_RANK = 8;

export function vllmFacts({ base, adapter }: ServedModel): VllmFacts {
  const papers = readObject(disk, join(adapter ?? base.path, 'luthier.json'));
  const config = adapter === null ? null : readObject(disk, join(adapter, 'adapter_config.json'));
  const options = papers?.template_options;
  const dated = typeof papers?.date === 'string' && printsToday(base.path);
  return {
    rank: adapter === null ? 0 : rankOf(config),
    takesAdapters: adapter !== null || papers === null,
    templateOptions: isRecord(options) ? options : {},
    obstacle: dated
      ? 'its chat template prints the day, and vLLM would print today’s in the place of the day of the training'
      : null,
  };
}

/** Some modules may have a rank of their own. */
function rankOf(config: JsonRecord | null): number {
  const pattern = isRecord(config?.rank_pattern) ? Object.values(config.rank_pattern) : [];
  return Math.max(...[config?.r ?? PEFT_RANK, ...pattern].map(Number).filter(Number.isFinite));
}

const printsToday = (base: string): boolean =>
  ['chat_template.jinja', 'tokenizer_config.json'].some((name) =>
    disk.text(join(base, name))?.includes('strftime_now'),
  );
