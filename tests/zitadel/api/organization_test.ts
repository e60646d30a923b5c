import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError, takeSnapshot, type TakeSnapshotOptions } from "../../../mod.ts";
import { createRecordedSimulator, recordedTokens } from "../../simulator/seeds/recorded_seed.ts";

const ACME = "400958386398628902";
const GLOBEX = "400958395860913190";

function take(token: string, options: Partial<TakeSnapshotOptions> = {}) {
  const simulator = createRecordedSimulator();
  const snapshot = takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token,
    runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
    ...options,
  });
  return { snapshot, simulator };
}

async function failure(token: string, options: Partial<TakeSnapshotOptions> = {}) {
  const { snapshot, simulator } = take(token, options);
  const error = await assertRejects(() => snapshot, SyncError);
  return { error, paths: simulator.requests.map(({ method, path }) => `${method} ${path}`) };
}

const isList = (path: string) => path.includes("/management/v1/") && path.endsWith("_search");

describe("zitadel: organization", () => {
  it("without a name, the organization of the token's user is read, and a note says that others may exist", async () => {
    const { snapshot, simulator } = take(recordedTokens.viewer);
    const { organization, notes } = await snapshot;
    assertEquals(organization.id, ACME);
    assert(notes.some(({ code }) => code === "other-organizations-unknown"));
    const lists = simulator.requests.filter(({ path }) => isList(path));
    assertEquals(new Set(lists.map(({ organizationId }) => organizationId)), new Set([ACME]));
  });

  it("a named organization is sent with every request, and nothing is noted", async () => {
    const { snapshot, simulator } = take(recordedTokens.iamviewer, { organizationId: GLOBEX });
    const { organization, notes, users } = await snapshot;
    assertEquals([organization.id, organization.name], [GLOBEX, "Globex"]);
    assert(!notes.some(({ code }) => code === "other-organizations-unknown"));
    assertEquals(users.map(({ username }) => username), ["gia", "globex-viewer"]);
    assertEquals(
      new Set(simulator.requests.map(({ organizationId }) => organizationId)),
      new Set([GLOBEX]),
    );
  });

  it("several organizations in reach and none named: they are listed, with what to type", async () => {
    const { error, paths } = await failure(recordedTokens.iamviewer);
    assertEquals(error.code, "ORG_AMBIGUOUS");
    assertStringIncludes(error.message, `${ACME}  Acme`);
    assertStringIncludes(error.message, `${GLOBEX}  Globex`);
    assertEquals(error.hint, `Name the one to read, for example \`organizationId: "${ACME}"\``);
    assertEquals(paths.filter((path) => isList(path)), []);
  });

  it("an organization that does not exist is named in the error", async () => {
    const { error } = await failure(recordedTokens.viewer, { organizationId: "123" });
    assertEquals(error.code, "ORG_NOT_FOUND");
    assertStringIncludes(error.message, "123");
  });

  it("a removed organization is an error, not an organization without anybody", async () => {
    const simulator = createRecordedSimulator();
    simulator.state.removeOrganization(GLOBEX);
    const error = await assertRejects(
      () =>
        takeSnapshot({
          instanceUrl: "http://127.0.0.1:1",
          token: recordedTokens.iamviewer,
          organizationId: GLOBEX,
          runtime: { fetch: simulator.fetch },
        }),
      SyncError,
    );
    assertEquals(error.code, "ORG_NOT_FOUND");
  });

  it("an organization where the token's user has no role: all that is missing, and which role carries it", async () => {
    const { error } = await failure(recordedTokens.viewer, { organizationId: GLOBEX });
    assertEquals(error.code, "PERMISSION_MISSING");
    for (const name of ["org.read", "user.read", "project.read", "project.role.read"]) {
      assertStringIncludes(error.message, `${name} missing`);
    }
    assertStringIncludes(error.hint!, "ORG_OWNER_VIEWER");
  });

  it("a user without any role is told so before the first list", async () => {
    const { error, paths } = await failure(recordedTokens.nobody);
    assertEquals(error.code, "PERMISSION_MISSING");
    assertStringIncludes(error.message, "has no role");
    assertEquals(paths.filter(isList), []);
  });

  it("a viewer of single projects is told which permissions are too narrow, before the first list", async () => {
    const { error, paths } = await failure(recordedTokens.projviewer);
    assertEquals(error.code, "PERMISSION_MISSING");
    assertStringIncludes(error.message, "org.read missing");
    assertStringIncludes(error.message, "project.read held for single projects only");
    assertStringIncludes(error.message, "project.role.read held for single projects only");
    assertStringIncludes(error.hint!, "ORG_OWNER_VIEWER");
    assertEquals(paths.filter(isList), []);
  });

  it("a role other than a viewer's will do if it carries the five permissions", async () => {
    const { snapshot } = take(recordedTokens.userman);
    assertEquals((await snapshot).counts.grants, 14);
  });

  it("a single missing permission is named alone", async () => {
    const simulator = createRecordedSimulator();
    const error = await assertRejects(
      () =>
        takeSnapshot({
          instanceUrl: "http://127.0.0.1:1",
          token: recordedTokens.viewer,
          runtime: {
            fetch: async (request) => {
              const response = await simulator.fetch(request);
              if (!request.url.includes("/permissions/")) return response;
              const { result } = await response.json();
              return Response.json({
                result: result.filter((name: string) => name !== "user.grant.read"),
              });
            },
          },
        }),
      SyncError,
    );
    assertStringIncludes(error.message, ": user.grant.read missing");
    assert(!error.message.includes("org.read"));
  });

  it("a row of another organization ends the sync", async () => {
    for (
      const path of ["/users/_search", "/projects/_search", "/roles/_search", "/grants/_search"]
    ) {
      const simulator = createRecordedSimulator();
      const error = await assertRejects(
        () =>
          takeSnapshot({
            instanceUrl: "http://127.0.0.1:1",
            token: recordedTokens.viewer,
            runtime: {
              fetch: async (request) => {
                const response = await simulator.fetch(request);
                if (!request.url.endsWith(path) || request.url.includes("/auth/")) return response;
                const body = await response.json();
                for (const row of body.result ?? []) row.details.resourceOwner = GLOBEX;
                return Response.json(body);
              },
            },
          }),
        SyncError,
      );
      assertEquals(error.code, "FOREIGN_ROW", path);
      assertStringIncludes(error.message, GLOBEX);
      assertStringIncludes(error.message, path);
    }
  });
});
