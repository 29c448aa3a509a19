export { NoteView, type NoteViewProps, PROBLEM_ROWS, ProblemView, type ProblemViewProps } from './view.tsx';
