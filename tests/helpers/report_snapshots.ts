/**
 * The snapshots that the tests of the report show.
 *
 * @module
 */
import { type Inclusion, type Snapshot, takeSnapshot } from "../../mod.ts";
import {
  DEMO_INSTANCE_TOKEN,
  DEMO_ORGANIZATION_ID,
  DEMO_TOKEN,
  demoSeed,
} from "../simulator/seeds/demo_seed.ts";
import {
  RANDOM_TOKEN,
  randomSeed,
  type RandomSeedOptions,
} from "../simulator/seeds/random_seed.ts";
import { createRecordedSimulator, recordedTokens } from "../simulator/seeds/recorded_seed.ts";
import type { Seed } from "../simulator/seed.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";

const READ_AT = Date.parse("2026-03-02T09:30:00Z");
const EARLIER = Date.parse("2026-01-31T09:30:00Z");

async function read(
  simulator: Simulator,
  token: string,
  readAt = READ_AT,
  include?: readonly Inclusion[],
): Promise<Snapshot> {
  return await takeSnapshot({
    include,
    instanceUrl: "https://zitadel.test",
    token,
    runtime: { fetch: simulator.fetch, now: () => readAt },
  });
}

/** Acme, as the demo has it. */
export async function demoSnapshot(include?: readonly Inclusion[]): Promise<Snapshot> {
  return await read(createSimulator({ seed: demoSeed }), DEMO_TOKEN, READ_AT, include);
}

/** Acme as whoever may read the instance's events has it. */
export async function verifiedDemoSnapshot(): Promise<Snapshot> {
  return await takeSnapshot({
    instanceUrl: "https://zitadel.test",
    token: DEMO_INSTANCE_TOKEN,
    organizationId: DEMO_ORGANIZATION_ID,
    include: ["history"],
    verify: "events",
    verifyPauseMs: 0,
    runtime: { fetch: createSimulator({ seed: demoSeed }).fetch, now: () => READ_AT },
  });
}

/** Acme some weeks before: one person less, one role and one project otherwise, other grants. */
export async function earlierDemoSnapshot(): Promise<Snapshot> {
  const { users, projects, roles, userGrants } = demoSeed;
  const gone = users.find(({ userName }) => userName === "priya")!.id;
  return await read(
    createSimulator({
      seed: {
        ...demoSeed,
        users: [
          ...users.filter(({ id }) => id !== gone).map((user) =>
            user.userName === "mona" ? { ...user, state: "USER_STATE_ACTIVE" as const } : user
          ),
          {
            id: "318000000000010099",
            organizationId: users[0]!.organizationId,
            userName: "rolf",
            human: { firstName: "Rolf", lastName: "Leaver", email: "rolf@acme.example" },
          },
        ],
        projects: projects.map((project) =>
          project.name === "Web shop" ? { ...project, name: "Shop" } : project
        ),
        roles: roles.filter(({ key }) => key !== "forklift/driver"),
        userGrants: userGrants.filter(({ userId, projectId }) =>
          userId !== gone && projectId !== projects.at(-1)!.id
        ).map((grant, index) => index === 0 ? { ...grant, roleKeys: ["viewer"] } : grant),
      },
    }),
    DEMO_TOKEN,
    EARLIER,
  );
}

/** The organization that was recorded from a real ZITADEL. */
export async function recordedSnapshot(): Promise<Snapshot> {
  const tokens = recordedTokens;
  return await read(createRecordedSimulator(), tokens.viewer);
}

/** An organization of any size. */
export async function randomSnapshot(options: RandomSeedOptions): Promise<Snapshot> {
  return await read(createSimulator({ seed: randomSeed(options) }), RANDOM_TOKEN);
}

/** Names that would do harm if they were taken for anything but text. */
export const HOSTILE_NAMES: readonly string[] = [
  '<img src="http://evil.test/a" onerror="window.harm=1">',
  "</script><script>window.harm=2</script>",
  "<!--<script>window.harm=3//",
  "]]><svg/onload=window.harm=4>",
  '"><iframe src="javascript:parent.harm=5">',
  "javascript:window.harm=6",
  "<style>@import 'http://evil.test/b';body{display:none}</style>",
  "<link rel=stylesheet href=http://evil.test/c><meta http-equiv=refresh content='0;http://evil.test/d'>",
  "{{constructor.constructor('window.harm=7')()}} ${window.harm=8}",
  "&lt;b&gt; &amp; &#x3c;i>",
  "__proto__",
  "#/users/318000000000000001?q=x",
  '=HYPERLINK("http://evil.test/e")',
  "line one\nline two\ttabbed",
  "\u001b[31mred\u001b[0m \u0007bell",
  "right \u202eot tfel\u202c back",
  "zero\u200bwidth",
  "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "👩‍👩‍👧‍👦 family",
  "A".repeat(10_000),
  `${"long words ".repeat(900)}end`,
  " ",
];

/** The demo's organization where every name, key and text is one of {@linkcode HOSTILE_NAMES}. */
export async function hostileSnapshot(): Promise<Snapshot> {
  let next = 0;
  const name = () => HOSTILE_NAMES[next++ % HOSTILE_NAMES.length]!;
  const keys = new Map<string, string>();
  const toKey = (key: string) => {
    const known = keys.get(key) ?? name();
    keys.set(key, known);
    return known;
  };
  const seed: Seed = {
    ...demoSeed,
    organizations: demoSeed.organizations.map((organization) => ({
      ...organization,
      name: HOSTILE_NAMES[0]!,
    })),
    users: demoSeed.users.map(({ human, machine, ...user }) => ({
      ...user,
      userName: `${user.userName} ${name()}`,
      ...(human && { human: { ...human, displayName: name(), firstName: name(), email: name() } }),
      ...(machine && { machine: { name: name(), description: name() } }),
    })),
    projects: demoSeed.projects.map((project) => ({ ...project, name: name() })),
    roles: demoSeed.roles.map((role) => ({
      ...role,
      key: toKey(role.key),
      displayName: name(),
      group: name(),
    })),
    userGrants: demoSeed.userGrants.map((grant) => ({
      ...grant,
      roleKeys: grant.roleKeys.map(toKey),
    })),
  };
  return await read(createSimulator({ seed }), DEMO_TOKEN);
}
