import { createPrivateKey, X509Certificate } from "node:crypto";
import { CliError } from "../../errors.ts";
import type { TlsPair } from "../../../server/running_server.ts";
import { readPrivateFile } from "../../input/private_file.ts";
import { TextError } from "../../input/read_text.ts";
import { formatSystemError } from "../../system_error.ts";

/** The result of {@linkcode readTls}. */
export interface TlsReading {
  /** The certificate and its key, if the settings name them. */
  tls?: TlsPair;
  warning?: string | undefined;
}

/**
 * Reads certificate and key.
 *
 * @throws {CliError} `CONFIG_INVALID`: one without the other; `LISTEN_FAILED`: a file that cannot be read, or that holds
 * something else.
 */
export async function readTls(
  { tlsCert, tlsKey }: { tlsCert?: string | undefined; tlsKey?: string | undefined },
): Promise<TlsReading> {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new CliError("CONFIG_INVALID", "--tls-cert and --tls-key need each other", {
      hint: `Add ${tlsCert === undefined ? "--tls-cert" : "--tls-key"}`,
    });
  }
  const { text: cert } = await readPem("--tls-cert", tlsCert);
  const { text: key, warning } = await readPem("--tls-key", tlsKey);
  for (
    const [option, path, text, word] of [
      ["--tls-cert", tlsCert, cert, "CERTIFICATE"],
      ["--tls-key", tlsKey, key, "PRIVATE KEY"],
    ] as const
  ) {
    if (text.includes(`${word}-----`)) continue;
    throw new CliError("LISTEN_FAILED", `${option}: ${path} holds no ${word} in PEM`);
  }
  if (!belongTogether(cert, key)) {
    throw new CliError(
      "LISTEN_FAILED",
      `${tlsCert} and ${tlsKey} cannot be used together as certificate and key`,
      {
        hint: "The key must be the one of the first certificate in the file, without a passphrase",
      },
    );
  }
  return { tls: { cert, key }, warning };
}

function belongTogether(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

async function readPem(option: string, path: string) {
  try {
    return await readPrivateFile(path, "certificate");
  } catch (cause) {
    throw new CliError(
      "LISTEN_FAILED",
      `${option}: cannot read ${path}: ${formatSystemError(cause)}`,
      { cause, ...(cause instanceof TextError && { hint: cause.hint }) },
    );
  }
}
