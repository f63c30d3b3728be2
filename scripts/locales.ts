/** The words as browsers read them: `_locales/LANGUAGE/messages.json`. */

export type Messages = Record<string, { message: string; placeholders?: Record<string, { content: string }> }>;

/** A message's text with its named placeholders as the numbers that they stand for: `$NAMES$` is `$2`. */
export function textOf({ message, placeholders = {} }: Messages[string]): string {
  return message.replaceAll(/\$([A-Z_]+)\$/g, (_whole, name: string) => placeholders[name.toLowerCase()]!.content);
}
