// What a program checks, one after another or together, and the list that it prints in the end.

export const server = process.env.OBSERVATOIRE_URL ?? "http://127.0.0.1:8080";
export const token = process.env.OBSERVATOIRE_TOKEN;

/** The header, or the field of a payload, that shows the token; nothing where there is none. */
export const authorization = token ? { Authorization: `Bearer ${token}` } : {};

const checks = [];

/** Milliseconds that a check may take. */
const LIMIT = 15_000;

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a promise gives, or an error that says what was waited for. */
export async function within(promise, what, limit = LIMIT) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited for ${what} for ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps what comes of a check: it passes unless it throws; `said` is what it gives, or why it failed. */
export async function check(name, run, limit = LIMIT) {
  const kept = { name, passed: false, said: null };
  checks.push(kept);
  try {
    kept.said = (await within(run(), "the end of the check", limit)) ?? null;
    kept.passed = true;
  } catch (error) {
    kept.said = error?.message ?? JSON.stringify(error);
  }
}

/** Prints what came of the checks, and ends whatever still waits. */
export function report() {
  process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`, () => process.exit(0));
}
