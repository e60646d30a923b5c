// deno-lint-ignore-file no-console -- these programs talk to people
// Prints who administers a project.
//
//   ZITADEL_INSTANCE_URL=https://acme.zitadel.cloud ZITADEL_PAT=... node project_administrators.ts "Web shop"

import process from "node:process";
import { findGroups, indexSnapshot, listHolders, takeSnapshot } from "@zitadel-sync/zitadel-sync";

const name = process.argv[2] ?? "";
const snapshot = await takeSnapshot({
  instanceUrl: process.env["ZITADEL_INSTANCE_URL"] ?? "",
  token: process.env["ZITADEL_PAT"] ?? "",
  include: ["administrators"],
});
const projects = snapshot.groups.filter(({ kind }) => kind === "project");
const [project, ...others] = findGroups(projects, name);
if (project === undefined) throw new Error(`No project is called ${name}`);
if (others.length > 0) throw new Error(`Several projects are called ${name}`);
// What somebody administers is a group of its own, and `of` says what that is.
const administration = snapshot.groups
  .find(({ kind, of }) => kind === "project-administration" && of === project.id);
const holders = administration === undefined
  ? []
  : listHolders(indexSnapshot(snapshot), { groupId: administration.id });
for (const { user, role } of holders) console.log(`${user}: ${role}`);
