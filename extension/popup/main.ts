/**
 * The popup: what the tab's verdict is, in a sentence, with what can be done; on a site that isn't watched,
 * whether it is a Jira, and the button that asks for that one origin.
 */
import { keyOf, type Action } from '../../src/presentation.ts';
import { browser } from '../browser.ts';
import { message, speakTheUsersLanguage } from '../i18n.ts';
import { forgetLearned } from '../learned.ts';
import { setForSite } from '../stored-settings.ts';
import { actOn, ask, currentTab, stateOf } from './tab.ts';
import { viewOf, type PopupView } from './view.ts';

const tab = await currentTab();
speakTheUsersLanguage();

await show();
browser.permissions.onAdded.addListener(() => void showAfterGrant());
browser.permissions.onRemoved.addListener(() => void show());

// A proof that is under way when the popup opens ends a moment later: what it finds is shown then.
browser.storage.onChanged.addListener((_changes, area) => {
  if (area === 'session') void viewOf(tab, stateOf).then(draw);
});

async function show(): Promise<void> {
  draw(await viewOf(tab, ask));
}

/** The background brings the script to the page; its first report comes a moment later. */
async function showAfterGrant(): Promise<void> {
  for (const wait of [150, 350, 700]) {
    await new Promise((done) => setTimeout(done, wait));
    await show();
    if (tab && (await stateOf(tab))) return;
  }
}

function draw(view: PopupView): void {
  find('site').textContent = view.site;
  find('sentence').textContent = view.sentence;
  find('meaning').textContent = view.meaning;
  find('verdict').dataset['tone'] = view.tone;
  const buttons = view.actions.map((action) => button(message(keyOf('action', action)), () => press(action)));
  find('session').replaceChildren(...(view.session?.lines ?? []).map(paragraph));
  const { watch, stop, forget, guard } = view;
  find('guard').replaceChildren(...(guard ? [guardChoice(guard)] : []));
  if (watch) buttons.push(button(message('popup_watch'), () => grant(watch)));
  if (forget) buttons.push(button(message('popup_forget'), () => forgetLearned(forget).then(show), 'quiet'));
  if (stop) buttons.push(button(message('popup_stop'), () => withdraw(stop), 'quiet'));
  find('buttons').replaceChildren(...buttons);
}

/** The request must be the first thing awaited in a click; Firefox may close the popup under the question. */
async function grant(pattern: string): Promise<void> {
  const granted = await browser.permissions.request({ origins: [pattern] });
  if (!granted) find('meaning').textContent = message('popup_refused');
}

async function withdraw(pattern: string): Promise<void> {
  await browser.permissions.remove({ origins: [pattern] });
}

async function press(action: Action): Promise<void> {
  if (tab) await actOn(tab, action);
  if (action === 'reload' || action === 'sign-in') window.close();
  else await show();
}

function button(label: string, work: () => Promise<void>, kind = ''): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = kind;
  made.textContent = label;
  made.addEventListener('click', () => {
    const started = work();
    made.disabled = true;
    void started.catch(sayFailed).finally(() => (made.disabled = false));
  });
  return made;
}

/** What happens to an attachment on this site; it holds from the moment that it is chosen. */
function guardChoice({ site, value, isLocked }: NonNullable<PopupView['guard']>): HTMLElement {
  const label = document.createElement('label');
  const choice = document.createElement('select');
  for (const each of ['on', 'ask', 'off'] as const) choice.add(new Option(message(`guard_${each}`), each));
  choice.value = value;
  choice.disabled = isLocked;
  choice.addEventListener('change', () => {
    void setForSite(site, { guard: choice.value as typeof value }).catch(sayFailed);
  });
  label.append(message('guard'), choice);
  if (isLocked) label.append(paragraph(message('set_by_policy')));
  return label;
}

function paragraph(text: string): HTMLElement {
  const made = document.createElement('p');
  made.textContent = text;
  return made;
}

function sayFailed(): void {
  find('meaning').textContent = message('popup_failed');
}

function find(id: string): HTMLElement {
  return document.getElementById(id)!;
}
