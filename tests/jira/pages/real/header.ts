/** The header of pages that are made of real parts. */
import { html } from 'hono/html';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';
import { avatar, itemLink } from './parts.ts';

export function header(basePath: string, visit: Visit): Markup {
  const link = (id: string, path: string, text: string): Markup =>
    html`<li><a class="aui-nav-link" id="${id}" href="${basePath}${path}">${text}</a></li>`;
  return html`<header id="header" role="banner">
    <nav class="aui-header" role="navigation" aria-label="Site">
      <div class="aui-header-inner">
        <div class="aui-header-primary">
          <span id="logo" class="aui-header-logo aui-header-logo-textonly">
            <a href="${basePath}/secure/Dashboard.jspa"><span class="aui-header-logo-device">Northwind Rail</span></a>
          </span>
          <ul class="aui-nav">
            ${link('home_link', '/secure/Dashboard.jspa', 'Dashboards')}
            ${link('find_link', '/issues/?jql=project%3DRAIL', 'Issues')}
            ${link('boards_link', '/secure/RapidBoard.jspa?rapidView=1', 'Boards')}
            ${link('admin_link', '/secure/admin/ViewSchemes.jspa', 'Schemes')}
            <li><button id="create_link" class="aui-button aui-button-primary">Create</button></li>
          </ul>
        </div>
        <div class="aui-header-secondary">
          <ul class="aui-nav">
            ${visit.user ? userMenu(basePath, visit) : link('login_link', '/login.jsp', 'Log In')}
          </ul>
        </div>
      </div>
    </nav>
  </header>`;
}

function userMenu(basePath: string, { user, token }: Visit): Markup {
  const logout = `${basePath}/logout?atl_token=${encodeURIComponent(token)}`;
  return html`<li id="user-options">
    <button
      id="header-details-user-fullname"
      class="aui-dropdown2-trigger aui-dropdown2-trigger-arrowless"
      aria-controls="user-options-content"
      aria-haspopup="true"
      data-username="${user}"
    >
      ${avatar(user)} ${user}
    </button>
    <aui-dropdown-menu id="user-options-content">
      <aui-section>${itemLink({ id: 'log_out', href: logout, text: 'Log Out' })}</aui-section>
    </aui-dropdown-menu>
  </li>`;
}
