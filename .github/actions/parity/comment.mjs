// Comments the Markdown table on the pull request; a later run replaces its own comment instead of adding another one.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const { env } = process;
const path = join(env.PARITY_REPORTS || "parity-report", "parity.md");
if (!existsSync(path)) {
  console.log("there is no table to comment: congruent parity ended before it could write one");
  process.exit(0);
}
/** One comment per model; no reader sees it. */
const mark = `<!-- congruent parity ${env.PARITY_MODEL?.replaceAll("--", "- -")} -->`;
const body = `${mark}\n${readFileSync(path, "utf8")}`;
const root = `${env.GITHUB_API_URL ?? "https://api.github.com"}/repos/${env.GITHUB_REPOSITORY}`;

async function ask(method, address, content) {
  const answer = await fetch(`${root}${address}`, {
    method,
    headers: { authorization: `Bearer ${env.GITHUB_TOKEN}`, accept: "application/vnd.github+json" },
    ...(content ? { body: JSON.stringify(content) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${address} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

const comments = await ask("GET", `/issues/${env.PULL_REQUEST}/comments?per_page=100`);
const own = comments.find((comment) => comment.body?.startsWith(mark));
if (own) await ask("PATCH", `/issues/comments/${own.id}`, { body });
else await ask("POST", `/issues/${env.PULL_REQUEST}/comments`, { body });
