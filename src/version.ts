/** Name and version of this tool, as they stand in a snapshot's `tool`. */
export const TOOL = { name: "zitadel-sync", version: "0.1.0" } as const;
