import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TerminalAccess } from '../../../src/app/runtime/ports.ts';
import { editorCommand } from '../../../src/services/terminal/editor.ts';
import { createTerminal } from '../../../src/services/terminal/terminal.ts';

let folder: string;

beforeEach((context) => {
  folder = mkdtempSync(join(tmpdir(), 'luthier desk-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function open(env: Record<string, string>, platform: NodeJS.Platform = 'linux', away = false) {
  const written: string[] = [];
  const events: string[] = [];
  const desktop: TerminalAccess = createTerminal({
    stream: { write: (text: string) => written.push(text) },
    env,
    platform,
    isAway: () => away,
    terminal: { suspend: () => void events.push('suspend'), resume: () => void events.push('resume') },
  });
  return { desktop, written, events };
}

/** An editor that is a Node program: `body` sees `path` and `fs`, and leaves word of the file it was given. */
function editor(body: string, variable = 'EDITOR') {
  const script = join(folder, 'editor script.mjs');
  const seen = join(folder, 'seen.json');
  writeFileSync(
    script,
    `import fs from 'node:fs';
     const path = process.argv.at(-1);
     const mode = fs.statSync(path).mode & 0o777;
     fs.writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ path, mode, text: fs.readFileSync(path, 'utf8'), args: process.argv.slice(2, -1) }));
     ${body}`,
  );
  const report = (): unknown => JSON.parse(readFileSync(seen, 'utf8'));
  return { env: { [variable]: `"${process.execPath}" '${script}' --wait "two words"` }, report };
}

/** A clipboard program of this name that keeps what it was given and the words it was called with. */
function clipboardProgram(name: string, exit = 0) {
  const kept = join(folder, `${name}.kept`);
  writeFileSync(
    join(folder, name),
    `#!${process.execPath}
     const { readFileSync, writeFileSync } = require('node:fs');
     const keys = Object.keys(process.env).filter((name) => name.endsWith('_KEY')).join(' ');
     writeFileSync(${JSON.stringify(kept)}, Buffer.concat([Buffer.from(process.argv.slice(2).join(' ') + keys + '|'), readFileSync(0)]));
     process.exit(${exit});`,
  );
  chmodSync(join(folder, name), 0o755);
  return { kept: () => (existsSync(kept) ? readFileSync(kept) : null) };
}

describe('copy', () => {
  it.each([
    ['wl-copy', '', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 'utf8'],
    ['xclip', '-selection clipboard', { DISPLAY: ':0', SSH_CONNECTION: '1 2 3 4' }, 'linux', 'utf8'],
    ['xsel', '--clipboard --input', { DISPLAY: ':0' }, 'linux', 'utf8'],
    ['pbcopy', '', {}, 'darwin', 'utf8'],
    ['clip.exe', '', { WSL_DISTRO_NAME: 'Debian' }, 'linux', 'utf16le'],
    ['clip.exe', '', {}, 'win32', 'utf16le'],
  ] as const)(
    'uses %s where it is the desktop of the person, without anybody’s key',
    async (name, words, env, platform, encoding) => {
      const { kept } = clipboardProgram(name);
      const { desktop, written } = open({ PATH: folder, OPENAI_API_KEY: 'sk-nobodys', ...env }, platform);
      expect(await desktop.copy('漢字 \u001b[2J\n')).toBe('desktop');
      expect(kept()).toEqual(Buffer.concat([Buffer.from(`${words}|`), Buffer.from('漢字 \u001b[2J\n', encoding)]));
      expect(written).toEqual([]);
    },
  );

  it.each([
    ['wl-copy', {}, 'linux', 0],
    ['xclip', {}, 'linux', 0],
    ['pbcopy', { SSH_CONNECTION: '1 2 3 4' }, 'darwin', 0],
    ['clip.exe', { SSH_TTY: '/dev/pts/1' }, 'win32', 0],
    ['xclip', { DISPLAY: ':0' }, 'linux', 1],
  ] as const)('leaves %s, with %j on %s and exit %i, for the terminal', async (name, env, platform, exit) => {
    clipboardProgram(name, exit);
    const { desktop, written } = open({ PATH: folder, ...env }, platform);
    expect(await desktop.copy('a')).toBe('terminal');
    expect(written).toHaveLength(1);
  });

  it('writes one OSC 52 sequence that decodes to the text', async () => {
    const { desktop, written } = open({});
    await desktop.copy('漢字 \u001b[2J\n');
    expect(written).toHaveLength(1);
    const encoded = written[0]?.match(/^\u001b\]52;c;([A-Za-z0-9+/=]+)\u0007$/)?.[1] ?? '';
    expect(Buffer.from(encoded, 'base64').toString('utf8')).toBe('漢字 \u001b[2J\n');
  });

  it('wraps it for tmux to hand on', async () => {
    const { desktop, written } = open({ TMUX: '/tmp/tmux-1000/default,1,0' });
    await desktop.copy('a');
    expect(written).toEqual(['\u001bPtmux;\u001b\u001b]52;c;YQ==\u0007\u001b\\']);
  });

  it('refuses what terminals would drop', async () => {
    const { desktop, written } = open({});
    await desktop.copy('x'.repeat(56_000));
    await expect(desktop.copy('x'.repeat(57_000))).rejects.toThrow(/too long/);
    expect(written).toHaveLength(1);
  });
});

describe('the editor', () => {
  it('gives back what was saved, from a private file that is gone after', async () => {
    const { env, report } = editor(`fs.writeFileSync(path, 'new\\r\\ntext\\n');`);
    const { desktop, events } = open(env);
    expect(await desktop.editExternally('old', 'md')).toBe('new\ntext');
    expect(events).toEqual(['suspend', 'resume']);
    const seen = report();
    expect(seen).toMatchObject({ mode: 0o600, text: 'old', args: ['--wait', 'two words'] });
    const path = String(Object(seen).path);
    expect(path).toMatch(/\.md$/);
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('gives null when nothing changed, be it the last line end an editor adds', async () => {
    const untouched = open(editor('').env);
    expect(await untouched.desktop.editExternally('same\n', 'txt')).toBeNull();
    const appended = open(editor(`fs.appendFileSync(path, '\\n');`).env);
    expect(await appended.desktop.editExternally('same', 'txt')).toBeNull();
  });

  it('gives an emptied text back as empty', async () => {
    const { desktop } = open(editor(`fs.writeFileSync(path, '');`).env);
    expect(await desktop.editExternally('old', 'txt')).toBe('');
  });

  it('says when the editor failed, gives the terminal back and removes the file', async () => {
    const { env, report } = editor('process.exit(3);');
    const { desktop, events } = open(env);
    await expect(desktop.editExternally('old', 'txt')).rejects.toThrow(/exit code 3; the text is unchanged/);
    expect(events).toEqual(['suspend', 'resume']);
    expect(existsSync(String(Object(report()).path))).toBe(false);
  });

  it('says when there is no such editor', async () => {
    const { desktop, events } = open({ EDITOR: join(folder, 'none') });
    await expect(desktop.editExternally('old', 'txt')).rejects.toThrow(/did not start/);
    expect(events).toEqual(['suspend', 'resume']);
  });

  it('cannot be led elsewhere by the extension', async () => {
    const { env, report } = editor('');
    await open(env).desktop.editExternally('x', '../../evil');
    expect(String(Object(report()).path)).toMatch(/text\.evil$/);
    expect(readdirSync(folder)).not.toContain('evil');
  });
});

describe('which editor', () => {
  it.each([
    [{ VISUAL: 'code -w', EDITOR: 'vi' }, ['code', '-w']],
    [{ VISUAL: ' ', EDITOR: 'nano' }, ['nano']],
    [{ EDITOR: `"/my apps/ed" --title='a b' -x` }, ['/my apps/ed', '--title=a b', '-x']],
    [{ EDITOR: 'vi; rm -rf x' }, ['vi;', 'rm', '-rf', 'x']],
    [{}, ['vi']],
  ])('%o', (env, expected) => {
    expect(editorCommand(env, 'linux')).toEqual(expected);
  });

  it('is the notepad where nothing else is', () => {
    expect(editorCommand({}, 'win32')).toEqual(['notepad']);
  });
});

describe('notify', () => {
  const said = (env: Record<string, string>, text = 'Generate: 16 rows; $0.01') => {
    const { desktop, written } = open(env, 'linux', true);
    desktop.notify(text);
    return written.join('');
  };

  it('rings and notifies in the one form that the terminal knows', () => {
    expect(said({ TERM: 'xterm-256color' })).toBe('\u0007\u001b]9;Luthier: Generate: 16 rows; $0.01\u001b\\');
    expect(said({ TERM: 'foot' })).toBe('\u0007\u001b]777;notify;Luthier;Generate: 16 rows, $0.01\u001b\\');
    expect(said({ TERM: 'xterm-256color', VTE_VERSION: '7600' })).toContain('\u001b]777;');
    expect(said({ TERM: 'xterm-kitty' })).toBe(
      '\u0007\u001b]99;i=luthier:d=0;Luthier\u001b\\\u001b]99;i=luthier:p=body;Generate: 16 rows; $0.01\u001b\\',
    );
    expect(said({ TERM: 'linux' })).toBe('\u0007');
  });

  it('goes through tmux, which rings by itself', () => {
    expect(said({ TMUX: '/tmp/tmux-0/default,1,0' }, 'x')).toBe(
      '\u0007\u001bPtmux;\u001b\u001b]9;Luthier: x\u001b\u001b\\\u001b\\',
    );
  });

  it('says nothing while the terminal has the focus, and lets no sequence of a title through', () => {
    const { desktop, written } = open({});
    desktop.notify('x');
    expect(written).toEqual([]);
    expect(said({}, 'a\u0007\u001b]52;c;eA==\u0007b')).not.toMatch(/\]52|\u0007.*\u0007/);
  });
});
