/** Small pieces that the pages of real parts share. */
import { html } from 'hono/html';
import type { Markup } from '../frame.ts';

/** An item of an AUI menu. Id and classes stand on the host. AUI copies the host's `href` into an inner link, and never back. */
export function itemLink(item: { id: string; href: string; text: string; className?: string }): Markup {
  return html`<aui-item-link href="${item.href}" id="${item.id}" class="${item.className ?? ''}"
    ><span class="trigger-label">${item.text}</span></aui-item-link
  >`;
}

/** A module of an issue, with its title. */
export function issueModule(id: string, title: string, content: Markup, className = ''): Markup {
  return html`<div id="${id}" class="module toggle-wrap ${className}">
    <div class="mod-header"><h4 class="toggle-title">${title}</h4></div>
    <div class="mod-content">${content}</div>
  </div>`;
}

/** A user's picture: the first letter in a circle. */
export function avatar(user: string): Markup {
  return html`<span class="rail-avatar" data-letter="${user.slice(0, 1).toUpperCase()}" aria-hidden="true"></span>`;
}
