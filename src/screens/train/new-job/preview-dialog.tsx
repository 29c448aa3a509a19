import { Box } from 'ink';
import { type ReactNode, useEffect, useMemo } from 'react';
import { useAsyncRead, useWorkbench } from '../../../app/react.tsx';
import { WaitingDialog } from '../../../components/dialogs/waiting-dialog.tsx';
import type { Span } from '../../../components/editing/text-layout.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import { Overlay } from '../../../components/layout/overlay.tsx';
import { KeyHints } from '../../../components/text/key-hints.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { count, plural } from '../../../domain/text/format.ts';
import { sanitizeText } from '../../../domain/text/sanitize.ts';
import type { PreviewRow } from '../../../domain/training/engine-estimate.ts';
import { overlayBindings } from '../../../keys/bindings/components.ts';
import { Modal, useBindings } from '../../../keys/hooks.tsx';

export interface PreviewDialogProps {
  readonly provider: string;
  readonly onClose: () => void;
}

const ROWS = 20;
/** What a bracket says where there is no colour. */
const [FROM, TO] = ['⟦', '⟧'];

/** The rows one under the other, and where in the text it is that is learned. */
export function previewText(rows: readonly PreviewRow[]): { readonly text: string; readonly spans: readonly Span[] } {
  let text = '';
  const spans: Span[] = [];
  for (const { line, side, tokens, learned, tooLong, spans: pieces } of rows) {
    const which = side === null ? `Line ${count(line)}` : `Line ${count(line)}, ${side}`;
    const left = tooLong ? '; too long, so it is not trained on' : '';
    text += `${text === '' ? '' : '\n\n'}${which}: ${count(learned)} of ${plural(tokens, 'token')} learned${left}\n`;
    for (const piece of pieces) {
      const start = text.length;
      const safe = sanitizeText(piece.text);
      text += piece.learned ? `${FROM}${safe}${TO}` : safe;
      if (piece.learned) spans.push({ start, end: text.length, tone: 'ok' });
    }
  }
  return { text, spans };
}

/** The first rows as the model will read them, with what of them is learned. */
export function PreviewDialog({ provider, onClose }: PreviewDialogProps): ReactNode {
  const { train, navigation } = useWorkbench();
  const body = useBodySize();
  const { value, problem, pending } = useAsyncRead(
    [],
    () => (signal: AbortSignal) => train.estimate(signal, { rows: ROWS, pilot: false }),
    [train],
  );
  const rows = value?.engine?.preview ?? null;
  const unsaid = !pending && rows === null;
  useEffect(() => {
    if (!unsaid) return;
    if (problem !== null) navigation.problem(problem);
    else navigation.note(`${provider} shows nothing of it before there is a job.`);
    onClose();
  }, [unsaid, problem, navigation, provider, onClose]);
  if (rows === null) {
    return <WaitingDialog title="What is learned?" text={`${provider} reads the rows.`} onCancel={onClose} />;
  }
  return (
    <Modal>
      <Overlay title={`What is learned: ${FROM}these tokens${TO}`} width={body.columns} height={body.rows}>
        {(size) => <PreviewPage shown={rows} onClose={onClose} {...size} />}
      </Overlay>
    </Modal>
  );
}

interface PreviewPageProps {
  readonly shown: readonly PreviewRow[];
  readonly onClose: () => void;
  readonly columns: number;
  readonly rows: number;
}

function PreviewPage({ shown, onClose, columns, rows }: PreviewPageProps): ReactNode {
  useBindings('dialog', overlayBindings, { 'overlay.close': onClose });
  const { text, spans } = useMemo(() => previewText(shown), [shown]);
  return (
    <Box flexDirection="column">
      <ScrollText text={text} spans={spans} width={columns} height={Math.max(1, rows - 1)} focus />
      <KeyHints width={columns} />
    </Box>
  );
}
