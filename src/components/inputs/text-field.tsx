import { Text } from 'ink';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { graphemesOf } from '../../domain/text/graphemes.ts';
import type { KeyName, LiveBinding } from '../../keys/binding.ts';
import { fieldBindings, textFieldBindings } from '../../keys/bindings/editing.ts';
import { useTextSink } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { editForKey } from '../editing/buffer.ts';
import { clusterEnd, clusterStart, clusterWidth } from '../editing/clusters.ts';
import { drawnSlice } from '../editing/text-layout.ts';
import { useBuffer } from '../editing/use-buffer.ts';
import { Line } from '../text/line.tsx';

export interface Visible {
  readonly start: number;
  readonly end: number;
}

/** Columns between two boundaries. */
export function widthBetween(text: string, from: number, to: number): number {
  let used = 0;
  for (let at = from; at < to; ) {
    const end = clusterEnd(text, at);
    used += clusterWidth(text, at, end);
    at = end;
  }
  return used;
}

/**
 * What of a single line is visible in `width` columns: from `start` if the cursor is then in sight, else scrolled as
 * little as shows it. One column is kept for a cursor at the end.
 */
export function visiblePart(text: string, cursor: number, start: number, width: number): Visible {
  const room = Math.max(1, width - 1);
  let from = Math.min(start, cursor);
  if (from < cursor && (cursor - from > room * 8 || widthBetween(text, from, cursor) > room)) {
    from = cursor;
    let used = 0;
    while (from > 0) {
      const before = clusterStart(text, from);
      used += clusterWidth(text, before, from);
      if (used > room) break;
      from = before;
    }
  }
  let end = from;
  let used = 0;
  while (end < text.length) {
    const next = clusterEnd(text, end);
    used += clusterWidth(text, end, next);
    if (used > (next >= text.length && cursor < text.length ? width : room)) break;
    end = next;
  }
  return { start: from, end: Math.max(end, Math.min(cursor, text.length)) };
}

export interface TextFieldProps {
  /** Kept by the owner; the field keeps cursor and undo. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Columns. */
  readonly width: number;
  /** While true every printable key and paste is text here. */
  readonly focus: boolean;
  /** Enter. */
  readonly onSubmit?: (value: string) => void;
  /** Esc: the owner takes the focus away. Without it Esc goes on to the screen. */
  readonly onLeave?: () => void;
  /** What Esc does, where it is more than leaving. */
  readonly leaveLabel?: string | undefined;
  readonly placeholder?: string;
  /** Shows one dot a character, for keys. Such text cannot be undone into sight either. */
  readonly masked?: boolean;
  readonly tone?: Tone;
  /** Printable keys that are no text here but keys of the dialog or the screen. */
  readonly leaves?: readonly KeyName[];
  /** Cursor keys that go on to a list beside the field. */
  readonly passes?: readonly KeyName[];
  /** Tab; without it Tab goes on to the screen. */
  readonly onTab?: () => void;
  /** Receives a paste before the field, line ends as they came; true when it has taken it. */
  readonly onPaste?: (text: string) => boolean;
}

const shown = (id: string, run: () => void, label?: string): readonly LiveBinding[] =>
  [...fieldBindings, ...textFieldBindings]
    .filter((binding) => binding.id === id)
    .map((binding) => ({ ...binding, run, disabledReason: null, ...(label === undefined ? {} : { label }) }));

/** One line of text, edited by graphemes. Line ends in what is pasted become spaces and never submit. */
export function TextField(props: TextFieldProps): ReactNode {
  const { value, onChange, width, focus, onSubmit, onLeave, placeholder = '', masked = false, tone = 'plain' } = props;
  const theme = useTheme();
  const [buffer, apply] = useBuffer(value, onChange, false);
  const submit = (): void => onSubmit?.(buffer.text);
  const onKey = (name: KeyName): boolean => {
    if (props.passes?.includes(name) === true) return false;
    if (name === 'enter' && onSubmit !== undefined) {
      submit();
      return true;
    }
    if (name === 'tab' && props.onTab !== undefined) {
      props.onTab();
      return true;
    }
    if (name === 'escape' && onLeave !== undefined) {
      onLeave();
      return true;
    }
    if (name === 'end' || name === 'ctrl-e') {
      apply({ type: 'move', to: 'line-end' });
      return true;
    }
    const action = editForKey(name);
    if (action !== null) apply(action);
    return action !== null;
  };
  const onPaste = (text: string): void => {
    if (props.onPaste?.(text) !== true) apply({ type: 'paste', text });
  };
  const onText = (text: string): void => apply({ type: 'insert', text });
  useTextSink(focus, { onText, onPaste, onKey, ...(props.leaves !== undefined && { leaves: props.leaves }) }, [
    ...(onSubmit === undefined ? [] : shown('textfield.submit', submit)),
    ...(onLeave === undefined ? [] : shown('field.leave', onLeave, props.leaveLabel)),
  ]);
  const dots = masked ? theme.symbols.mask.repeat(graphemesOf(buffer.text).length) : buffer.text;
  const cursor = masked ? graphemesOf(buffer.text.slice(0, buffer.cursor)).length : buffer.cursor;
  const scrolled = useRef(0);
  const part = visiblePart(dots, focus ? cursor : 0, focus ? scrolled.current : 0, width);
  useLayoutEffect(() => {
    scrolled.current = part.start;
  });
  if (!focus && dots === '') return <Line text={placeholder} width={width} tone="muted" />;
  if (!focus) return <Line text={dots} width={width} tone={tone} />;
  const after = clusterEnd(dots, cursor);
  const under = cursor < part.end ? drawnSlice(dots, cursor, after) : ' ';
  return (
    <Text {...theme.tone(tone)} wrap="truncate-end">
      {drawnSlice(dots, part.start, cursor)}
      <Text {...theme.tokens.cursor}>{under}</Text>
      {drawnSlice(dots, Math.min(after, part.end), part.end)}
      {dots === '' ? <Line text={placeholder} width={Math.max(0, width - 1)} tone="muted" /> : null}
    </Text>
  );
}
