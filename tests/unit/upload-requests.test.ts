/** Which request is the upload of which file, and what the status of its answer says. */
import { describe, expect, test } from 'vitest';
import { isTokenRefused, isUploadAccepted, uploadedFileIn } from '../../src/jira/upload-requests.ts';

const PAGE = { href: 'https://jira.example.com/jira/browse/RAIL-7', origin: 'https://jira.example.com' };
const UPLOAD = '/jira/rest/internal/2/AttachTemporaryFile';
const LOG = new File(['four'], 'door.log');
const PICTURE = new File(['picture'], 'image.png');

const names = (query: string, file: File, isPasted = false): boolean =>
  uploadedFileIn(`${UPLOAD}?${query}`, PAGE)!(file, { isPasted });

describe('an upload', () => {
  test.each([UPLOAD, '/rest/internal/1.0/AttachTemporaryFile?size=4', `https://jira.example.com${UPLOAD}`])(
    'is a request to %s',
    (address) => expect(uploadedFileIn(address, PAGE)).toBeDefined(),
  );

  test.each([
    `https://evil.example${UPLOAD}`,
    `${UPLOAD}/more`,
    '/rest/internal/AttachTemporaryFile',
    '/rest/internal/x/AttachTemporaryFile',
    '/rest/api/2/issue',
  ])('is no request to %s', (address) => expect(uploadedFileIn(address, PAGE)).toBeUndefined());

  test('is that of the file with its name and its size', () => {
    expect(names('filename=door.log&size=4', LOG)).toBe(true);
    expect(names('filename=door.log', LOG)).toBe(true);
    expect(names('filename=door.log&size=5', LOG)).toBe(false);
    expect(names('filename=roof.log&size=4', LOG)).toBe(false);
    expect(names('size=4', LOG)).toBe(false);
    expect(names('size=0', new File([], ''))).toBe(true);
  });

  test('of a pasted file, which pages rename, is that of the file with its kind and its size', () => {
    expect(names('filename=image-2026-11-27.png&size=7', PICTURE, true)).toBe(true);
    expect(names('filename=image-2026-11-27.png&size=7', PICTURE)).toBe(false);
    expect(names('filename=image-2026-11-27.jpg&size=7', PICTURE, true)).toBe(false);
    expect(names('filename=image-2026-11-27.png&size=8', PICTURE, true)).toBe(false);
  });

  test('is not that of a file whose frame is gone, of which Firefox tells nothing', () => {
    const gone = Object.defineProperty({}, 'name', {
      get: () => {
        throw new TypeError("can't access dead object");
      },
    }) as File;
    expect(names('filename=door.log', gone)).toBe(false);
  });

  test('is accepted with 201, and refused for its token with 401 and 500', () => {
    const statuses = [0, 200, 201, 401, 403, 413, 500, 503];
    expect(statuses.filter(isUploadAccepted)).toEqual([201]);
    expect(statuses.filter(isTokenRefused)).toEqual([401, 500]);
  });
});
