import { Box, Text } from 'ink';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { BufferMemory } from '../../../components/editing/use-buffer.ts';
import { TextArea } from '../../../components/inputs/text-area.tsx';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { Line, safeLine } from '../../../components/text/line.tsx';
import { slotCompletion } from '../../../domain/template/slot-completion.ts';
import type { TemplateField, TemplateFinding } from '../../../domain/template/types.ts';
import { listBindings } from '../../../keys/bindings/components.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import { type EditorAction, type EditorState, FIELDS } from '../editor/reducer.ts';
import { FindingText, findingAt, findingRows, slotSpans } from './finding-line.tsx';

export type FieldHeights = Readonly<Record<TemplateField, number>>;

/** Rows from which every prompt has room enough; below, the one being edited takes what it can. */
const ROOMY_ROWS = 12;

/**
 * Shares `rows` among the three prompts, at least one each. The teacher prompt is the long one; a prompt being edited
 * where rows are few takes all but one row of each other.
 */
export function fieldHeights(rows: number, editing: TemplateField | null): FieldHeights {
  const all = Math.max(3, rows);
  if (editing !== null && all < ROOMY_ROWS) {
    const small = { system: 1, teacherPrompt: 1, studentPrompt: 1 };
    return { ...small, [editing]: all - 2 };
  }
  const system = Math.max(1, Math.floor(all * 0.15));
  const studentPrompt = Math.max(1, Math.floor(all * 0.2));
  return { system, studentPrompt, teacherPrompt: all - system - studentPrompt };
}

export type PromptMemories = Readonly<Record<TemplateField, BufferMemory>>;

const LABELS: Readonly<Record<TemplateField, readonly [title: string, note: string, placeholder: string]>> = {
  system: ['System message', 'for both; may be empty', 'Empty: no system message is sent.'],
  teacherPrompt: ['Teacher prompt', 'never trained on', 'Write what the teacher should do.'],
  studentPrompt: ['Student prompt', 'what the tuned model gets', 'Such as {race}, {class}.'],
};

export interface PromptsPaneProps {
  readonly state: EditorState;
  readonly dispatch: (action: EditorAction) => void;
  readonly findings: readonly TemplateFinding[];
  readonly focused: boolean;
  readonly size: PaneSize;
  /** Cursor and undo of each prompt while this pane is out of sight. */
  readonly memories: PromptMemories;
  /** Ctrl-E while one writes. */
  readonly onEditor: (field: TemplateField, text: string) => void;
}

/** The three prompts, one over the other, and what is wrong where the cursor is. */
export function PromptsPane(props: PromptsPaneProps): ReactNode {
  const { state, dispatch, findings, focused, size, memories, onEditor } = props;
  const { field: selected, template } = state;
  const [cursor, setCursor] = useState<number | null>(null);
  const names = template.slots.map((slot) => slot.name).join('\n');
  const highlight = useCallback((text: string) => slotSpans(text, names.split('\n')), [names]);
  const completion = useCallback(
    (text: string, at: number) => {
      const found = slotCompletion(text, at, names.split('\n'));
      return found === null ? null : `${(found.names[0] ?? '').slice(found.typed.length)}}`;
    },
    [names],
  );
  const { jump } = state;
  useEffect(() => {
    if (jump !== null) dispatch({ type: 'jumped', jump });
  }, [jump, dispatch]);
  const editing = focused && state.editing;
  const step = (by: number) => (): void => {
    const field = FIELDS[Math.max(0, Math.min(FIELDS.length - 1, FIELDS.indexOf(selected) + by))];
    if (field !== undefined) dispatch({ type: 'select', field });
  };
  useBindings(
    'field',
    listBindings,
    {
      'list.up': step(-1),
      'list.down': step(1),
      'list.page-up': null,
      'list.page-down': null,
      'list.first': step(-3),
      'list.last': step(3),
      'list.choose': null,
      'list.mark': null,
    },
    { active: focused && !state.editing },
  );
  const finding = useMemo(
    () => findingAt(findings, selected, editing ? cursor : null),
    [findings, selected, editing, cursor],
  );
  const offered = editing && cursor !== null ? slotCompletion(template[selected], cursor, names.split('\n')) : null;
  const said = offered === null ? findingRows(finding, size.columns) : 1;
  const heights = fieldHeights(size.rows - FIELDS.length - said, editing ? selected : null);
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0} overflow="hidden">
      {FIELDS.map((field) => (
        <Box key={field} flexDirection="column" flexShrink={0}>
          <Label field={field} selected={field === selected} focused={focused} editing={editing} width={size.columns} />
          <Box paddingLeft={2} height={heights[field]} flexShrink={0}>
            <TextArea
              value={template[field]}
              onChange={(text) => dispatch({ type: 'write', field, text })}
              width={size.columns - 2}
              height={heights[field]}
              focus={editing && field === selected}
              onSubmit={() => dispatch({ type: 'edit', on: false })}
              onLeave={() => dispatch({ type: 'edit', on: false })}
              onEditor={(text) => onEditor(field, text)}
              placeholder={LABELS[field][2]}
              highlight={highlight}
              completion={completion}
              memory={memories[field]}
              jump={field === selected ? jump : null}
              {...(field === selected ? { onCursor: setCursor } : {})}
            />
          </Box>
        </Box>
      ))}
      {offered === null ? (
        <FindingText finding={finding} width={size.columns} />
      ) : (
        <Line text={`Tab: ${offered.names.map((name) => `{${name}}`).join('  ')}`} width={size.columns} tone="key" />
      )}
    </Box>
  );
}

interface LabelProps {
  readonly field: TemplateField;
  readonly selected: boolean;
  readonly focused: boolean;
  readonly editing: boolean;
  readonly width: number;
}

function Label({ field, selected, focused, editing, width }: LabelProps): ReactNode {
  const theme = useTheme();
  const { pointer, crumb } = theme.symbols;
  const [title, note] = LABELS[field];
  const said = selected && editing ? 'writing' : note;
  return (
    <Box height={1} flexShrink={0}>
      <Text {...theme.tone(selected && focused ? 'accent' : 'plain')} bold wrap="truncate-end">
        {selected ? (focused ? pointer : crumb) : ' '} {title}
      </Text>
      <Line text={`  ${safeLine(said, width, theme.symbols.ellipsis)}`} width={width - title.length - 2} tone="muted" />
    </Box>
  );
}
