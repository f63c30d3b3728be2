/** Uploads that wait for their commit, and what the server then has. */
import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Visit } from './security.ts';
import type { Sessions } from './sessions.ts';

interface File {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly user: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Upload extends File {
  readonly id: string;
  /** The id of the session that it is lost with. */
  readonly session: string;
}

export interface Attachment extends File {
  readonly issue: string;
  /** How the page attached it: it says so, for the tests. */
  readonly via: string;
}

export interface Attachments {
  readonly committed: readonly Attachment[];
  /** Those that wait; what was lost with its session isn't among them. */
  readonly waiting: readonly Upload[];
  upload(visit: Visit, name: string, body: Uint8Array): Upload;
  /** False if the upload is unknown to this session: uncommitted files are lost with it. */
  commit(visit: Visit, id: string, issue: string, via: string): boolean;
}

export function createAttachments(clock: Clock, sessions: Sessions): Attachments {
  const committed: Attachment[] = [];
  const waiting = new Map<string, Upload>();
  let lastId = 10_000;

  return {
    committed,
    get waiting() {
      const live = new Set(sessions.all.map(({ id }) => id));
      return [...waiting.values()].filter(({ session }) => live.has(session));
    },
    upload(visit, name, body) {
      const id = String(++lastId);
      const sha256 = createHash('sha256').update(body).digest('hex');
      const { user, session } = visit;
      const upload = { id, session: session.id, name, size: body.length, sha256, user, at: clock.now() };
      waiting.set(id, upload);
      return upload;
    },
    commit(visit, id, issue, via) {
      const upload = waiting.get(id);
      if (!upload || upload.session !== visit.session.id) return false;
      waiting.delete(id);
      const { name, size, sha256 } = upload;
      committed.push({ issue, name, size, sha256, user: visit.user, via, at: clock.now() });
      return true;
    },
  };
}
