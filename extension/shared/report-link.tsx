import { browser } from './browser.ts';
import { message } from './i18n.ts';

/**
 * The link to the project's issues. A click opens them in a new tab, and nothing goes with it. The build takes the
 * project's address from `homepage` in package.json.
 */
export function ReportLink() {
  const { homepage_url } = browser.runtime.getManifest();
  return (
    <p class="soft">
      <a href={`${homepage_url}/issues`} target="_blank" rel="noreferrer">
        {message('report_problem')}
      </a>{' '}
      {message('report_problem_meaning')}
    </p>
  );
}
