import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Hints } from '../../../components/keyhint/index.ts';
import { Line } from '../../../components/line/index.ts';
import { List } from '../../../components/list/index.ts';
import { Overlay } from '../../../components/overlay/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { FIELD_NAMES } from '../../../domain/template/problems.ts';
import type { Template, TemplateFinding, TemplatePlace } from '../../../domain/template/types.ts';
import { choiceBindings, Modal, useBindings } from '../../../keys/index.ts';
import { useTheme } from '../../../theme/index.ts';

export interface FindingsDialogProps {
  readonly template: Template;
  readonly findings: readonly TemplateFinding[];
  /** Enter: goes to where the finding points. */
  readonly onGo: (place: TemplatePlace) => void;
  readonly onClose: () => void;
}

/** Where a finding points, in words: `teacher prompt, line 3`, `slot race, value 2`. */
export function placeWords(template: Template, place: TemplatePlace): string {
  if (place.kind === 'field') {
    const line = template[place.field].slice(0, place.start).split('\n').length;
    return `${FIELD_NAMES[place.field]}, line ${line}`;
  }
  const name = template.slots[place.slotIndex]?.name ?? '';
  const value = place.valueIndex === null ? '' : `, value ${place.valueIndex + 1}`;
  return `slot ${name === '' ? place.slotIndex + 1 : name}${value}`;
}

/** Every problem of the template; the selected one in full, with its mending. */
export function FindingsDialog(props: FindingsDialogProps): ReactNode {
  const height = Math.max(1, props.findings.length) + DETAIL_ROWS + 4;
  return (
    <Modal>
      <Overlay title={`Problems (${props.findings.length})`} width={84} height={Math.max(10, height)}>
        {({ columns, rows }) => <Findings {...props} columns={columns} rows={rows} />}
      </Overlay>
    </Modal>
  );
}

const DETAIL_ROWS = 3;

function Findings(props: FindingsDialogProps & { readonly columns: number; readonly rows: number }): ReactNode {
  const { template, findings, onGo, onClose, columns, rows } = props;
  const { symbols } = useTheme();
  const [selected, setSelected] = useState(0);
  const finding = findings[Math.min(selected, findings.length - 1)];
  const [choose, cancel] = choiceBindings;
  useBindings(
    'dialog',
    [
      { ...choose, label: 'go there' },
      { ...cancel, label: 'close' },
    ],
    {
      'choice.choose': {
        run: () => {
          if (finding !== undefined) onGo(finding.place);
        },
        disabledReason: finding === undefined ? 'There is no problem.' : null,
      },
      'choice.cancel': onClose,
    },
  );
  const listRows = Math.max(1, rows - DETAIL_ROWS - 2);
  return (
    <Box flexDirection="column">
      <Box height={listRows} flexShrink={0}>
        <List
          count={findings.length}
          height={listRows}
          width={columns}
          selected={selected}
          onSelect={setSelected}
          focus
          empty="No problems: the template is ready to run."
          item={(index, state) => {
            const item = findings[index];
            if (item === undefined) return '';
            const isError = item.severity === 'error';
            const text = `${isError ? symbols.error : symbols.warn} ${placeWords(template, item.place)}: ${item.message}`;
            return <Line text={text} width={state.width} tone={isError ? 'error' : 'warn'} bold={state.selected} />;
          }}
        />
      </Box>
      <Box height={DETAIL_ROWS + 1} flexShrink={0} paddingTop={1}>
        <ScrollText
          text={finding === undefined ? '' : `${finding.message} ${finding.fix}`}
          width={columns}
          height={DETAIL_ROWS}
          focus={false}
        />
      </Box>
      <Hints width={columns} />
    </Box>
  );
}
