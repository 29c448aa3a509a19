import { Box } from 'ink';
import { describe, expect, it, vi } from 'vitest';
import { CapDialog } from '../../../src/components/dialogs/cap-dialog.tsx';
import { ExportPathDialog, fileStem } from '../../../src/components/dialogs/export-path-dialog.tsx';
import { completePath } from '../../../src/domain/text/path-completion.ts';
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

const complete = async (typed: string) => completePath(typed, ['rows.jsonl', 'rows-old.jsonl', 'reports/']);

describe('the path of an export', () => {
  it('is completed by Tab, which names what fits', async () => {
    const dialog = (
      <Box width={80} height={22}>
        <ExportPathDialog
          path=""
          isTaken={async () => false}
          complete={complete}
          onSubmit={() => {}}
          onCancel={() => {}}
        />
      </Box>
    );
    const app = await render(dialog);
    await app.type('ro');
    await app.press('tab');
    await app.waitFor('rows-old.jsonl  rows.jsonl');
    await app.type('.');
    await app.press('tab');
    await app.waitFor('rows.jsonl');
    await app.type('x');
    await app.press('tab');
    await app.waitFor('nothing begins like this');
  });

  it('is given without spaces around it, and must be there', async () => {
    const given: { readonly path: string; readonly replace: boolean }[] = [];
    const refused: (string | null)[] = [];
    const dialog = (
      <ExportPathDialog
        path=""
        isTaken={async () => false}
        complete={complete}
        onSubmit={(to) => given.push(to)}
        onCancel={() => {}}
      />
    );
    const app = await render(dialog, { onRefused: (binding) => refused.push(binding.disabledReason) });
    await app.type(' \r');
    expect([given, refused]).toEqual([[], ['A path is needed.']]);
    await app.type('out.jsonl \r');
    await vi.waitFor(() => expect(given).toEqual([{ path: 'out.jsonl', replace: false }]));
  });

  it('asks before something of someone else is replaced, and goes back to the path on Esc', async () => {
    const given: { readonly path: string; readonly replace: boolean }[] = [];
    const app = await render(
      <Box width={80} height={22}>
        <ExportPathDialog
          path="a.md"
          isTaken={async () => true}
          complete={complete}
          onSubmit={(to) => given.push(to)}
          onCancel={() => {}}
        />
      </Box>,
    );
    await app.press('enter');
    await app.waitFor('Replace the file?');
    await app.press('escape');
    await app.waitFor('Write to');
    await app.press('enter');
    await app.waitFor('Replace the file?');
    await app.press('enter');
    expect(given).toEqual([]);
    await app.press('y');
    expect(given).toEqual([{ path: 'a.md', replace: true }]);
  });

  it('is named after the project, or after what it holds where nothing of the name is left', () => {
    expect([fileStem('D&D characters', 'dataset'), fileStem('日本', 'dataset')]).toEqual(['d-d-characters', 'dataset']);
  });
});
