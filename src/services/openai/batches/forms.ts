import type { BatchDialect } from '../../../domain/batches/limits.ts';
import type { JsonRecord } from '../../../domain/common/json.ts';
import type { ChatDialect } from '../chat-dialect.ts';

export interface BatchInput {
  readonly fileId: string;
  readonly model: string;
}

/** A page of the list that was read. */
interface ReadPage {
  readonly items: number;
  readonly saysMore: boolean;
}

/** How a list is walked through: what page `number`, from 0, is asked with, and whether another follows it. */
interface ListForm {
  query(number: number, lastId: string | null): Readonly<Record<string, string | number>>;
  goesOn(page: ReadPage): boolean;
}

/** In what the batch APIs of providers differ. How their answers are read is the same for all: see `remote-batch.ts`, `result-row.ts`. */
export interface BatchForm {
  /** Under the base URL. */
  readonly path: string;
  /** The body of POST `path`. */
  create(input: BatchInput): JsonRecord;
  /** A request as a line of the input; `body` is that of a chat. */
  row(id: string, body: JsonRecord): JsonRecord;
  readonly list: ListForm;
  /** What of chats its models are known to refuse: one field too many would fail every row, and a day later. */
  readonly refused?: ChatDialect;
}

const ENDPOINT = '/v1/chat/completions';
const PAGE = 100;

const BY_ID: ListForm = {
  query: (_, lastId) => ({ limit: PAGE, ...(lastId === null ? {} : { after: lastId }) }),
  goesOn: ({ saysMore }) => saysMore,
};
const BY_NUMBER: ListForm = {
  query: (number) => ({ page: number, page_size: PAGE }),
  goesOn: ({ items }) => items === PAGE,
};
const ALL_AT_ONCE: ListForm = { query: () => ({}), goesOn: () => false };

const ofOpenAI = (endpoint: string): BatchForm => ({
  path: '/batches',
  create: ({ fileId }) => ({ input_file_id: fileId, endpoint, completion_window: '24h' }),
  row: (id, body) => ({ custom_id: id, method: 'POST', url: ENDPOINT, body }),
  list: BY_ID,
});

const openai = ofOpenAI(ENDPOINT);

export const BATCH_FORMS: Readonly<Record<BatchDialect, BatchForm>> = {
  openai,
  // Its documents have this endpoint above rows with OpenAI's: the rows are what is looked at.
  azure: ofOpenAI('/chat/completions'),
  together: { ...openai, row: (id, body) => ({ custom_id: id, body }), list: ALL_AT_ONCE },
  groq: openai,
  mistral: {
    path: '/batch/jobs',
    create: ({ fileId, model }) => ({ input_files: [fileId], endpoint: ENDPOINT, model, timeout_hours: 24 }),
    row: (id, { model: _ofTheJob, ...body }) => ({ custom_id: id, body }),
    list: BY_NUMBER,
    // It has `random_seed`, and answers 422 to fields it does not know.
    refused: { maxTokens: 'max_tokens', without: new Set(['seed']) },
  },
  nebius: openai,
};
