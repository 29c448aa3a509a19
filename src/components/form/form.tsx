import { Box, Text } from 'ink';
import { type ReactNode, useReducer } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { useMouseArea } from '../../keys/mouse.tsx';
import type { Symbols } from '../../theme/symbols.ts';
import { useTheme } from '../../theme/theme.tsx';
import { DROP_QUESTION } from '../hooks/use-drop-guard.ts';
import { NarrowedOptions } from '../inputs/narrowed-options.tsx';
import { usePathCompletion } from '../inputs/path-field.tsx';
import { OptionList, unseenNote } from '../inputs/select.tsx';
import { TextField } from '../inputs/text-field.tsx';
import { moveIn, windowStart } from '../lists/list-window.ts';
import { Line, safeLine } from '../text/line.tsx';
import { wrappedWithin } from '../text/wrapped-text.tsx';
import { enterField, FieldValue, fieldText, type Opening } from './field-kinds.tsx';
import { type FormField, formReducer, initialForm } from './form-state.ts';
import { useFormKeys } from './use-form-keys.ts';

const noteOf = (field: FormField): string => field.disabledReason ?? field.note ?? '';

/** Columns of a row beside its label. */
const roomOf = (width: number, labelWidth: number): number => Math.max(1, width - labelWidth - 4);

/** Columns of a note and the space before it. */
const columnsOfNote = (field: FormField): number => displayWidth(noteOf(field)) + 1;
const columnsOfValue = (field: FormField): number => displayWidth(fieldText(field)) + 1;

/** Columns beside the values for the notes of these fields, so that all begin at one column: half of the row, or what the longest needs. */
function sharedColumns(fields: readonly FormField[], room: number): number {
  const noted = fields.filter((field) => noteOf(field) !== '' && columnsOfValue(field) + columnsOfNote(field) <= room);
  const note = Math.max(0, ...noted.map(columnsOfNote));
  const value = Math.max(0, ...noted.map(columnsOfValue));
  return Math.max(note, Math.min(Math.floor(room / 2), room - value));
}

/** Columns beside the value for the whole of what there is to say about it; 0 where there is no room for both. */
function noteColumns(field: FormField, room: number, shared: number): number {
  const note = columnsOfNote(field);
  const value = columnsOfValue(field);
  if (note === 1 || value + note > room) return 0;
  return value + shared <= room ? shared : note;
}

/** What of a field its row has no room for, the value itself first. */
function unseenOf(field: FormField, room: number, shared: number): string {
  const columns = noteColumns(field, room, shared);
  const value = fieldText(field).trim();
  const option = field.kind === 'select' ? unseenNote({ ...field, width: room - columns }) : '';
  return [
    displayWidth(value) > room ? `${field.label}: ${value}`.replace(/^: /, '') : '',
    option,
    columns === 0 ? noteOf(field) : '',
  ]
    .filter(Boolean)
    .join('. ');
}

/** Rows under the fields for the whole of a text about the selected one. */
const MOST_FOOT_ROWS = 4;

export interface FormRowProps {
  readonly field: FormField;
  readonly selected: boolean;
  readonly focus: boolean;
  readonly labelWidth: number;
  readonly width: number;
  /** Columns for notes, of all fields. */
  readonly shared: number;
  /** The field while it is typed in; null at rest. */
  readonly editor: ReactNode | null;
}

/** Label, value and what there is to say about it, in one row. */
function FormRow({ field, selected, focus, labelWidth, width, shared, editor }: FormRowProps): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const room = roomOf(width, labelWidth);
  const noteRoom = editor !== null ? 0 : noteColumns(field, room, shared);
  return (
    <Box width={width} height={1} flexShrink={0} overflow="hidden">
      <Text {...theme.tone(selected && focus ? 'accent' : 'plain')} bold={selected && focus} wrap="truncate-end">
        {selected ? (focus ? symbols.pointer : symbols.crumb) : ' '}{' '}
        {padToWidth(safeLine(field.label, labelWidth, symbols.ellipsis), labelWidth)}
        {'  '}
      </Text>
      {editor ?? (
        <Box width={room - noteRoom} flexShrink={0}>
          <FieldValue field={field} width={room - noteRoom} />
        </Box>
      )}
      {noteRoom > 0 ? <Line text={` ${noteOf(field)}`} width={noteRoom} tone="muted" /> : null}
    </Box>
  );
}

const FIELDS_AHEAD = 2;

/** `↓ 6 more below`: settings that the arrows bring into sight; empty where all are. */
const hiddenText = (above: number, below: number, { up, down }: Symbols): string =>
  [above === 0 ? '' : `${up} ${above} more above`, below === 0 ? '' : `${down} ${below} more below`]
    .filter(Boolean)
    .join('   ');

export interface FormProps {
  readonly fields: readonly FormField[];
  readonly width: number;
  /** Rows; longer forms scroll. The last ones are for what is wrong with the selected field, or for what is said of it where its row is too short. */
  readonly height: number;
  /** Whether the form takes keys: up/down move, Enter changes, left/right step, Space toggles. */
  readonly focus: boolean;
  /** Called with the selected field: for help beside the form, or to begin there the next time. */
  readonly onSelect?: (id: string) => void;
  /** Id of the field selected first; the first one when there is none of it. */
  readonly initial?: string | null;
}

function openingOf(field: FormField): Opening | null {
  const entered = enterField(field);
  return typeof entered === 'function' ? null : entered;
}

/** Labelled fields, one under the other. Typing starts with Enter, is taken over with Enter and dropped with Esc, which asks where something was typed. */
export function Form({ fields, width, height, focus, onSelect, initial = null }: FormProps): ReactNode {
  const { symbols } = useTheme();
  const [state, dispatch] = useReducer(formReducer, null, () =>
    initialForm(
      Math.max(
        0,
        fields.findIndex(({ id }) => id === initial),
      ),
    ),
  );
  const selected = Math.min(state.selected, Math.max(0, fields.length - 1));
  const field = fields[selected];
  const opening = field === undefined || state.editing === 'none' ? null : openingOf(field);
  const go = (index: number): void => {
    dispatch({ type: 'select', index });
    const next = fields[index];
    if (next !== undefined) onSelect?.(next.id);
  };
  useFormKeys({
    fields,
    state: { ...state, selected, editing: opening?.editing ?? 'none' },
    dispatch,
    focus,
    move: (by) => go(moveIn(selected, by > 0 ? 'down' : 'up', fields.length, height)),
  });
  const widest = fields.reduce((most, one) => Math.max(most, displayWidth(one.label)), 0);
  const labelWidth = Math.min(widest, Math.max(8, Math.floor(width * 0.4)));
  const wrong = state.reason ?? field?.error ?? null;
  const { said: found, ...tab } = usePathCompletion(
    state.draft,
    (text) => dispatch({ type: 'type', text }),
    opening?.editing === 'text' ? opening.complete : null,
  );
  const room = roomOf(width, labelWidth);
  const shared = sharedColumns(fields, room);
  const unseen = field === undefined ? '' : unseenOf(field, room, shared);
  const said = wrong === null ? found || unseen : `${field?.label ?? ''}: ${wrong}`;
  const foot = said === '' ? [] : wrappedWithin(said, width - 2, Math.min(MOST_FOOT_ROWS, Math.max(1, height - 2)));
  const page = Math.max(1, height - Math.max(1, foot.length));
  // The fields after the selected one are in sight too: what it opens would appear out of it.
  const ahead = Math.min(FIELDS_AHEAD, Math.floor((page - 1) / 2));
  const start = windowStart(0, Math.min(selected + ahead, fields.length - 1), fields.length, page);
  const hidden = foot.length > 0 ? '' : hiddenText(start, Math.max(0, fields.length - start - page), symbols);
  // What is being typed is neither left nor dropped by a click beside it.
  const area = useMouseArea({
    onClick: ({ row }) => {
      if (opening === null && row < page && start + row < fields.length) go(start + row);
    },
    onWheel: (by) => {
      if (opening === null) go(moveIn(selected, by > 0 ? 'down' : 'up', fields.length, height));
    },
  });
  if (opening?.editing === 'options') {
    const Options = opening.searchable ? NarrowedOptions : OptionList;
    return (
      <Box flexDirection="column" width={width} height={height} flexShrink={0}>
        <Line text={field?.label ?? ''} width={width} tone="strong" />
        <Options
          options={opening.options}
          value={opening.value}
          width={width}
          height={Math.max(1, height - 1)}
          focus={focus}
          onChoose={(value) => {
            opening.choose(value);
            dispatch({ type: 'close' });
          }}
          onCancel={() => dispatch({ type: 'close' })}
        />
      </Box>
    );
  }
  const leave = (before: string): void => {
    const asks = state.draft !== before && state.reason !== DROP_QUESTION;
    dispatch(asks ? { type: 'refuse', reason: DROP_QUESTION } : { type: 'close' });
  };
  const submit = (text: string): void => {
    const reason = opening === null ? null : opening.commit(text);
    dispatch(reason === null ? { type: 'close' } : { type: 'refuse', reason });
  };
  return (
    <Box ref={area} flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {fields.slice(start, start + page).map((one, row) => {
        const here = start + row === selected;
        const typing = here && opening !== null;
        return (
          <FormRow
            key={one.id}
            field={one}
            selected={here}
            focus={focus}
            labelWidth={labelWidth}
            width={width}
            shared={shared}
            editor={
              typing ? (
                <TextField
                  value={state.draft}
                  onChange={(text) => dispatch({ type: 'type', text })}
                  width={Math.max(1, width - labelWidth - 4)}
                  focus={focus}
                  masked={opening.masked}
                  placeholder={opening.placeholder}
                  onSubmit={submit}
                  onLeave={() => leave(opening.draft)}
                  {...tab}
                />
              ) : null
            }
          />
        );
      })}
      {foot.map((line, index) => (
        <Line key={index} text={`  ${line}`} width={width} tone={wrong === null ? 'muted' : 'error'} />
      ))}
      {hidden !== '' && <Line text={`  ${hidden}`} width={width} tone="muted" />}
    </Box>
  );
}
