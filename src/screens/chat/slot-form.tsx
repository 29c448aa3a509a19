import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { TextField } from '../../components/inputs/text-field.tsx';
import { PaneBox } from '../../components/layout/panes.tsx';
import { windowStart } from '../../components/lists/list-window.ts';
import { Line, safeLine } from '../../components/text/line.tsx';
import { slotsUsed, studentMessages } from '../../domain/template/prompt.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { chatSlotBindings } from '../../keys/bindings/chat.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';

export interface SlotField {
  readonly name: string;
  /** The template's values; none for a slot the prompt names and the template lacks. */
  readonly offered: readonly string[];
}

/** The slots a student prompt needs, in the order of the template. */
export function slotFields(template: Template): readonly SlotField[] {
  const used = slotsUsed(template.system).union(slotsUsed(template.studentPrompt));
  const known = template.slots.filter(({ name }) => used.has(name));
  const names = new Set(known.map(({ name }) => name));
  return [
    ...known.map(({ name, values }) => ({ name, offered: values })),
    ...[...used].filter((name) => !names.has(name)).map((name) => ({ name, offered: [] })),
  ];
}

/** What was typed for a slot; a slot may be named like a method of objects. */
const typedValue = (typed: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(typed, name) ? (typed[name] ?? '') : '';

/** The value of a slot: what was typed, else the first one offered. */
export function slotValue({ name, offered }: SlotField, typed: Readonly<Record<string, string>>): string {
  return typedValue(typed, name).trim() || (offered[0] ?? '');
}

/** The value offered after (1) or before (-1) the one in the field, round and round. */
export function stepValue(field: SlotField, typed: Readonly<Record<string, string>>, by: 1 | -1): string {
  const { offered } = field;
  const at = offered.indexOf(slotValue(field, typed));
  if (at < 0) return (by > 0 ? offered[0] : offered.at(-1)) ?? typedValue(typed, field.name);
  return offered[(at + by + offered.length) % offered.length] ?? '';
}

/** Index of the first slot without a value; -1 when all have one. */
export function firstEmpty(fields: readonly SlotField[], typed: Readonly<Record<string, string>>): number {
  return fields.findIndex((field) => slotValue(field, typed) === '');
}

export interface StudentPrompt {
  /** Empty when the template has none. */
  readonly system: string;
  readonly user: string;
}

/** What the tuned model is given for these values, exactly as in training. */
export function studentPrompt(template: Template, typed: Readonly<Record<string, string>>): StudentPrompt {
  const cell: Cell = Object.fromEntries(slotFields(template).map((field) => [field.name, slotValue(field, typed)]));
  const messages = studentMessages(template, cell);
  return {
    system: messages.find(({ role }) => role === 'system')?.content ?? '',
    user: messages.find(({ role }) => role === 'user')?.content ?? '',
  };
}

/** Above the first slot. */
const BORDER_ROWS = 1;

/** Rows the form takes besides its slots: two of border, one for the prompt it makes. */
export const FORM_EXTRA = 3;

export interface SlotFormProps {
  readonly fields: readonly SlotField[];
  readonly typed: Readonly<Record<string, string>>;
  /** Index of the slot that is typed in. */
  readonly slot: number;
  /** The prompt as it would be sent. */
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  /** False while something lies over the screen. */
  readonly focus: boolean;
  /** Why nothing can be sent now; null when it can. */
  readonly waitReason: string | null;
  readonly onSlot: (index: number) => void;
  readonly onType: (name: string, text: string) => void;
  readonly onSend: () => void;
  readonly onLeave: () => void;
}

/** A line for each slot: typed freely, or one of the values offered. Enter sends the rendered student prompt. */
export function SlotForm(props: SlotFormProps): ReactNode {
  const { fields, typed, prompt, width, height, focus, waitReason, onSlot, onType, onSend } = props;
  const slot = Math.min(props.slot, fields.length - 1);
  const field = fields[slot];
  const step = (by: 1 | -1): void => {
    if (field !== undefined) onType(field.name, stepValue(field, typed, by));
  };
  const empty = firstEmpty(fields, typed);
  useBindings(
    'field',
    chatSlotBindings,
    {
      'chat.slots.send': empty >= 0 ? () => onSlot(empty) : { run: onSend, disabledReason: waitReason },
      'chat.slots.next': () => onSlot((slot + 1) % fields.length),
      'chat.slots.previous': () => onSlot((slot + fields.length - 1) % fields.length),
      'chat.slots.value-down': () => step(1),
      'chat.slots.value-up': () => step(-1),
    },
    { active: focus },
  );
  const room = Math.max(1, height - FORM_EXTRA);
  const start = windowStart(0, slot, fields.length, room);
  const widest = fields.reduce((most, { name }) => Math.max(most, displayWidth(name)), 0);
  return (
    <PaneBox
      title="Slots, sent alone as in training"
      focused={focus}
      width={width}
      height={height}
      onClick={({ row }) => {
        const clicked = start + row - BORDER_ROWS;
        if (row >= BORDER_ROWS && clicked < Math.min(fields.length, start + room)) onSlot(clicked);
      }}
    >
      {(size) => (
        <>
          {fields.slice(start, start + room).map((one, row) => (
            <SlotRow
              {...props}
              key={one.name}
              field={one}
              selected={start + row === slot}
              labelWidth={Math.min(widest, Math.floor(size.columns / 3))}
              width={size.columns}
            />
          ))}
          <Line text={`Sends: ${prompt}`} width={size.columns} tone="muted" />
        </>
      )}
    </PaneBox>
  );
}

interface SlotRowProps extends SlotFormProps {
  readonly field: SlotField;
  readonly selected: boolean;
  readonly labelWidth: number;
}

function SlotRow({ field, selected, labelWidth, width, typed, focus, onType, onLeave }: SlotRowProps): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const text = typedValue(typed, field.name);
  const value = slotValue(field, typed);
  const valueWidth = Math.max(8, Math.min(32, Math.floor((width - labelWidth) / 2)));
  const rest = width - labelWidth - valueWidth - 6;
  const unseen = value !== '' && !field.offered.includes(value);
  const note = unseen ? 'not among the values offered' : field.offered.join(', ');
  return (
    <Box height={1} width={width} flexShrink={0} overflow="hidden">
      <Text {...theme.tone(selected ? 'accent' : 'plain')} bold={selected} wrap="truncate-end">
        {selected ? (focus ? symbols.pointer : symbols.crumb) : ' '}{' '}
        {padToWidth(safeLine(field.name, labelWidth, symbols.ellipsis), labelWidth)}
        {'  '}
      </Text>
      <Box width={valueWidth} flexShrink={0}>
        {selected && focus ? (
          <TextField
            key={field.name}
            value={text}
            onChange={(next) => onType(field.name, next)}
            width={valueWidth}
            focus
            placeholder={field.offered[0] ?? 'type a value'}
            onLeave={onLeave}
          />
        ) : (
          <Line text={value} width={valueWidth} tone={text.trim() === '' ? 'plain' : 'strong'} />
        )}
      </Box>
      {rest > 6 ? <Line text={`  ${note}`} width={rest} tone="muted" /> : null}
    </Box>
  );
}
