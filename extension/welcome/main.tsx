/** The welcome page: what the product does, the form that asks for the user's Jira, and the banner to try. */
import { render } from 'preact';
import { browser } from '../shared/browser.ts';
import { message, declareLanguage } from '../shared/i18n.ts';
import { PracticeBanner } from './practice-banner.tsx';
import { Sites } from './sites.tsx';

declareLanguage();
document.title = message('welcome_title');

function Page() {
  return (
    <>
      <main>
        <header>
          <img src="/icons/icon-48.png" alt="" width="48" height="48" />
          <h1>{message('welcome_title')}</h1>
        </header>
        <p>{message('welcome_lead')}</p>
        <div class="promises">
          {(['badge', 'banner', 'attachment'] as const).map((what) => (
            <div key={what}>
              <div ref={(place) => place?.replaceChildren(pictureOf(what))} />
              <h2>{message(`welcome_${what}`)}</h2>
              <p>{message(`welcome_${what}_meaning`)}</p>
            </div>
          ))}
        </div>
        <Sites />
        <PracticeBanner />
      </main>
      <footer>
        <button type="button" class="link" onClick={() => void browser.runtime.openOptionsPage()}>
          {message('options')}
        </button>
      </footer>
    </>
  );
}

/** The pictures are in index.html. */
function pictureOf(what: string): Node {
  return document.querySelector<HTMLTemplateElement>(`#${what}-picture`)!.content.cloneNode(true);
}

render(<Page />, document.body);
