/** What follows from a language. */

/** The direction in which a language is written: of ours, Arabic alone goes from right to left. Takes its tag (`pt-BR`). */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
