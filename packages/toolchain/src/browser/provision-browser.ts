/** A browser for the web runtimes: an installed one, a download of its own, or Debian's packages. */
import { existsSync, readFileSync } from "node:fs";
import { type BrowserName, messageOf } from "@congruent/core";
import { writeJson } from "@congruent/core/files";
import { aptInstall, whyNoApt } from "../apt.js";
import { toolsDirectory } from "../home.js";
import type { Progress, Provision } from "../tool.js";
import { findProgram } from "./find-program.js";
import { browserDefinitions } from "./index.js";

/** How long a failed attempt is remembered, so that not every start without a browser waits for the network. */
const REMEMBERED_MS = 3_600_000;

/**
 * Never fails: without a browser the outcome is `unavailable` with what to type, and only the web runtimes miss it.
 *
 * @param options `again`: try also when a recent attempt failed.
 */
export async function provisionBrowser(
  name: BrowserName,
  progress: Progress,
  options: { again?: boolean } = {},
): Promise<Provision> {
  const definition = browserDefinitions[name];
  const found = findProgram(definition);
  if ("path" in found) return { outcome: "up to date", detail: found.path };
  const unavailable = (why: string): Provision => ({
    outcome: "unavailable",
    detail: `${why}; ${found.fix}`,
  });
  if (process.env[definition.variable]) return unavailable(found.why);

  const record = toolsDirectory(`browser-attempt-${name}.json`);
  const earlier = options.again ? undefined : recentFailure(record);
  if (earlier !== undefined) return unavailable(`${found.why} (${earlier})`);

  const failures: string[] = [];
  const debian = async () => whyNoApt() ?? aptInstall(definition.debian, progress);
  for (const attempt of [definition.download, debian]) {
    if (!attempt) continue;
    const failure = await attempt(progress);
    const now = findProgram(definition);
    if (failure === null && "path" in now) return { outcome: "done", detail: now.path };
    if (failure !== null) failures.push(failure);
  }
  await writeJson(record, { at: Date.now(), why: failures.join("; ") });
  return unavailable(`${found.why} (${failures.join("; ")})`);
}

function recentFailure(record: string): string | undefined {
  if (!existsSync(record)) return undefined;
  try {
    const { at, why } = JSON.parse(readFileSync(record, "utf8")) as { at: number; why: string };
    return Date.now() - at < REMEMBERED_MS ? why : undefined;
  } catch (error) {
    return `${record}: ${messageOf(error)}`;
  }
}
