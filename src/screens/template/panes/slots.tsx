import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { useNotedDrop } from '../../../components/hooks/use-drop-guard.ts';
import { TextField } from '../../../components/inputs/text-field.tsx';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { List } from '../../../components/lists/list.tsx';
import { Line } from '../../../components/text/line.tsx';
import type { TemplateFinding } from '../../../domain/template/types.ts';
import { displayWidth, padToWidth } from '../../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import { useTheme } from '../../../theme/theme.tsx';
import type { EditorState } from '../editor/reducer.ts';
import { clampView, type SlotAction, type SlotInputKind, type SlotView } from '../editor/slots.ts';
import { FindingText, findingRows, slotFinding } from './finding-line.tsx';

export interface SlotsPaneProps {
  readonly state: EditorState;
  readonly dispatch: (action: SlotAction) => void;
  readonly findings: readonly TemplateFinding[];
  readonly focused: boolean;
  readonly size: PaneSize;
}

const HINTS: Readonly<Record<SlotInputKind, string>> = {
  'new-slot': 'Name the slot; {name} stands for its values in the prompts.',
  'rename-slot': 'Enter renames it here and in every prompt.',
  'add-values': 'Enter adds; commas or pasted lines make several. Esc ends.',
  'rename-value': 'Enter changes the value.',
};

/** Slots on the left, the values of the selected one on the right. */
export function SlotsPane({ state, dispatch, findings, focused, size }: SlotsPaneProps): ReactNode {
  const { template } = state;
  const view = clampView(template, state.slots);
  const slot = template.slots[view.slot];
  const left = slotColumn(template.slots, size.columns);
  const right = size.columns - left;
  const found = slotFinding(findings, view.slot, view.column === 'values' ? view.value : null);
  const finding = view.input === null ? found : null;
  const hint = view.input === null ? ' ' : HINTS[view.input.kind];
  const rows = Math.max(1, size.rows - 1 - findingRows(finding, size.columns));
  const lists = { view, dispatch, focused, height: rows, findings };
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0} overflow="hidden">
      <Box height={1} flexShrink={0}>
        <Line text="  Slot" width={left} tone="muted" fill />
        <Line text={slot === undefined ? '  Values' : `  Values of ${slot.name}`} width={right} tone="muted" />
      </Box>
      <Box height={rows} flexShrink={0}>
        <Box width={left} flexShrink={0}>
          <SlotList {...lists} items={template.slots} width={left} />
        </Box>
        <ValueList {...lists} values={slot?.values ?? null} width={right} />
      </Box>
      {view.input?.why !== undefined && view.input.why !== null ? (
        <Line text={view.input.why} width={size.columns} tone="error" />
      ) : (
        <FindingText finding={finding} width={size.columns} otherwise={hint} />
      )}
    </Box>
  );
}

/** Columns for the slots: as wide as their names and counts need, within a quarter and a half of the pane. */
function slotColumn(slots: EditorState['template']['slots'], columns: number): number {
  if (slots.length === 0) return Math.min(columns, 30);
  const widest = slots.reduce((most, slot) => Math.max(most, displayWidth(sanitizeLine(slot.name))), 4);
  return Math.max(Math.floor(columns / 4), Math.min(Math.floor(columns / 2), widest + 9));
}

interface ListsProps {
  readonly view: SlotView;
  readonly dispatch: (action: SlotAction) => void;
  readonly findings: readonly TemplateFinding[];
  readonly focused: boolean;
  readonly height: number;
  readonly width: number;
}

function SlotList(props: ListsProps & { readonly items: EditorState['template']['slots'] }): ReactNode {
  const { view, dispatch, findings, focused, height, width, items } = props;
  const { symbols } = useTheme();
  const input = view.input?.kind === 'new-slot' || view.input?.kind === 'rename-slot' ? view.input : null;
  const at = input?.kind === 'new-slot' ? items.length : view.slot;
  return (
    <List
      count={items.length + (input?.kind === 'new-slot' ? 1 : 0)}
      height={height}
      width={width}
      selected={at}
      onSelect={(index) => dispatch({ type: 'select', column: 'slots', index })}
      focus={focused && view.column === 'slots' && view.input === null}
      empty="No slots: n adds one."
      item={(index, { width: room, selected }) => {
        const item = items[index];
        if (input !== null && index === at) {
          return <InputField view={view} dispatch={dispatch} focused={focused} width={room} placeholder="name" />;
        }
        const bad = findings.some(({ place }) => place.kind === 'slot' && place.slotIndex === index);
        const count = `${bad ? `${symbols.warn} ` : ''}${item?.values.length ?? 0}`;
        const name = padToWidth(sanitizeLine(item?.name ?? ''), Math.max(1, room - displayWidth(count) - 2));
        return <Line text={`${name} ${count}`} width={room} tone={selected ? 'strong' : 'plain'} />;
      }}
    />
  );
}

function ValueList(props: ListsProps & { readonly values: readonly string[] | null }): ReactNode {
  const { view, dispatch, findings, focused, height, width, values } = props;
  const { symbols } = useTheme();
  const input = view.input?.kind === 'add-values' || view.input?.kind === 'rename-value' ? view.input : null;
  const adding = input?.kind === 'add-values';
  const count = values?.length ?? 0;
  const at = adding ? count : view.value;
  const bad = new Set(
    findings.flatMap(({ place }) =>
      place.kind === 'slot' && place.slotIndex === view.slot && place.valueIndex !== null ? [place.valueIndex] : [],
    ),
  );
  return (
    <List
      count={count + (adding ? 1 : 0)}
      height={height}
      width={width}
      selected={at}
      onSelect={(index) => dispatch({ type: 'select', column: 'values', index })}
      focus={focused && view.column === 'values' && view.input === null}
      empty={values === null ? ' ' : 'No values: a adds some, or paste a list.'}
      item={(index, { width: room, selected }) => {
        if (input !== null && index === at) {
          return (
            <InputField
              view={view}
              dispatch={dispatch}
              focused={focused}
              width={room}
              placeholder="value, or several"
            />
          );
        }
        const sign = bad.has(index) ? `${symbols.warn} ` : '';
        const tone = bad.has(index) ? 'error' : selected && view.column === 'values' ? 'strong' : 'plain';
        return <Line text={`${sign}${values?.[index] || '(empty)'}`} width={room} tone={tone} />;
      }}
    />
  );
}

interface InputFieldProps {
  readonly view: SlotView;
  readonly dispatch: (action: SlotAction) => void;
  readonly focused: boolean;
  readonly width: number;
  readonly placeholder: string;
}

function InputField({ view, dispatch, focused, width, placeholder }: InputFieldProps): ReactNode {
  const text = view.input?.text ?? '';
  const [before] = useState(text);
  const leave = useNotedDrop(text, before, () => dispatch({ type: 'leave' }));
  const takeList = (text: string): boolean => {
    if (view.input?.kind !== 'add-values' || !/[\n\r\t]/.test(text.trim())) return false;
    dispatch({ type: 'paste', text });
    return true;
  };
  return (
    <TextField
      value={text}
      onChange={(text) => dispatch({ type: 'type', text })}
      width={width}
      focus={focused}
      onSubmit={() => dispatch({ type: 'submit' })}
      onLeave={leave}
      placeholder={placeholder}
      onPaste={takeList}
    />
  );
}
