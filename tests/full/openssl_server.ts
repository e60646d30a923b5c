/**
 * Servers of OpenSSL, with whatever can be wrong about TLS, and certificates for them.
 *
 * @module
 */
import { execFile, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { TemporaryFolder } from "../helpers/temporary_folder.ts";

/** How a server is told its certificate. */
type Pair = readonly ["-cert", string, "-key", string];

/** The certificates of a test; all but the first are signed by one authority. */
export interface Certificates {
  /** What `openssl req -x509` makes by default. */
  selfSigned: Pair;
  /** One that is right. */
  good: Pair;
  /** One that is not valid before 2050. */
  early: Pair;
  /** One that was valid until 2021. */
  late: Pair;
  /** One for another host. */
  elsewhere: Pair;
  /** The file of the authority. */
  ca: string;
}

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Makes them. */
export async function certificates(folder: TemporaryFolder): Promise<Certificates> {
  const openssl = (...args: string[]) =>
    promisify(execFile)("openssl", args, { cwd: folder.at("") });
  const pair = (name: string): Pair => [
    ...["-cert", folder.at(`${name}.pem`)] as const,
    ...["-key", folder.at(`${name}.key`)] as const,
  ];
  await openssl(
    ...["req", "-x509", ...EC, "-days", "3650", "-subj", "/CN=Own authority"],
    ...["-keyout", "ca.key", "-out", "ca.pem"],
  );
  await openssl(
    ...["req", "-x509", ...EC, "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost", "-keyout", "self.key", "-out", "self.pem"],
  );
  await writeFile(folder.at("index.txt"), "");
  await writeFile(folder.at("index.txt.attr"), "unique_subject = no\n");
  await writeFile(folder.at("serial"), "01\n");
  await writeFile(
    folder.at("ca.conf"),
    [
      ...["[ca]", "default_ca = own", "[own]", "database = index.txt", "serial = serial"],
      ...["new_certs_dir = .", "default_md = sha256", "policy = any", "copy_extensions = copy"],
      ...["[any]", "commonName = supplied", ""],
    ].join("\n"),
  );
  const sign = async (name: string, host: string, from: string, until: string) => {
    await openssl(
      ...["req", ...EC, "-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`],
      ...["-keyout", `${name}.key`, "-out", `${name}.csr`],
    );
    await openssl(
      ...["ca", "-batch", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key"],
      ...["-in", `${name}.csr`, "-out", `${name}.pem`, "-notext"],
      ...["-startdate", from, "-enddate", until],
    );
  };
  await sign("good", "localhost", "20200101000000Z", "20491231000000Z");
  await sign("early", "localhost", "20500101000000Z", "20510101000000Z");
  await sign("late", "localhost", "20200101000000Z", "20210101000000Z");
  await sign("elsewhere", "elsewhere.test", "20200101000000Z", "20491231000000Z");
  return {
    selfSigned: pair("self"),
    good: pair("good"),
    early: pair("early"),
    late: pair("late"),
    elsewhere: pair("elsewhere"),
    ca: folder.at("ca.pem"),
  };
}

/** Starts `openssl s_server`, which answers each request with a page about the connection. */
export async function opensslServer(
  args: readonly string[],
): Promise<AsyncDisposable & { port: number }> {
  const child = spawn("openssl", ["s_server", "-accept", "127.0.0.1:0", "-www", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: { toString(): string }) => {
      said += chunk;
      const [, number] = /ACCEPT [^\n]*:(\d+)\n/.exec(said) ?? [];
      if (number !== undefined) resolve(Number(number));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    ended.then(() => reject(new Error(`openssl s_server ended: ${said}`)));
  });
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
