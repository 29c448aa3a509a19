import type { FormField } from '../../../components/form/form-state.ts';
import type { Option } from '../../../components/inputs/select.tsx';
import type { ColumnInfo, ColumnMapping } from '../../../domain/importing/records.ts';
import { shapeEntry } from '../../../domain/importing/shapes.ts';
import { count } from '../../../domain/text/format.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import type { MessagePart, PlanStep } from './wizard.ts';

/** Stands for "none" among columns; no column can be called so, for it is no text a reader gives. */
const NONE = '\u0000none';

const PLACEHOLDERS: Readonly<Record<MessagePart, string>> = {
  system: 'none; Enter writes one',
  user: 'Enter says which columns',
  assistant: 'Enter says which columns',
};

const LABELS: Readonly<Record<MessagePart, string>> = { system: 'System', user: 'User', assistant: 'Assistant' };

function columnNote({ type, values, empty }: ColumnInfo): string {
  const distinct = values === null ? 'more than 100 values' : `${count(values.length)} values`;
  return [type, distinct, empty === 0 ? '' : `${count(empty)} empty`].filter((word) => word !== '').join(', ');
}

function columnField(
  id: 'label' | 'group',
  label: string,
  none: string,
  columns: readonly ColumnInfo[],
  mapping: ColumnMapping,
  onMap: (mapping: ColumnMapping) => void,
): FormField {
  const options: readonly Option[] = [
    { value: NONE, label: 'none', note: none },
    ...columns.map((column) => ({
      value: column.name,
      label: sanitizeLine(column.name),
      note: columnNote(column),
    })),
  ];
  return {
    kind: 'select',
    id,
    label,
    options,
    value: mapping[id] ?? NONE,
    onChange: (value) => onMap({ ...mapping, [id]: value === NONE ? null : value }),
  };
}

export interface PlanFieldsOptions {
  readonly step: PlanStep;
  readonly onMap: (mapping: ColumnMapping | null) => void;
  readonly onEdit: (part: MessagePart) => void;
}

/** What a person says of the columns; records that have a shape of their own may be taken as they are. */
export function planFields({ step, onMap, onEdit }: PlanFieldsOptions): readonly FormField[] {
  const { mapping, put, inspection } = step;
  const { shape, columns } = inspection;
  const fields: FormField[] = [];
  const { label, asIs } = shapeEntry(shape);
  if (asIs) {
    fields.push({
      kind: 'select',
      id: 'take',
      label: 'Take',
      value: mapping === null ? 'as-is' : 'columns',
      options: [
        { value: 'as-is', label, note: 'as the records are' },
        { value: 'columns', label: 'columns', note: 'you say which is what' },
      ],
      onChange: (value) => onMap(value === 'as-is' ? null : put),
    });
  }
  if (mapping === null) return fields;
  const part = (id: MessagePart): FormField => ({
    kind: 'action',
    id,
    label: LABELS[id],
    value: mapping[id] === '' ? PLACEHOLDERS[id] : sanitizeLine(mapping[id]),
    run: () => onEdit(id),
  });
  return [
    ...fields,
    part('system'),
    part('user'),
    part('assistant'),
    columnField('label', 'Label', 'for split and figures by class', columns, mapping, onMap),
    columnField('group', 'Group', 'rows that must stay together', columns, mapping, onMap),
  ];
}

/** Why this mapping makes no rows; null when it may. */
export function mappingProblem(mapping: ColumnMapping | null): string | null {
  if (mapping === null) return null;
  if (mapping.user.trim() === '') return 'say first what the user message is made of';
  return mapping.assistant.trim() === '' ? 'say first what the answer is made of' : null;
}
