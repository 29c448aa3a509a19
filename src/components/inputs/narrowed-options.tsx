import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Line } from '../text/line.tsx';
import { filterOptions, OptionList, type OptionListProps } from './select.tsx';
import { TextField } from './text-field.tsx';

/** Options under a field that narrows them as one types; for long lists such as models. */
export function NarrowedOptions(props: OptionListProps): ReactNode {
  const { options, width, height, focus } = props;
  const [query, setQuery] = useState('');
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Box width={width} height={1} flexShrink={0}>
        <Line text="/ " width={2} tone="key" />
        <TextField value={query} onChange={setQuery} width={width - 2} focus={focus} placeholder="type to narrow" />
      </Box>
      <OptionList key={query} {...props} options={filterOptions(options, query)} height={Math.max(1, height - 1)} />
    </Box>
  );
}
