/** Uploads that wait for their commit, and what the server then has. */
import { createHash } from 'node:crypto';
import type { Visit } from './security.ts';

export interface Attachment {
  readonly issue: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly user: string;
  /** How the page attached it: it says so, for the tests. */
  readonly via: string;
}

interface Upload {
  readonly session: string;
  readonly attachment: Omit<Attachment, 'via'>;
}

export interface Attachments {
  readonly committed: Attachment[];
  upload(visit: Visit, issue: string, name: string, body: Uint8Array): { id: string; name: string };
  /** False if the upload is unknown to this session: uncommitted files are lost with it. */
  commit(visit: Visit, id: string, via: string): boolean;
}

export function createAttachments(): Attachments {
  const committed: Attachment[] = [];
  const waiting = new Map<string, Upload>();
  let lastId = 10_000;

  return {
    committed,
    upload(visit, issue, name, body) {
      const id = String(++lastId);
      const sha256 = createHash('sha256').update(body).digest('hex');
      const attachment = { issue, name, size: body.length, sha256, user: visit.user };
      waiting.set(id, { session: visit.session.id, attachment });
      return { id, name };
    },
    commit(visit, id, via) {
      const upload = waiting.get(id);
      if (!upload || upload.session !== visit.session.id) return false;
      waiting.delete(id);
      committed.push({ ...upload.attachment, user: visit.user, via });
      return true;
    },
  };
}
