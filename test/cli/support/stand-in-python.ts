import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Python that does what it is asked by writing it down; anything it is not known to be asked ends it with 64. */
export interface StandIn {
  readonly python: string;
  readonly uv: string;
  /** The words of each start, in order, without those of `-c`. */
  asked(): string[];
}

interface Behaviour {
  readonly version?: readonly [number, number];
  readonly venv?: boolean;
  /** What pip says, and how it ends. */
  readonly pip?: { readonly says: string; readonly code: number; readonly hangs?: boolean };
  /** The lines of its probe. */
  readonly probe?: string;
}

export const PROBE = {
  kind: 'probe',
  versions: { python: '3.12.1', runner: '0.1.0', torch: '2.13.0+cpu', trl: '1.13.0', peft: '0.21.0' },
  missing: [],
  devices: [{ device: 'cpu', name: 'stand-in', memory: 8e9, precisions: ['fp32'] }],
  device: 'cpu',
  cores: 2,
  memory: { used: null, peak: null, total: 8e9 },
} as const;

/** Puts `python3` and `uv` into `folder`; nothing else is there, so it may be all of PATH. */
export function standInPython(folder: string, behaviour: Behaviour = {}): StandIn {
  const { version = [3, 12], venv = true, pip = { says: 'Downloading torch', code: 0 }, probe } = behaviour;
  mkdirSync(folder, { recursive: true });
  const [python, uv, asked, words, lines] = ['python3', 'uv', 'asked', 'pip', 'probe'].map((name) =>
    join(folder, name),
  );
  const place = { python: String(python), uv: String(uv), asked: String(asked) };
  writeFileSync(place.asked, '');
  writeFileSync(String(words), `${pip.says}\n`);
  writeFileSync(String(lines), probe ?? `${JSON.stringify(PROBE)}\n{"kind":"done"}\n`);
  const make = `/bin/mkdir -p "$1/bin" && /bin/cp "${place.python}" "$1/bin/python"`;
  write(place.python, [
    `[ "$1" = -c ] || echo "$*\${OPENAI_API_KEY:+ with a key}" >> "${place.asked}"`,
    'case "$1 $2 $3" in',
    `-c*) echo '${JSON.stringify({ version, venv })}' ;;`,
    `"-m venv "*) shift 2; ${make} ;;`,
    `"-m pip install") /bin/cat "${words}"; ${pip.hangs ? '/bin/sleep 600; ' : ''}exit ${pip.code} ;;`,
    `"-P -m luthier_runner") [ "$4" = probe ] && [ -f "$PYTHONPATH/luthier_runner/probe.py" ] && /bin/cat "${lines}" ;;`,
    '*) exit 64 ;;',
    'esac',
  ]);
  write(place.uv, [
    `echo "uv $*" >> "${place.asked}"`,
    '[ "$1 $2 $3" = "venv --seed --python" ] || exit 64',
    `shift 4; ${make}`,
  ]);
  return { ...place, asked: () => readFileSync(place.asked, 'utf8').split('\n').slice(0, -1) };
}

function write(path: string, lines: readonly string[]): void {
  writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
}
