export { NoteView, PROBLEM_ROWS, ProblemView } from './view.tsx';
