/** Name and version of this tool, as they stand in a snapshot's `tool`. */
export const TOOL = { name: "zitadel-sync", version: "0.1.0" } as const;

/** Where the documents of this tool are. */
export const DOCUMENTS_URL = "https://github.com/zitadel-sync/zitadel-sync/blob/main/docs";

/** Which state of the source a release was built from. */
export interface Build {
  /** The commit; with `+changes` if files differed from it. */
  commit: string;
  /** When that commit was made, as an ISO 8601 date in UTC: the same source gives the same bytes. */
  date: string;
}

/** Put here by the bundler; in a checkout there is none. */
declare const ZITADEL_SYNC_BUILD: Build | undefined;

/** The source of this build; absent in a checkout. */
export const BUILD: Build | undefined = typeof ZITADEL_SYNC_BUILD === "undefined"
  ? undefined
  : ZITADEL_SYNC_BUILD;
