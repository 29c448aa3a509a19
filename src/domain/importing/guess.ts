import type { ColumnInfo, ColumnMapping } from './types.ts';

/** The names that data sets use, first the one that decides when several are there. */
const PAIRS: readonly (readonly [user: readonly string[], assistant: readonly string[]])[] = [
  [['instruction'], ['output', 'response', 'answer']],
  [
    ['question', 'query'],
    ['answer', 'response', 'answers'],
  ],
  [['prompt'], ['completion', 'response', 'answer']],
  [
    ['text', 'sentence', 'utterance', 'input', 'content', 'message', 'query'],
    ['answer', 'label_text', 'category', 'label', 'intent', 'output', 'target', 'class', 'response'],
  ],
];
const GROUPS = /^(document|doc|source|file|group|case|conversation|session|user)(_?(name|id))?$/i;

/** The mapping that the columns' names suggest; null when they suggest none. */
export function guessMapping(columns: readonly ColumnInfo[]): ColumnMapping | null {
  const named = (names: readonly string[]): ColumnInfo | undefined =>
    names.flatMap((name) => columns.find((column) => column.name.trim().toLowerCase() === name) ?? [])[0];
  for (const [users, assistants] of PAIRS) {
    const user = named(users);
    const assistant = named(assistants);
    if (user === undefined || assistant === undefined || user === assistant) continue;
    const [context, system] = [
      named(users.includes('instruction') ? ['input', 'context'] : ['context']),
      named(['system']),
    ];
    const before = context === undefined ? mark(user.name) : `${mark(user.name)}\n\n${mark(context.name)}`;
    return {
      system: system === undefined ? '' : mark(system.name),
      user: before,
      assistant: mark(assistant.name),
      label: isLabel(assistant) ? assistant.name : null,
      group: columns.find(({ name }) => GROUPS.test(name.trim()))?.name ?? null,
    };
  }
  return null;
}

const mark = (name: string): string => `{${name}}`;

/** A few values, most of them more than once. */
function isLabel({ values }: ColumnInfo): boolean {
  if (values === null || values.length < 2) return false;
  const rows = values.reduce((total, { count }) => total + count, 0);
  return values.length * 2 <= rows;
}
