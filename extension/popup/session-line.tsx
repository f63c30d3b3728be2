/** The session as a line from beginning to end: solid up to Jira's last answer, then an estimate. */
import { message } from '../shared/i18n.ts';
import type { SessionView } from './session-view.ts';

export function SessionLine({ session: { lines, line, ends } }: { session: SessionView }) {
  return (
    <div class="session">
      {line && ends && (
        <div class="picture" aria-hidden="true">
          <div class="line">
            <span class="estimate" style={{ inlineSize: `${line.end}%` }} />
            <span class="known" style={{ inlineSize: `${line.known}%` }} />
            <span class="now" style={{ insetInlineStart: `${line.now}%` }} />
          </div>
          <div class="ends">
            <span>{ends[0]}</span>
            <span>≈ {ends[1]}</span>
          </div>
          <div class="legend">
            <span class="known-mark">{message('popup_line_known')}</span>
            <span class="estimate-mark">{message('popup_line_estimate')}</span>
            <span class="now-mark">{message('popup_line_now')}</span>
          </div>
        </div>
      )}
      {lines.map((each) => (
        <p key={each}>{each}</p>
      ))}
    </div>
  );
}
