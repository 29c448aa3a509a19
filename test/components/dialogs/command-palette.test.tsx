import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { CommandPalette } from '../../../src/components/dialogs/command-palette.tsx';
import { HelpOverlay } from '../../../src/components/dialogs/help-overlay.tsx';
import { fuzzyFind } from '../../../src/components/text/fuzzy.ts';
import { useBindings } from '../../../src/keys/hooks.tsx';
import { render } from '../../harness/render.tsx';

const table = [
  { id: 'r.accept', keys: ['a'], label: 'accept', help: 'Accept the selected rows' },
  { id: 'r.export', keys: ['w'], label: 'export', help: 'Write JSONL' },
  { id: 'r.train', keys: ['t'], label: 'train', help: 'Go on to Train' },
] as const;
const overlays = [
  { id: 'global.home', keys: ['1'], label: 'Home', help: 'Go to Home' },
  { id: 'list.up', keys: ['up'], label: 'up' },
  { id: 'global.palette', keys: [':'], label: 'commands' },
  { id: 'global.help', keys: ['?'], label: 'help' },
] as const;

function Room({ log }: { readonly log: string[] }): ReactNode {
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  useBindings('global', overlays, {
    'global.home': () => log.push('home'),
    'list.up': () => log.push('up'),
    'global.palette': () => setOpen('palette'),
    'global.help': () => setOpen('help'),
  });
  useBindings('screen', table, {
    'r.accept': () => log.push('accept'),
    'r.export': () => log.push('export'),
    'r.train': { run: () => log.push('train'), disabledReason: 'no rows yet' },
  });
  return (
    <Box width={80} height={22}>
      <Text>room</Text>
      {open === 'palette' ? <CommandPalette onClose={() => setOpen(null)} /> : null}
      {open === 'help' ? <HelpOverlay title="Room" onClose={() => setOpen(null)} /> : null}
    </Box>
  );
}

const find = (query: string, ...texts: readonly string[]) => fuzzyFind(texts, query, (text) => [text]);

describe('fuzzyFind', () => {
  it('wants every letter in order and prefers runs and word starts', () => {
    expect(find('xz', 'export')).toEqual([]);
    expect(find('exp', 'edit x paste', 'export')).toEqual(['export', 'edit x paste']);
    expect(find('gt', 'big cat', 'go to')[0]).toBe('go to');
    expect(find('élan', 'Elan')).toEqual(['Elan']);
    expect(find('elan', 'Élan')).toEqual(['Élan']);
  });

  it('takes words in any order, and names an item once however many of its texts fit', () => {
    expect(find('theme next', 'Next theme', 'Next screen')).toEqual(['Next theme']);
    expect(fuzzyFind([1], 'export', () => ['export', 'Export rows'])).toEqual([1]);
  });

  it('keeps the order without a query', () => {
    expect(find(' ', 'b', 'a')).toEqual(['b', 'a']);
    expect(find('ex', 'accept', 'export')[0]).toBe('export');
  });
});

describe('Palette', () => {
  it('finds an action, runs it and closes', async () => {
    const log: string[] = [];
    const app = await render(<Room log={log} />);
    await app.type(':exp\r');
    expect(log).toEqual(['export']);
    expect(app.frame()).not.toContain('Commands');
  });

  it('has the screens first, then what this screen can do, then the rest', async () => {
    const app = await render(<Room log={[]} />);
    await app.type(':');
    const names = ['Go to Home', 'Accept the selected rows', 'Write JSONL', 'Go on to Train', 'help', 'up'];
    const rows = app.lines().flatMap((line) => names.filter((name) => new RegExp(`[ ❯] ${name} `).test(line)));
    expect(rows).toEqual(names);
  });

  it('says why an action cannot run, and does not run it', async () => {
    const log: string[] = [];
    const refused: string[] = [];
    const app = await render(<Room log={log} />, {
      onRefused: (binding) => refused.push(binding.disabledReason ?? ''),
    });
    await app.type(':train');
    expect(app.frame()).toContain('Go on to Train (not now: no rows yet)');
    await app.press('enter');
    expect([log, refused]).toEqual([[], ['no rows yet']]);
    expect(app.frame()).toContain('Commands');
    await app.press('escape');
    expect(app.frame()).not.toContain('Commands');
  });
});

describe('HelpOverlay', () => {
  it('shows every key by group, and why one is off', async () => {
    const app = await render(<Room log={[]} />);
    await app.type('?');
    expect(app.frame()).toContain('Keys: Room');
    expect(app.frame()).toMatch(
      /This screen[\s\S]*a +Accept the selected rows[\s\S]*Moving and editing[\s\S]*Everywhere[\s\S]*Go to Home/,
    );
    expect(app.frame()).toContain('Go on to Train (not now: no rows yet)');
    expect(app.frame()).not.toContain('more');
    await app.press('escape');
    expect(app.frame()).not.toContain('Keys: Room');
  });

  it('narrows as one types, and ? closes it', async () => {
    const app = await render(<Room log={[]} />);
    await app.type('?jsonl');
    expect(app.frame()).toContain('Write JSONL');
    expect(app.frame()).not.toContain('Accept');
    await app.type('zzz');
    expect(app.frame()).toContain('No key of that name here.');
    await app.type('?');
    expect(app.frame()).not.toContain('Keys: Room');
  });
});

describe('a name that is longer than its row', () => {
  it('stands whole under the list while it is selected', async () => {
    const help = `Do what takes ${'a long while '.repeat(6)}to be told`;
    const long = { id: 's.long', keys: ['8 l'], label: 'long', help, run: () => undefined, disabledReason: null };
    const app = await render(
      <Box width={80} height={22}>
        <CommandPalette onClose={() => undefined} elsewhere={[long]} />
      </Box>,
    );
    await app.type('told');
    expect(app.frame().replaceAll(/[\s┃]+/g, ' ')).toContain(help);
  });
});

describe('actions of other screens', () => {
  it('are found once something is typed, and lead there', async () => {
    const log: string[] = [];
    const theme = { id: 's.theme', keys: ['8 c'], label: 'theme', help: 'Settings: Next theme' };
    const elsewhere = [{ ...theme, run: () => log.push('Settings'), disabledReason: null }];
    const app = await render(
      <Box width={80} height={22}>
        <CommandPalette onClose={() => log.push('closed')} elsewhere={elsewhere} />
      </Box>,
    );
    expect(app.frame()).not.toContain('Next theme');
    await app.type('next theme');
    expect(app.frame()).toMatch(/Settings: Next theme +8 c/);
    await app.press('enter');
    expect(log).toEqual(['closed', 'Settings']);
  });
});
