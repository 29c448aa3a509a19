import { describe, expect, it } from 'vitest';
import { CapDialog } from '../../../src/components/dialogs/cap-dialog.tsx';
import { ExportPathDialog, fileStem } from '../../../src/components/dialogs/export-path-dialog.tsx';
import { render } from '../../harness/render.tsx';

describe('the cap of a run', () => {
  it('starts at what it is, takes a figure or none, and refuses the rest', async () => {
    const given: (number | null | 'done')[] = [];
    const app = await render(
      <CapDialog capUsd={5} onCap={(usd) => given.push(usd)} onDone={() => given.push('done')} />,
    );
    await app.type('0\r');
    expect(given).toEqual([50, 'done']);
    const other = await render(<CapDialog capUsd={null} onCap={(usd) => given.push(usd)} onDone={() => {}} />);
    await other.type('much\r');
    expect(given).toHaveLength(2);
    await other.press('ctrl-u');
    await other.type('none\r');
    expect(given.at(-1)).toBeNull();
  });
});

describe('the path of an export', () => {
  it('is given without spaces around it, and must be there', async () => {
    const given: string[] = [];
    const refused: (string | null)[] = [];
    const dialog = <ExportPathDialog path="" onSubmit={(path) => given.push(path)} onCancel={() => {}} />;
    const app = await render(dialog, { onRefused: (binding) => refused.push(binding.disabledReason) });
    await app.type(' \r');
    expect([given, refused]).toEqual([[], ['A path is needed.']]);
    await app.type('out.jsonl \r');
    expect(given).toEqual(['out.jsonl']);
  });

  it('is named after the project, or after what it holds where nothing of the name is left', () => {
    expect([fileStem('D&D characters', 'dataset'), fileStem('日本', 'dataset')]).toEqual(['d-d-characters', 'dataset']);
  });
});
