import { expect, it } from 'vitest';
import { exporter, realJob, written } from '../exportable.ts';
import { done, fakeWorkbenchWith, renderTrain } from '../render-train.tsx';

it('asks as what and where, follows it, and ends with the line that serves it', async () => {
  const { asked, exportModel, end } = exporter(written);
  const desk = fakeWorkbenchWith([realJob], 16, { exportModel });
  const app = await renderTrain(desk, { columns: 80, rows: 24 });
  await app.press('enter');
  await app.press('x');
  for (const form of ['adapter', 'merged', 'ollama', 'vllm', 'gguf']) expect(app.frame()).toContain(form);
  await app.press('down', 'down', 'down', 'enter');
  await app.waitFor('Export the model (vllm)');
  expect(app.frame()).toContain('ft-org-tiny-luthier-dnd-abcd1234-vllm');
  await app.press('enter');
  await app.waitFor('It is written:');
  expect(asked).toMatchObject([{ model: realJob.job.fineTunedModel, target: 'vllm', force: true, evaluations: '' }]);
  const operation = () => desk.store.getState().operations[0];
  expect(operation()?.detail).toMatchObject({ kind: 'export', doing: 'Python writes it as vllm' });
  end();
  await app.waitFor('To serve it:');
  expect(app.frame()).toContain('vllm serve /models/tiny --enable-lora');
  expect(app.frame()).toContain('python3 convert.py /exports/tiny');
  expect(app.frame()).toContain('The template has no system message.');
  await app.press('y');
  expect(desk.copied).toEqual(['vllm serve /models/tiny --enable-lora']);
  expect(operation()?.receipt?.summary).toBe(
    '1 file, 40.0 MB, in /exports/tiny. To serve it: vllm serve /models/tiny --enable-lora',
  );
  await app.press('escape');
  expect(app.frame()).not.toContain('To serve it:');
});

it('goes on where it is left, and says what the target cannot take', async () => {
  const refused = { ...written, written: false, files: [] };
  const finding = { severity: 'error', message: 'Ollama takes no such base.', fix: 'Take GGUF.' } as const;
  const { exportModel, end } = exporter({ ...refused, findings: [finding] });
  const desk = fakeWorkbenchWith([realJob], 16, { exportModel });
  const app = await renderTrain(desk);
  await app.press('enter', 'x', 'down', 'down', 'enter', 'enter');
  await app.waitFor('It is written:');
  await app.press('escape');
  await app.waitFor('The export goes on');
  end();
  await expect
    .poll(() => desk.store.getState().operations[0]?.problem)
    .toEqual({ what: 'Ollama takes no such base.', saved: 'Nothing was written.', next: 'Take GGUF.' });
});

it('replaces an earlier export after a yes, and nothing of a person', async () => {
  const { asked, exportModel } = exporter(written);
  const desk = fakeWorkbenchWith([realJob], 16, { exportModel });
  const folder = `${desk.workbench.preferences.exportFolder()}/ft-org-tiny-luthier-dnd-abcd1234-adapter`;
  await desk.disk.documents.writeText(`${folder}/README.md`, 'mine', { work: 'dataset', replace: true });
  const app = await renderTrain(desk);
  await app.press('enter', 'x', 'enter', 'enter');
  await app.waitFor('and no export of');
  expect(asked).toEqual([]);
  await desk.disk.documents.writeText(`${folder}/README.md`, 'Exported by Luthier', { work: 'dataset', replace: true });
  await app.press('enter');
  await app.waitFor('Replace the export?');
  await app.press('y');
  await expect.poll(() => asked).toMatchObject([{ out: folder, force: true, target: 'adapter' }]);
});

it('is offered for real weights of this machine alone', async () => {
  const app = await renderTrain(fakeWorkbenchWith([done]));
  await app.press('enter', 'x');
  await app.waitFor('practice models are of Luthier’s own form');
});
