export interface ErrorDetail {
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string | null;
  /** Milliseconds until the same call may succeed; sent as `retry-after-ms` and, in whole seconds, `retry-after`. */
  readonly retryAfterMs?: number;
}

/** A refusal in the API's own words: an HTTP status and the body `{error: {message, type, param, code}}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
  readonly retryAfterMs: number | null;

  constructor(status: number, message: string, detail: ErrorDetail = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.type = detail.type ?? 'invalid_request_error';
    this.param = detail.param ?? null;
    this.code = detail.code ?? null;
    this.retryAfterMs = detail.retryAfterMs ?? null;
  }
}

export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

export function errorBody(error: ApiError): ErrorBody {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } };
}

/** A 400 about one parameter. */
export function badRequest(message: string, param: string | null = null, code: string | null = null): ApiError {
  return new ApiError(400, message, { param, code });
}

/** A field that is null is absent. */
export const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** A 400 about a parameter that means something only in company. */
export const onlyWith = (param: string, when: string): ApiError =>
  badRequest(`The '${param}' parameter is only allowed when ${when}.`, param, 'invalid_value');

export function modelNotFound(model: string): ApiError {
  return new ApiError(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
    param: 'model',
    code: 'model_not_found',
  });
}

export function fileNotFound(id: string, param = 'id'): ApiError {
  return new ApiError(404, `No such File object: ${id}`, { param, code: 'file_not_found' });
}

export function jobNotFound(id: string): ApiError {
  return new ApiError(404, `Could not find fine tune: ${id}`, {
    param: 'fine_tune_id',
    code: 'fine_tune_not_found',
  });
}
