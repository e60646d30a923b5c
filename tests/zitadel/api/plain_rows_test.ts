import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { z } from "zod";
import {
  isPlainProject,
  isPlainProjectRole,
  isPlainUser,
  isPlainUserGrant,
  rowsSchema,
} from "../../../src/zitadel/api/plain_rows.ts";
import {
  pageSchema,
  projectRoleSchema,
  projectSchema,
  userGrantSchema,
  userSchema,
} from "../../../src/zitadel/api/wire.ts";

const TIME = "2026-01-01T00:00:00.123456Z";

/** A row of each kind that says everything, each value in the only form that is plain. */
const KINDS: Record<
  string,
  { schema: z.ZodObject; isPlain: (row: unknown) => row is unknown; full: Record<string, unknown> }
> = {
  user: {
    schema: userSchema,
    isPlain: isPlainUser,
    full: {
      id: "1",
      details: { creationDate: TIME, changeDate: TIME, resourceOwner: "2" },
      state: "USER_STATE_ACTIVE",
      userName: "ada",
      loginNames: ["ada", ""],
      preferredLoginName: "ada",
      human: {
        profile: { firstName: "Ada", lastName: "Okafor", displayName: "Ada Okafor" },
        email: { email: "ada@acme.example", isEmailVerified: true },
      },
      machine: { name: "deploy", description: "" },
    },
  },
  project: {
    schema: projectSchema,
    isPlain: isPlainProject,
    full: {
      id: "1",
      details: { creationDate: TIME, changeDate: TIME, resourceOwner: "2" },
      name: "Till",
      state: "PROJECT_STATE_ACTIVE",
      projectRoleAssertion: true,
      projectRoleCheck: false,
      hasProjectCheck: true,
    },
  },
  "project role": {
    schema: projectRoleSchema,
    isPlain: isPlainProjectRole,
    full: {
      key: "admin",
      details: { creationDate: TIME, changeDate: TIME, resourceOwner: "2" },
      displayName: "Admin",
      group: "staff",
    },
  },
  "user grant": {
    schema: userGrantSchema,
    isPlain: isPlainUserGrant,
    full: {
      id: "1",
      details: { creationDate: TIME, changeDate: TIME, resourceOwner: "2" },
      roleKeys: ["admin", "viewer"],
      state: "USER_GRANT_STATE_ACTIVE",
      userId: "3",
      userName: "ada",
      firstName: "Ada",
      lastName: "Okafor",
      email: "ada@acme.example",
      displayName: "Ada Okafor",
      preferredLoginName: "ada",
      userType: "TYPE_HUMAN",
      projectId: "4",
      projectGrantId: "5",
      grantedOrgId: "2",
    },
  },
};

/** What may stand in the place of any value of a row. */
const STRANGE = [
  ...[undefined, null, true, 0, 2, 1.5, "", "text", [], [""], ["text", 1], {}, [null]],
  ...[TIME, "0001-01-01T00:00:00Z", "2026-01-01"],
];

/** All places of a row: the paths of its values, those within objects too. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  const within = Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]));
  return [path, ...within];
}

function withValue(row: unknown, [key, ...path]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  // Another change has put something else into this place.
  if (typeof row !== "object" || row === null || !(key in row)) return row;
  const copy = { ...(row as Record<string, unknown>) };
  if (path.length === 0 && value === undefined) delete copy[key];
  else copy[key] = withValue(copy[key], path, value);
  return copy;
}

describe("zitadel: plain rows", () => {
  for (const [name, { schema, isPlain, full }] of Object.entries(KINDS)) {
    it(`a plain ${name} is one that its schema gives back unchanged`, () => {
      assertEquals(Object.keys(full).toSorted(), Object.keys(schema.shape).toSorted());
      assertEquals(schema.parse(full), full);
      assert(isPlain(full) && isPlain({ ...full, laterField: 1 }));

      const places = placesOf(full);
      const change = fc.tuple(fc.constantFrom(...places), fc.constantFrom(...STRANGE));
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
          let row: unknown = full;
          for (const [path, value] of changes) row = withValue(row, path, value);
          if (isPlain(row)) assertEquals(schema.parse(row), row);
        }),
        { numRuns: 5000, seed: 1 },
      );
    });

    it(`a page with a ${name} that is not plain is judged by the schema, path included`, () => {
      const page = pageSchema(
        rowsSchema<unknown>(schema, isPlain as (row: unknown) => row is unknown),
      );
      const details = { totalResult: "3", viewTimestamp: TIME };
      const strange = { ...full, details: { ...full.details as object, creationDate: 7 } };
      const { error } = page.safeParse({ details, result: [full, full, strange] });
      assertEquals(error?.issues[0]?.path, ["result", 2, "details", "creationDate"]);
      const later = [{ ...full, laterField: 1 }];
      assertEquals(page.parse({ details, result: later }).result?.length, 1);
      for (const result of [{}, "text", 7, null]) {
        assertEquals(page.safeParse({ details, result }).error?.issues[0]?.path, ["result"]);
      }
    });
  }
});
