import { Box, Text } from 'ink';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { KeyName, LiveBinding } from '../../keys/binding.ts';
import { fieldBindings, textAreaBindings } from '../../keys/bindings/editing.ts';
import { useTextSink } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { type EditAction, editForKey, type TextBuffer } from '../editing/buffer.ts';
import { clusterEnd } from '../editing/clusters.ts';
import { cutPieces, drawnSlice, layoutText, rowOf, type Span, type TextRow } from '../editing/text-layout.ts';
import { type BufferMemory, useBuffer } from '../editing/use-buffer.ts';
import { windowStart } from '../lists/list-window.ts';
import { Line } from '../text/line.tsx';

type TextAreaCommand =
  | { readonly kind: 'edit'; readonly action: EditAction }
  | { readonly kind: 'submit' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'editor' };

export interface TextAreaKeyOptions {
  readonly width: number;
  readonly height: number;
  readonly submitOn: 'enter' | 'ctrl-s';
}

const editing = (action: EditAction): TextAreaCommand => ({ kind: 'edit', action });

/** What a key does in a text area; null when the screen may have it. */
function textAreaCommand(name: KeyName, { width, height, submitOn }: TextAreaKeyOptions): TextAreaCommand | null {
  if (name === 'escape') return { kind: 'leave' };
  if (name === 'enter' && submitOn === 'enter') return { kind: 'submit' };
  const own = textAreaBindings.find((binding) => (binding.keys as readonly KeyName[]).includes(name));
  if (own === undefined) {
    const action = editForKey(name);
    return action === null ? null : editing(action);
  }
  switch (own.id) {
    case 'textarea.up':
      return editing({ type: 'rows', by: -1, width });
    case 'textarea.down':
      return editing({ type: 'rows', by: 1, width });
    case 'textarea.page-up':
      return editing({ type: 'rows', by: -Math.max(1, height - 1), width });
    case 'textarea.page-down':
      return editing({ type: 'rows', by: Math.max(1, height - 1), width });
    case 'textarea.line-end':
      return editing({ type: 'move', to: 'line-end' });
    case 'textarea.text-start':
      return editing({ type: 'move', to: 'text-start' });
    case 'textarea.text-end':
      return editing({ type: 'move', to: 'text-end' });
    case 'textarea.newline':
      return editing({ type: 'insert', text: '\n' });
    case 'textarea.submit':
      return { kind: 'submit' };
    case 'textarea.editor':
      return { kind: 'editor' };
  }
}

export interface TextAreaProps {
  /** Kept by the owner; the area keeps cursor, scroll and undo. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly width: number;
  /** Rows; only these are mounted, whatever the text. */
  readonly height: number;
  /** While true every printable key and paste is text here. */
  readonly focus: boolean;
  /** Ctrl-S, and Enter when `submitOn` is `enter` (then Ctrl-J and Alt-Enter make a new line). A paste never submits. */
  readonly onSubmit?: (value: string) => void;
  readonly submitOn?: 'enter' | 'ctrl-s';
  /** Esc: the owner takes the focus away. Without it Esc goes on to the screen. */
  readonly onLeave?: () => void;
  /** Ctrl-E: the owner opens $EDITOR with the text and sets `value` to what comes back. */
  readonly onEditor?: (value: string) => void;
  /** What Tab adds at the cursor; where it is null Tab goes on to the screen. */
  readonly completion?: (text: string, cursor: number) => string | null;
  readonly placeholder?: string;
  /** Stretches with a look of their own, in order, not overlapping; called once per text. Keep the function itself stable. */
  readonly highlight?: (text: string) => readonly Span[];
  /** Puts the cursor at a UTF-16 offset whenever it is another object. */
  readonly jump?: { readonly offset: number } | null;
  /** Keeps cursor and undo while the area is not mounted. */
  readonly memory?: BufferMemory;
  /** Called with the cursor, as a UTF-16 offset, after it has moved. */
  readonly onCursor?: (offset: number) => void;
}

const NO_SPANS: readonly Span[] = [];

/** Many lines of text, edited by graphemes, wrapped softly. */
export function TextArea(props: TextAreaProps): ReactNode {
  const {
    value,
    onChange,
    width,
    height,
    focus,
    onSubmit,
    submitOn = 'ctrl-s',
    onLeave,
    onEditor,
    highlight,
    jump = null,
  } = props;
  const theme = useTheme();
  const [buffer, apply] = useBuffer(value, onChange, true, props.memory);
  useLayoutEffect(() => {
    if (jump !== null) apply({ type: 'jump', offset: jump.offset });
  }, [jump, apply]);
  const { onCursor } = props;
  useEffect(() => {
    onCursor?.(buffer.cursor);
  }, [onCursor, buffer.cursor]);
  // One column stays free for a cursor after the last character of a full row.
  const wrapWidth = Math.max(2, width - 1);
  const rows = useMemo(() => layoutText(buffer.text, wrapWidth), [buffer.text, wrapWidth]);
  const spans = useMemo(() => highlight?.(buffer.text) ?? NO_SPANS, [buffer.text, highlight]);
  const run = (command: TextAreaCommand): boolean => {
    const owner = { submit: onSubmit, leave: onLeave, editor: onEditor };
    if (command.kind === 'edit') apply(command.action);
    else owner[command.kind]?.(buffer.text);
    return command.kind === 'edit' || owner[command.kind] !== undefined;
  };
  const onKey = (name: KeyName): boolean => {
    const added = name === 'tab' ? (props.completion?.(buffer.text, buffer.cursor) ?? null) : null;
    if (added !== null) return run(editing({ type: 'insert', text: added }));
    const command = textAreaCommand(name, { width: wrapWidth, height, submitOn });
    return command !== null && run(command);
  };
  const shown = (id: string, key: string, there: unknown): readonly LiveBinding[] =>
    there === undefined
      ? []
      : [...fieldBindings, ...textAreaBindings]
          .filter((binding) => binding.id === id)
          .map((binding) => ({ ...binding, keys: [key], run: () => onKey(key), disabledReason: null }));
  useTextSink(
    focus,
    { onText: (text) => apply({ type: 'insert', text }), onPaste: (text) => apply({ type: 'paste', text }), onKey },
    [
      ...shown('textarea.submit', submitOn, onSubmit),
      ...shown('textarea.editor', 'ctrl-e', onEditor),
      ...shown('field.leave', 'escape', onLeave),
    ],
  );
  const at = rowOf(rows, buffer.cursor);
  const scrolled = useRef(0);
  const top = windowStart(focus ? scrolled.current : 0, focus ? at : 0, rows.length, height);
  useLayoutEffect(() => {
    scrolled.current = top;
  });
  if (buffer.text === '' && !focus) return <Line text={props.placeholder ?? ''} width={width} tone="muted" />;
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      {rows.slice(top, top + height).map((row, index) => (
        <AreaRow key={top + index} buffer={buffer} row={row} spans={spans} cursor={focus && top + index === at} />
      ))}
      {buffer.text === '' && height > 1 ? (
        <Text {...theme.tone('muted')} wrap="truncate-end">
          {props.placeholder ?? ''}
        </Text>
      ) : null}
    </Box>
  );
}

interface AreaRowProps {
  readonly buffer: TextBuffer;
  readonly row: TextRow;
  readonly spans: readonly Span[];
  readonly cursor: boolean;
}

function AreaRow({ buffer, row, spans, cursor }: AreaRowProps): ReactNode {
  const theme = useTheme();
  const { text } = buffer;
  const at = cursor ? { start: buffer.cursor, end: clusterEnd(text, buffer.cursor) } : null;
  const pieces = row.start === row.end ? [] : cutPieces(row.start, row.end, spans, at);
  return (
    <Text wrap="truncate-end">
      {pieces.map((piece) => (
        <Text
          key={piece.start}
          {...(piece.tone === null ? {} : theme.tone(piece.tone))}
          {...(piece.cursor ? theme.tokens.cursor : {})}
        >
          {drawnSlice(text, piece.start, piece.end)}
        </Text>
      ))}
      {cursor && buffer.cursor >= row.end ? <Text {...theme.tokens.cursor}> </Text> : ''}
      {!cursor && row.start === row.end ? ' ' : ''}
    </Text>
  );
}
