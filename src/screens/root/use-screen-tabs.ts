import { useMemo } from 'react';
import { useAppState, useRead, useWorkbench } from '../../app/react.tsx';
import type { ScreenTab } from '../../components/layout/screen-bar.tsx';
import { findTemplateProblems } from '../../domain/template/problems.ts';
import { SCREEN_ORDER, SCREEN_TITLES } from '../../keys/bindings/global.ts';
import { liveStatus, screenMarks } from './screen-marks.ts';

/** An answer grows thirty times a second, and is a turn from its beginning. */
const READ_INTERVAL_MS = 1_000;

/** The tabs of the screen bar, each with how its work stands. */
export function useScreenTabs(): readonly ScreenTab[] {
  const screen = useAppState((state) => state.screen);
  const template = useAppState((state) => state.project.template);
  const counts = useAppState((state) => state.counts);
  const jobStatus = useAppState((state) => state.jobs[0]?.job.status ?? null);
  const modelsFailed = useAppState((state) => state.models.status === 'failed');
  const generating = useAppState((state) => liveStatus(state, 'generate'));
  const evaluating = useAppState((state) => liveStatus(state, 'evaluate'));
  const uploading = useAppState((state) => liveStatus(state, 'upload') !== null);
  const answering = useAppState((state) => liveStatus(state, 'chat') !== null);
  const { chat, evaluate } = useWorkbench();
  const findings = useMemo(() => findTemplateProblems(template), [template]);
  const rarely = { everyMs: READ_INTERVAL_MS };
  const turns = useRead(['conversation'], () => chat.turns().length, [chat], rarely);
  const evaluations = useRead(['evaluations'], () => evaluate.list().length, [evaluate], rarely);
  const templateUnused = template.slots.length === 0 && template.teacherPrompt.trim() === '';
  const facts = { findings, templateUnused, counts, generating, evaluating, uploading, jobStatus, turns, answering };
  const marks = screenMarks({ ...facts, evaluations, modelsFailed });
  return SCREEN_ORDER.map((id, index) => ({
    digit: String(index + 1),
    title: SCREEN_TITLES[id],
    mark: marks[id],
    current: id === screen,
  }));
}
