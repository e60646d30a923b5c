/// <reference lib="dom" />
/**
 * Administrators, and the tokens, keys and secrets of machines, if the snapshot was asked for them.
 *
 * @module
 */
import type { Credential } from "../../../snapshot/types.ts";
import { byCodeUnit } from "../../../snapshot/order.ts";
import { hasAdministrations, isAdministration } from "../../../snapshot/query/administrations.ts";
import { countDaysLeft, describeExpiry, type Expiry } from "../../../snapshot/query/expiry.ts";
import { type Holding, toHolding } from "../../../snapshot/query/holding.ts";
import { formatCredentialKind, formatUserName } from "../../../snapshot/text/names.ts";
import { sortHoldings } from "../../../snapshot/query/sort.ts";
import type { ReportData } from "../report_data.ts";
import { type Child, h, visibleText } from "../element.ts";
import { createTable, type Table } from "../table.ts";
import {
  day,
  entitlementLink,
  groupLink,
  heading,
  section,
  state,
  userLink,
  type View,
  type ViewContext,
} from "../view.ts";
import { capital, formatUserType } from "../words.ts";
import { formatCount } from "../../../snapshot/text/format_count.ts";
import { holdingColumns } from "./holding_columns.ts";

/** Makes the page of administrators and credentials. */
export function administrationView({ data, signal }: ViewContext): View {
  const { snapshot, index } = data;
  const { credentials } = snapshot;
  const administrators = snapshot.grants
    .filter(({ groupId }) => isAdministration(index.groups.get(groupId)!));
  const people = new Set(administrators.map(({ userId }) => userId)).size;
  return {
    title: "Administration",
    content: [
      heading("Privileged access", "Administration"),
      hasAdministrations(snapshot) && section(
        "Who administers",
        h(
          "p",
          {},
          `${formatCount(people, "user")} with ${
            formatCount(administrators.length, "manager role")
          }.`,
        ),
        administratorsTable(
          data,
          sortHoldings(
            administrators.map((grant) => toHolding(index, grant)),
            ["group", "role", "user"],
          ),
          signal,
        ).element,
      ),
      credentials !== undefined && section(
        "What machines sign in with",
        h("p", {}, formatCredentialCounts(credentials, snapshot.completedAt)),
        credentialsTable(data, credentials, signal).element,
      ),
    ],
  };
}

function administratorsTable(
  { index }: ReportData,
  rows: readonly Holding[],
  signal: AbortSignal,
): Table<Holding> {
  return createTable<Holding>({
    caption: "Who administers what",
    signal,
    rows,
    empty: "Nobody administers anything.",
    columns: [
      {
        key: "what",
        head: "What",
        width: "26%",
        heading: true,
        cell: ({ groupId }) => groupLink(index.groups.get(groupId)!),
        sortBy: ({ group }) => group,
      },
      {
        key: "role",
        head: "Manager role",
        width: "22%",
        cell: ({ entitlementId }) => entitlementLink(index.entitlements.get(entitlementId)!),
        sortBy: ({ role }) => role,
      },
      {
        key: "user",
        head: "User",
        width: "20%",
        cell: ({ userId, userType, external }) => [
          userLink(index.users.get(userId)!),
          userType === "machine" && h("small", {}, ` ${formatUserType({ type: userType })}`),
          external && h("small", { class: "off" }, " of another organization"),
        ],
        sortBy: ({ user }) => user,
      },
      ...holdingColumns("12%"),
    ],
  });
}

const EXPIRIES: Readonly<Record<Expiry, string>> = {
  never: "Never expires",
  expired: "Expired",
  expires: "Expires",
  unknown: "Not known",
};

/** A table of credentials; the first to end comes first. */
export function credentialsTable(
  { index, snapshot: { completedAt } }: ReportData,
  rows: readonly Credential[],
  signal: AbortSignal,
): Table<Credential> {
  const expiry = (credential: Credential) => describeExpiry(credential, completedAt);
  const end = ({ expiresAt = "~" }: Credential) => expiresAt;
  return createTable<Credential>({
    caption: "What machines sign in with",
    signal,
    rows: rows.toSorted((a, b) => byCodeUnit(end(a), end(b))),
    empty: "There are no tokens, keys or secrets.",
    columns: [
      {
        key: "user",
        head: "User",
        width: "26%",
        heading: true,
        cell: ({ userId }) => userLink(index.users.get(userId)!),
        sortBy: ({ userId }) => formatUserName(index.users.get(userId)!),
      },
      {
        key: "kind",
        head: "Kind",
        width: "20%",
        cell: (credential) => capital(formatCredentialKind(credential)),
        sortBy: ({ kind }) => kind,
      },
      {
        key: "expiry",
        head: "End",
        width: "16%",
        cell: (credential) => state(EXPIRIES[expiry(credential)], expiry(credential) === "expires"),
        sortBy: (credential) => EXPIRIES[expiry(credential)],
      },
      {
        key: "expires",
        head: "On",
        width: "12%",
        cell: ({ expiresAt }) => day(expiresAt),
        sortBy: ({ expiresAt }) => expiresAt,
        isTime: true,
      },
      {
        key: "created",
        head: "Created",
        width: "12%",
        cell: ({ createdAt }) => day(createdAt),
        sortBy: ({ createdAt }) => createdAt,
        isTime: true,
      },
      {
        key: "id",
        head: "Id",
        width: "14%",
        cell: ({ id }): Child => h("code", {}, visibleText(id)),
      },
    ],
  });
}

/** Days before its end from which a credential ends soon. */
const SOON_DAYS = 30;

function formatCredentialCounts(credentials: readonly Credential[], at: string): string {
  const of = (expiry: Expiry) =>
    credentials.filter((credential) => describeExpiry(credential, at) === expiry);
  const soon = of("expires")
    .filter((credential) => countDaysLeft(credential, at)! <= SOON_DAYS).length;
  return `${formatCount(credentials.length, "credential")}: ${of("never").length} never expire, ` +
    `${of("expired").length} have expired, ${soon} expire within ${SOON_DAYS} days.`;
}
