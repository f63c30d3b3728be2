/** The types of attach.js, for the tests that run it outside a page. */
export interface Reply {
  status: number;
  body: unknown;
}

export interface AttachPage {
  metaToken(): string;
  formToken(): string | undefined;
  adoptToken(token: string): void;
  request(method: string, path: string, query?: Record<string, string>, body?: unknown): Promise<Reply>;
  issue: string;
  uploadPath: string;
}

export type Outcome = 'ok' | 'missing-token' | 'session-expired' | 'error';

interface AnyFile {
  name: string;
  size: number;
}

export function attachByInput(file: AnyFile, page: AttachPage, via?: string): Promise<Outcome>;
export function attachByDrop(file: AnyFile, page: AttachPage, via?: string): Promise<Outcome>;
