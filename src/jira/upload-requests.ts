/** Jira's uploads: their addresses, and what the status of an answer says (docs/jira-xsrf.md, "What happens at an upload"). */

const UPLOAD_PATH = /\/rest\/internal\/[\d.]+\/AttachTemporaryFile$/;

/** Whether a file is the one that an upload's address names. Pages give pasted files names of their own. */
export type IsUploaded = (file: File, given: { readonly isPasted?: boolean }) => boolean;

/** What an upload's address names; undefined if the address is not that of an upload to the page's own Jira. */
export function uploadedFileIn(address: string, page: Pick<Location, 'href' | 'origin'>): IsUploaded | undefined {
  const url = new URL(address, page.href);
  if (url.origin !== page.origin || !UPLOAD_PATH.test(url.pathname)) return undefined;
  const name = url.searchParams.get('filename') ?? '';
  const size = url.searchParams.get('size');
  return (file, { isPasted }) => {
    try {
      // Pages name a pasted file by date and time (field case A9): match it by its size and kind.
      const isNamed = file.name === name || (isPasted && extensionOf(file.name) === extensionOf(name));
      return !!isNamed && (size === null || file.size === Number(size));
    } catch {
      // Firefox throws on access to a file of a frame that is gone.
      return false;
    }
  };
}

function extensionOf(name: string): string {
  return name.slice(-4);
}

export function isUploadAccepted(status: number): boolean {
  return status === 201;
}

/** Whether Jira has refused an upload for its token or its session: 401 without a session, 500 with a wrong token. */
export function isTokenRefused(status: number): boolean {
  return status === 401 || status === 500;
}
