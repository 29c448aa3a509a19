import { parquetWriteBuffer } from 'hyparquet-writer';

interface TextMessage {
  readonly role: string;
  readonly content: string;
}

interface Column {
  readonly name: string;
  readonly rows: readonly (readonly TextMessage[])[];
}

/** Conversations as columns, each a list of `role` and `content`, as the Hub's viewer and `datasets` read it. */
export function conversationsParquet(columns: readonly Column[]): Uint8Array {
  const text = { repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map(({ name, rows }) => ({
        name,
        data: rows.map((messages) => messages.map(({ role, content }) => ({ role, content }))),
      })),
      schema: [
        { name: 'root', num_children: columns.length },
        ...columns.flatMap(({ name }) => [
          { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' } as const,
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 } as const,
          { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 } as const,
          { name: 'role', ...text },
          { name: 'content', ...text },
        ]),
      ],
    }),
  );
}
