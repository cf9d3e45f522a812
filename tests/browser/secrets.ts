// Records the secrets that the browser received, for the search at the end of all tests.
import { appendFileSync } from "node:fs";

export function noteSecret(secret: string): void {
  const file = process.env.PLAY_IT_GREEN_SECRETS;
  if (file) appendFileSync(file, `${secret}\n`);
}
