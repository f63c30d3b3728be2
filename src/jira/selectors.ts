/**
 * The selectors of Jira's pages and controls. Each comment says what it stands for, how sure that is (S or L), and the
 * section or field case of docs/jira-xsrf.md. User content can imitate any part of a page. So what decides whose a page
 * is, which token it has and whether Jira refused is looked for only where no user can write.
 */

/** Every page of Jira and of Cloud, with the version in `data-version`. S: Which pages are Jira */
export const APPLICATION = 'head > meta[name="application-name"][data-name="jira" i][data-version]';
/**
 * A meta by its name. S: `ajs-context-path`, `ajs-remote-user` and `ajs-issue-key` of pages that the server rendered,
 * `ajs-cloud-id` of Cloud. L: `ajs-sdPluginVersion` of customer portals. Which pages are Jira
 */
export const metaNamed = (name: string): string => `head > meta[name="${name}"]`;
/** What tells whether a page is a Jira, and which: it holds no token and no user, of no product. Which pages are Jira */
export const PRODUCT_MARKS =
  'head > meta:is([name="application-name"],[name="ajs-context-path"],[name="ajs-sdPluginVersion"],[name="ajs-cloud-id"])';
/** The token of a page, by the id that Jira's own scripts look for. S: The token and where it lives */
export const TOKEN_META = 'head > meta#atlassian-token';
/** When the request began, when the session ends: hidden inputs, by title. S up to 9.12: What the server does */
export const timingNamed = (title: string): string =>
  `body > form#jira_request_timing_info input[type="hidden"][title="jira.${title}"]`;

/** The issue in its header, with its key in `data-issue-key`: an issue's page, split views, boards. S: A3 */
export const ISSUE_IN_HEADER = 'a#key-val';
/** A form's input for the token, which can be empty: comments, transitions, logins. S: The token and where it lives */
export const TOKEN_INPUT = 'input[name="atl_token"]';
/** A link, or an item of an AUI menu, with a token in its address: transitions, votes, watches. S: A18 */
export const TOKEN_LINK = '[href*="atl_token="]';
/** A zone for files, with its role in `duitype`: the attachments of an issue, the Create dialog. S: A4 */
export const ZONE = '[duitype]';
/** A zone that states how many bytes it accepts per file. S: A20 */
export const ZONE_WITH_LIMIT = '[data-upload-limit]';
/** The body of a visual editor's document, TinyMCE 4 to 6: descriptions, comments, dialogs. S: A1 */
export const EDITOR_BODY = 'body#tinymce';

/** A dialog: AUI's (S) or one of Jira's older ones (L). A21 */
export const DIALOG = 'body > :is(.aui-dialog2, .jira-dialog)';
/** A form of a dialog, such as that of a pasted picture; a form with a password is for signing in. S: A9 */
export const FORM_IN_DIALOG = `${DIALOG} form:not(:has([type=password]))`;
/** A page that is one message of Jira's and holds nothing that a user wrote. S: What happens at an upload */
export const MESSAGE_PAGE = 'body.page-type-message';
/** Why Jira refused a form or a link, on such a page or in a dialog (A7). S: What happens at an upload */
export const REFUSALS = [
  ['empty', '#xsrf-no-params'],
  ['session', '.xsrf-session-expired'],
  ['token', ':is(#xsrf-error, .xsrf-check-failed, #atl_token_retry_form)'],
] as const;
