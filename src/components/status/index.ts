export {
  jobStatus,
  operationStatus,
  ratingStatus,
  rowStatus,
  STATUS_LOOKS,
  type StatusKind,
  type StatusWords,
} from './kinds.ts';
export { Status } from './view.tsx';
