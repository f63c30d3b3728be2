/** The bar above an issue: transitions, votes and watches, each an address with the token in it. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';
import { idOf, type IssueContent } from '../issues.ts';
import { itemLink } from './parts.ts';

export function operations({ basePath }: JiraSettings, visit: Visit, content: IssueContent): Markup {
  const address = (action: string, query: string): string =>
    `${basePath}/secure/${action}.jspa?id=${idOf(content.key)}&${query}&atl_token=${encodeURIComponent(visit.token)}`;
  const watch = content.isWatching ? 'unwatch' : 'watch';
  const transitions = [
    { id: 'action_id_31', text: 'Done', href: address('WorkflowUIDispatcher', 'action=31') },
    { id: 'action_id_21', text: 'Back to the depot', href: address('WorkflowUIDispatcher', 'action=21') },
  ];
  const more = [
    {
      id: `toggle-${watch}-issue`,
      className: `issueaction-${watch}-issue`,
      text: content.isWatching ? 'Stop watching' : 'Watch issue',
      href: address('VoteOrWatchIssue', `watch=${watch}`),
    },
    {
      id: 'toggle-vote-issue',
      className: 'issueaction-vote-issue',
      text: 'Add vote',
      href: address('VoteOrWatchIssue', 'vote=vote'),
    },
  ];
  return html`<div class="command-bar">
    <div class="aui-toolbar2">
      <div class="aui-toolbar2-inner">
        <div class="aui-toolbar2-primary">
          <div class="aui-buttons">
            <button id="edit-issue" class="aui-button">
              <span class="aui-icon aui-icon-small aui-iconfont-edit"></span> Edit
            </button>
            <button id="comment-issue" class="aui-button">
              <span class="aui-icon aui-icon-small aui-iconfont-comment"></span> Comment
            </button>
          </div>
          <div class="aui-buttons">
            ${menu('opsbar-operations_more', 'More', [
              ...more.map(itemLink),
              itemLink({
                id: 'attach-file',
                href: '#',
                text: 'Attach files',
                className: 'issueaction-attach-file',
              }),
              itemLink({
                id: 'attach-screenshot',
                href: '#',
                text: 'Attach screenshot',
                className: 'issueaction-attach-screenshot',
              }),
            ])}
          </div>
          <div class="aui-buttons">
            <a
              id="action_id_4"
              class="aui-button issueaction-workflow-transition"
              href="${address('WorkflowUIDispatcher', 'action=4')}"
              >Start review</a
            >
            ${menu(
              'opsbar-transitions_more',
              'Workflow',
              transitions.map((each) => itemLink({ ...each, className: 'issueaction-workflow-transition' })),
            )}
          </div>
        </div>
      </div>
    </div>
  </div>`;
}

function menu(id: string, text: string, items: Markup[]): Markup {
  return html`<button
      id="${id}"
      class="aui-button aui-dropdown2-trigger"
      aria-controls="${id}_drop"
      aria-haspopup="true"
    >
      ${text}
    </button>
    <aui-dropdown-menu id="${id}_drop"><aui-section>${items}</aui-section></aui-dropdown-menu>`;
}
