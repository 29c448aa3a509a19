import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Modal } from '../../keys/hooks.tsx';
import { filterOptions, type Option, OptionList } from '../inputs/select.tsx';
import { TextField } from '../inputs/text-field.tsx';
import { Overlay } from '../layout/overlay.tsx';
import { Line } from '../text/line.tsx';

export interface ChoiceDialogProps {
  readonly title: string;
  readonly options: readonly Option[];
  /** The value chosen now. */
  readonly value?: string;
  /** A field above the options that narrows them; for long lists such as models. */
  readonly searchable?: boolean;
  readonly onChoose: (value: string) => void;
  readonly onCancel: () => void;
}

/** One of several. Last child of the screen's outermost box. */
export function ChoiceDialog(props: ChoiceDialogProps): ReactNode {
  const { title, options, value = '', searchable = false, onChoose, onCancel } = props;
  const [query, setQuery] = useState('');
  const shown = searchable ? filterOptions(options, query) : options;
  const extra = searchable ? 1 : 0;
  return (
    <Modal>
      <Overlay title={title} width={72} height={Math.max(3, options.length) + 2 + extra}>
        {({ columns, rows }) => (
          <Box flexDirection="column">
            {searchable ? (
              <Box width={columns} height={1} flexShrink={0}>
                <Line text="/ " width={2} tone="key" />
                <TextField value={query} onChange={setQuery} width={columns - 2} focus placeholder="type to narrow" />
              </Box>
            ) : null}
            <OptionList
              key={query}
              options={shown}
              value={value}
              width={columns}
              height={rows - extra}
              focus
              onChoose={onChoose}
              onCancel={onCancel}
            />
          </Box>
        )}
      </Overlay>
    </Modal>
  );
}
