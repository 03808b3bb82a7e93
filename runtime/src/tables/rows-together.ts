/** So many rows go in one statement, where many are written by the same: with more of them, none gets cheaper. */
export const rowsTogether = 16;
