import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { beginDrafts } from '../../../../src/services/wandb/offline/drafts.ts';
import { readRunLog } from '../../../../src/services/wandb/offline/read.ts';
import { createStage } from '../../../../src/services/wandb/offline/stage.ts';
import { writeRun } from '../../../../src/services/wandb/offline/write.ts';
import { artifactOf, optionsFor, RUN, temporaryRoot } from './sample.ts';

describe('a file that is one text', () => {
  it('is masked and written line by line, and others have their turns in between', async () => {
    const text = `${JSON.stringify({ text: 'x'.repeat(500) })}\n`.repeat(40_000);
    const folder = temporaryRoot();
    let [turns, done] = [0, false];
    const count = (): void => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const seen: { readonly piece: string; readonly turn: number }[] = [];
    const mask = (piece: string): string => {
      if (piece.length > 100) seen.push({ piece, turn: turns });
      return piece;
    };
    const drafts = await beginDrafts(folder, undefined);
    const stage = createStage({ folder, runId: 'r', entity: null, project: 'p', mask }, drafts);
    const { entries } = await stage.artifact(artifactOf({ files: [{ path: 'x', chunks: () => [text] }] }));
    done = true;
    await stage.commit();
    expect(readFileSync(entries[0]?.localPath ?? '', 'utf8') === text).toBe(true);
    expect(seen.length).toBeGreaterThan(text.length / 2 ** 18);
    expect(seen.every(({ piece }) => piece.endsWith('}\n'))).toBe(true);
    // A write may end within the turn of the one before.
    expect(new Set(seen.map(({ turn }) => turn)).size).toBeGreaterThan(seen.length / 2);
  });

  it('hides a key in a text of many lines, in a line of great length, and after the last line end', async () => {
    const secret = 'wandb-key-0123456789abcdef';
    const long = 'ü'.repeat(400_000);
    const texts = [`${`{"a":"${secret}"}\n`.repeat(40_000)}${secret}`, `${long}${secret}${long}\n${secret}\n`, ''];
    const files = texts.map((text, place) => ({ path: String(place), chunks: () => [text] }));
    const options = optionsFor(temporaryRoot(), { secrets: () => [secret] });
    const { logPath } = await writeRun({ ...RUN, artifacts: [artifactOf({ files })] }, options);
    const { entries = [] } = (await readRunLog(logPath)).artifacts.at(-1) ?? {};
    for (const [place, { localPath }] of entries.entries()) {
      expect(readFileSync(localPath, 'utf8') === texts[place]?.replaceAll(secret, '…'), String(place)).toBe(true);
    }
  });
});
