import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { padToWidth } from '../../domain/text/graphemes.ts';
import { useTheme } from '../../theme/index.ts';
import { Line, safeLine } from '../line/index.ts';
import { NumberField } from '../numberfield/index.ts';
import { Select } from '../select/index.ts';
import { Toggle } from '../toggle/index.ts';
import type { FormField } from './fields.ts';

export interface FormRowProps {
  readonly field: FormField;
  readonly selected: boolean;
  readonly focus: boolean;
  readonly labelWidth: number;
  readonly width: number;
  /** The field while it is typed in; null at rest. */
  readonly editor: ReactNode | null;
}

/** Label, value and what there is to say about it, in one row. */
export function FormRow({ field, selected, focus, labelWidth, width, editor }: FormRowProps): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const room = Math.max(1, width - labelWidth - 4);
  const note = field.disabledReason ?? field.note;
  const noteRoom = note === undefined || editor !== null || room < 24 ? 0 : Math.floor(room / 2);
  return (
    <Box width={width} height={1} flexShrink={0} overflow="hidden">
      <Text {...theme.tone(selected && focus ? 'accent' : 'plain')} bold={selected && focus} wrap="truncate-end">
        {selected && focus ? symbols.pointer : ' '}{' '}
        {padToWidth(safeLine(field.label, labelWidth, symbols.ellipsis), labelWidth)}
        {'  '}
      </Text>
      {editor ?? (
        <Box width={room - noteRoom} flexShrink={0}>
          <AtRest field={field} width={room - noteRoom} />
        </Box>
      )}
      {noteRoom > 0 ? <Line text={` ${note}`} width={noteRoom} tone="muted" /> : null}
    </Box>
  );
}

function AtRest({ field, width }: { readonly field: FormField; readonly width: number }): ReactNode {
  switch (field.kind) {
    case 'text': {
      if (field.value === '') return <Line text={field.placeholder ?? 'empty'} width={width} tone="muted" />;
      return <Line text={field.masked === true ? 'typed, hidden' : field.value} width={width} />;
    }
    case 'number':
      return (
        <NumberField
          value={field.value}
          rules={field.rules}
          width={width}
          {...(field.unit === undefined ? {} : { unit: field.unit })}
        />
      );
    case 'select':
      return <Select options={field.options} value={field.value} width={width} />;
    case 'toggle':
      return <Toggle value={field.value} {...(field.words === undefined ? {} : { words: field.words })} />;
    case 'action':
      return <Line text={field.value} width={width} tone="accent" />;
  }
}
