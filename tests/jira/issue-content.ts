/** What there is to show of an issue, out of what was recorded. */
import type { Parts } from './context.ts';
import { ISSUES, type IssueContent } from './pages/issues.ts';

/** What leads to which status. */
const STATUSES = [
  ['transition KEY 31', 'Done'],
  ['resolve KEY', 'Resolved'],
  ['transition KEY 4', 'In review'],
] as const;

/** As seen by a user, who is empty when anonymous. */
export function issueContent(parts: Parts, key: string, user: string): IssueContent {
  const { summaries, comments, attachments, changes } = parts;
  const has = (what: string): boolean => changes.some((each) => each.what === what);
  const lastWatch = changes.findLast(
    (each) => each.user === user && (each.what === `watch ${key}` || each.what === `unwatch ${key}`),
  );
  return {
    key,
    title: summaries.get(key) ?? ISSUES[key] ?? 'A new issue',
    status: STATUSES.find(([what]) => has(what.replace('KEY', key)))?.[1] ?? 'In progress',
    comments: [
      { user: 'bob', body: 'It happens on the left side only.' },
      ...comments.filter(({ issue }) => issue === key),
    ],
    attachments: attachments.committed.filter(({ issue }) => issue === key),
    votes: changes.filter(({ what }) => what === `vote ${key}`).length,
    isWatching: lastWatch?.what === `watch ${key}`,
  };
}
