/** The welcome: what the product does, the form that asks for the user's Jira, and the banner to try. */
import { render } from 'preact';
import { browser } from '../browser.ts';
import { message, speakTheUsersLanguage } from '../i18n.ts';
import { Practice } from './practice.tsx';
import { AttachmentPicture, BadgePicture, BannerPicture } from './pictures.tsx';
import { Sites } from './sites.tsx';

speakTheUsersLanguage();
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
          <div>
            <BadgePicture />
            <h2>{message('welcome_badge')}</h2>
            <p>{message('welcome_badge_meaning')}</p>
          </div>
          <div>
            <BannerPicture />
            <h2>{message('welcome_banner')}</h2>
            <p>{message('welcome_banner_meaning')}</p>
          </div>
          <div>
            <AttachmentPicture />
            <h2>{message('welcome_attachment')}</h2>
            <p>{message('welcome_attachment_meaning')}</p>
          </div>
        </div>
        <Sites />
        <Practice />
      </main>
      <footer>
        <button type="button" class="link" onClick={() => void browser.runtime.openOptionsPage()}>
          {message('options')}
        </button>
      </footer>
    </>
  );
}

render(<Page />, document.body);
