/** What REQ asks; the last question ends the dialogue. */
export const QUESTIONS: readonly string[] = ['Hello', 'What is 6 times 7?', 'Goodbye'];

/** What REP answers, in the same order. */
export const ANSWERS: readonly string[] = ['World', '42', 'Goodbye to you too'];
