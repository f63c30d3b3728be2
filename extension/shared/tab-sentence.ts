/** The sentence in the title of a tab's button, and in its line of a list. */
import type { TabState } from '../../src/messages/protocol.ts';
import { usersIn, textKeysOf } from '../../src/verdict/presentation.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
import { counted, message } from './i18n.ts';

/** The verdict's own sentence, and the names of the files that wait in the page. */
export function tabSentence(verdict: Verdict, { evidence, files }: TabState): string {
  const sentence = message(textKeysOf(verdict).sentence, ...usersIn(verdict, evidence.pageUser));
  return files.length > 0 ? `${sentence} ${counted('files_kept', files)}` : sentence;
}
