import { parquetWriteBuffer } from 'hyparquet-writer';

export interface TextMessage {
  readonly role: string;
  readonly content: string;
}

/** Conversations as one column, `messages`: a list of `role` and `content`, as the Hub's viewer and `datasets` read it. */
export function messagesParquet(rows: readonly (readonly TextMessage[])[]): Uint8Array {
  const text = { repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'messages', data: rows.map((messages) => messages.map(({ role, content }) => ({ role, content }))) },
      ],
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'messages', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
        { name: 'role', ...text },
        { name: 'content', ...text },
      ],
    }),
  );
}
