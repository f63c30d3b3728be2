/** The types of attach.js, for the tests that run it outside a page. */
export interface Reply {
  /** 0 where there was no answer. */
  status: number;
  body: unknown;
}

export interface AttachPage {
  /** The global `atl_token()`: reads the meta afresh. */
  metaToken(): string;
  /** The form's input: '' where it is empty, undefined where there is none. */
  formToken(): string | undefined;
  /** Keeps a token that a refusal brought. */
  adoptToken(token: string): void;
  /** For a form that commits by itself, later: keeps the id of an upload. */
  keepUpload?(id: string): void;
  request(method: string, path: string, query?: Record<string, string>, body?: unknown): Promise<Reply>;
  /** Empty where there is none yet; then the project counts. */
  issue: string;
  project: string;
  uploadPath: string;
  /** `formToken` of the upload's query: another thing than the token. */
  uploadFormToken: string;
  /** The statuses by which the question who is signed in is refused, not answered. */
  sessionRefusals: readonly number[];
  /** Of a drop zone that states one. Larger files are refused before any request. */
  uploadLimitBytes?: number;
}

export type Outcome = 'ok' | 'too-large' | 'missing-token' | 'session-expired' | 'error';

interface AnyFile {
  name: string;
  size: number;
}

export function attachByInput(file: AnyFile, page: AttachPage, via?: string): Promise<Outcome>;
export function attachByDrop(file: AnyFile, page: AttachPage, via?: string): Promise<Outcome>;
