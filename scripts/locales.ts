/** The texts in the browsers' format: `_locales/LANGUAGE/messages.json`. */

export type Messages = Record<string, { message: string; placeholders?: Record<string, { content: string }> }>;

/** A message's text with its named placeholders replaced by their numbers: `$NAMES$` becomes `$2`. */
export function textOf({ message, placeholders = {} }: Messages[string]): string {
  return message.replaceAll(/\$([A-Z_]+)\$/g, (_whole, name: string) => placeholders[name.toLowerCase()]!.content);
}
