import { useAppState, useWorkbench } from '../../app/react.tsx';

/** Esc: first takes a problem away, as everywhere, then goes one level back. */
export function useBack(back: () => void): () => void {
  const hasProblem = useAppState((state) => state.notice?.kind === 'problem');
  const { navigation } = useWorkbench();
  return hasProblem ? navigation.dismiss : back;
}
