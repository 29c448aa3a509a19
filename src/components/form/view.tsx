import { Box } from 'ink';
import { type ReactNode, useReducer } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { Line } from '../line/index.ts';
import { moveIn, windowStart } from '../list/index.ts';
import { OptionList } from '../select/index.ts';
import { TextField } from '../textfield/index.ts';
import type { FormField } from './fields.ts';
import { commitDraft, formReducer, initialForm } from './reducer.ts';
import { FormRow } from './row.tsx';
import { useFormKeys } from './use-form-keys.ts';

export interface FormProps {
  readonly fields: readonly FormField[];
  readonly width: number;
  /** Rows; longer forms scroll. The last row is for what is wrong with the selected field. */
  readonly height: number;
  /** Whether the form hears keys: up/down move, Enter changes, left/right step, Space toggles. */
  readonly focus: boolean;
  /** Hears which field is selected, for help beside the form. */
  readonly onSelect?: (id: string) => void;
  /** Index of the field selected first. */
  readonly initial?: number;
}

/** Labelled fields, one under the other. Typing starts with Enter, is taken over with Enter and dropped with Esc. */
export function Form({ fields, width, height, focus, onSelect, initial = 0 }: FormProps): ReactNode {
  const [state, dispatch] = useReducer(formReducer, initialForm(initial));
  const selected = Math.min(state.selected, Math.max(0, fields.length - 1));
  const field = fields[selected];
  const go = (index: number): void => {
    dispatch({ type: 'select', index });
    const next = fields[index];
    if (next !== undefined) onSelect?.(next.id);
  };
  useFormKeys({
    fields,
    state: { ...state, selected },
    dispatch,
    focus,
    move: (by) => go(moveIn(selected, by > 0 ? 'down' : 'up', fields.length, height)),
  });
  if (field?.kind === 'select' && state.editing === 'options') {
    return (
      <Box flexDirection="column" width={width} height={height} flexShrink={0}>
        <Line text={field.label} width={width} tone="strong" />
        <OptionList
          options={field.options}
          value={field.value}
          width={width}
          height={Math.max(1, height - 1)}
          focus={focus}
          onChoose={(value) => {
            field.onChange(value);
            dispatch({ type: 'close' });
          }}
          onCancel={() => dispatch({ type: 'close' })}
        />
      </Box>
    );
  }
  const widest = fields.reduce((most, one) => Math.max(most, displayWidth(one.label)), 0);
  const labelWidth = Math.min(widest, Math.max(8, Math.floor(width * 0.4)));
  const page = Math.max(1, height - 1);
  const start = windowStart(0, selected, fields.length, page);
  const wrong = state.why ?? field?.error ?? null;
  const submit = (text: string): void => {
    const why = field === undefined ? null : commitDraft(field, text);
    dispatch(why === null ? { type: 'close' } : { type: 'refuse', why });
  };
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {fields.slice(start, start + page).map((one, row) => {
        const here = start + row === selected;
        const typing = here && state.editing === 'text';
        return (
          <FormRow
            key={one.id}
            field={one}
            selected={here}
            focus={focus}
            labelWidth={labelWidth}
            width={width}
            editor={
              typing ? (
                <TextField
                  value={state.draft}
                  onChange={(text) => dispatch({ type: 'type', text })}
                  width={Math.max(1, width - labelWidth - 4)}
                  focus={focus}
                  masked={one.kind === 'text' && one.masked === true}
                  onSubmit={submit}
                  onLeave={() => dispatch({ type: 'close' })}
                />
              ) : null
            }
          />
        );
      })}
      {wrong === null ? null : <Line text={`  ${field?.label ?? ''}: ${wrong}`} width={width} tone="error" />}
    </Box>
  );
}
