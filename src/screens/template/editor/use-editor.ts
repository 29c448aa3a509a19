import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useAppState, useKeptState, useRestoredState, useWorkbench } from '../../../app/react.tsx';
import { EDITOR_STATE } from './kept-state.ts';
import { type EditorAction, type EditorState, editorReducer, initialEditorState } from './reducer.ts';

/** How long a change may wait before it is in the project; the project is on disk half a second later. */
const SAVE_DELAY_MS = 200;

export interface Editor {
  readonly state: EditorState;
  /** May be called several times before the next render; each call sees what the one before did. */
  readonly dispatch: (action: EditorAction) => void;
  /** Puts what was written into the project now: before anything that reads the project. */
  readonly saveNow: () => void;
}

/**
 * The editor of the current project's template. Keys change local state only; the project gets the template at most
 * five times a second while one types, at once when a field or pane is left, and when the screen is.
 */
export function useEditor(showing: EditorState['showing']): Editor {
  const kept = useAppState((state) => state.project.template);
  const projectId = useAppState((state) => state.project.id);
  const { projects } = useWorkbench();
  const restored = useRestoredState(EDITOR_STATE, () => initialEditorState(kept));
  // A call that runs is what there is to see, wherever one was.
  const [state, setState] = useState(() =>
    showing === 'answer' ? editorReducer(restored, { type: 'show', showing }) : restored,
  );
  useKeptState(EDITOR_STATE, state);
  const newest = useRef(state);
  const saved = useRef(kept);
  const timer = useRef<NodeJS.Timeout | null>(null);

  const keep = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    const { template } = newest.current;
    if (template === saved.current) return;
    saved.current = template;
    projects.update((project) => (project.id === projectId ? { ...project, template } : project));
  }, [projects, projectId]);

  const dispatch = useCallback(
    (action: EditorAction) => {
      const before = newest.current;
      const next = editorReducer(before, action);
      if (next === before) return;
      newest.current = next;
      setState(next);
      if (next.template === saved.current) return;
      const left = before.editing && !next.editing;
      if (left || before.pane !== next.pane || action.type === 'slots' || action.type === 'undo') keep();
      else timer.current ??= setTimeout(keep, SAVE_DELAY_MS);
    },
    [keep],
  );

  useLayoutEffect(() => {
    if (kept === saved.current) return;
    if (timer.current !== null) {
      // What is being written is not in the project yet, and another window's template came in.
      clearTimeout(timer.current);
      timer.current = null;
      saved.current = newest.current.template;
      projects.clash(projectId, newest.current.template);
      return;
    }
    saved.current = kept;
    dispatch({ type: 'replace', template: kept });
  }, [kept, dispatch, projects, projectId]);
  useEffect(() => keep, [keep]);
  return { state, dispatch, saveNow: keep };
}
