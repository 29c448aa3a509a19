import type { FormField } from '../../../components/form/form-state.ts';
import type { Option } from '../../../components/inputs/select.tsx';
import {
  type ColumnInfo,
  type ColumnMapping,
  type ImportMapping,
  mapsColumns,
} from '../../../domain/importing/records.ts';
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
  rejected: 'none; of preference pairs, the worse answer',
};

const LABELS: Readonly<Record<MessagePart, string>> = {
  system: 'System',
  user: 'User',
  assistant: 'Assistant',
  rejected: 'Rejected',
};

function columnNote({ type, values, empty }: ColumnInfo): string {
  const distinct = values === null ? 'more than 100 values' : `${count(values.length)} values`;
  return [type, distinct, empty === 0 ? '' : `${count(empty)} empty`].filter((word) => word !== '').join(', ');
}

function columnField(
  id: 'label' | 'group',
  label: string,
  none: string,
  columns: readonly ColumnInfo[],
  mapping: ImportMapping,
  onMap: (mapping: ImportMapping) => void,
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
  readonly onMap: (mapping: ImportMapping) => void;
  readonly onEdit: (part: MessagePart) => void;
}

/** What a person says of the columns; records that have a shape of their own may be taken as they are. */
export function planFields({ step, onMap, onEdit }: PlanFieldsOptions): readonly FormField[] {
  const { mapping, put, inspection } = step;
  const { shape, columns } = inspection;
  const fields: FormField[] = [];
  const { label, asIs } = shapeEntry(shape);
  const takesColumns = mapsColumns(mapping);
  if (asIs) {
    fields.push({
      kind: 'select',
      id: 'take',
      label: 'Take',
      value: takesColumns ? 'columns' : 'as-is',
      options: [
        { value: 'as-is', label, note: 'as the records are' },
        { value: 'columns', label: 'columns', note: 'you say which is what' },
      ],
      onChange: (value) => onMap(value === 'as-is' ? additionsOf(put) : put),
    });
  }
  const part = (id: MessagePart, text: string): FormField => ({
    kind: 'action',
    id,
    label: LABELS[id],
    value: text === '' ? PLACEHOLDERS[id] : sanitizeLine(text),
    run: () => onEdit(id),
  });
  const messages = takesColumns
    ? [part('user', mapping.user), part('assistant', mapping.assistant), part('rejected', mapping.rejected ?? '')]
    : [];
  return [
    ...fields,
    part('system', mapping.system),
    ...messages,
    columnField('label', 'Label', 'for split and figures by class', columns, mapping, onMap),
    columnField('group', 'Group', 'rows that must stay together', columns, mapping, onMap),
  ];
}

const additionsOf = ({ system, label, group }: ColumnMapping): ImportMapping => ({ system, label, group });

/** Why this mapping makes no rows; null when it may. */
export function mappingProblem(mapping: ImportMapping): string | null {
  if (!mapsColumns(mapping)) return null;
  if (mapping.user.trim() === '') return 'say first what the user message is made of';
  return mapping.assistant.trim() === '' ? 'say first what the answer is made of' : null;
}
