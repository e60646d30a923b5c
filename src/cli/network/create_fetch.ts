/**
 * How requests leave this machine: which authorities are trusted, and through which proxy.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { CliError } from "../errors.ts";
import type { Fetch } from "../../zitadel/http/attempt.ts";
import type { Settings } from "../args/option.ts";
import { connectionOptions } from "../args/shared_options.ts";
import { proxyFor } from "./proxy_for.ts";
import { systemWords } from "../files/system_error.ts";

/**
 * Sends requests to the instance as `--ca-file` and the environment ask for; absent where the runtime's own `fetch`
 * already does.
 *
 * @throws {CliError} `CONFIG_INVALID`: the file cannot be read or holds no certificate, or the proxy is no address.
 */
export async function createFetch(
  { instanceUrl, caFile }: Pick<Settings<typeof connectionOptions>, "instanceUrl" | "caFile">,
  env: (name: string) => string | undefined,
): Promise<Fetch | undefined> {
  if (instanceUrl === undefined) return undefined;
  const ca = caFile === undefined
    ? undefined
    : await readAuthorities(caFile, describeCaSource(caFile, env));
  if (globalThis.Deno !== undefined) {
    if (ca === undefined) return undefined;
    const client = Deno.createHttpClient({ caCerts: [ca] });
    return (request) => fetch(request, { client });
  }
  const proxy = proxyFor(new URL(instanceUrl), env);
  if (ca === undefined && proxy === undefined) return undefined;
  return (await import("./undici_fetch.ts")).fetchOnNode({ ca, proxy });
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function describeCaSource(caFile: string, env: (name: string) => string | undefined): string {
  const option = connectionOptions.caFile;
  return option.env.find((name) => env(name) === caFile) ?? `--${option.name}`;
}

async function readAuthorities(path: string, source: string): Promise<string> {
  const invalid = (what: string, cause?: unknown) =>
    new CliError("CONFIG_INVALID", `${source}: ${what}`, {
      cause,
      hint: "It must hold certificates in PEM: -----BEGIN CERTIFICATE-----",
    });
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new CliError(
      "CONFIG_INVALID",
      `${source}: cannot read ${path}: ${systemWords(cause)}`,
      { cause },
    );
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw invalid(`${path} holds no certificate`);
  certificates.forEach((certificate, i) => {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw invalid(`certificate ${i + 1} of ${path} cannot be read`, cause);
    }
  });
  return `${certificates.join("\n")}\n`;
}
