export { TrackingPane, type TrackingQuestion } from './pane.tsx';
export { TrackingQuestions } from './questions.tsx';
export { useTrackingFacts } from './use-facts.ts';
