/**
 * The v2 methods that the simulator knows, over Connect and, where ZITADEL has it, over REST.
 *
 * @module
 */
import type { Hono } from "hono";
import { refuse, success } from "../answers.ts";
import { authorize, type Caller } from "../authorize.ts";
import { decodeBody, type Message, type MessageType } from "../decode.ts";
import { refusals, Refused } from "../errors.ts";
import type { State } from "../state/state.ts";
import type { Views } from "../state/views.ts";
import { ADMINISTRATORS_REQUEST, listAdministrators } from "./administrators.ts";
import { refuseConnect, succeedConnect } from "./connect.ts";
import { credentialsRequest, listCredentials } from "./credentials.ts";
import { validateFilters } from "./pages.ts";

/** The sources of the v2 methods' answers. */
export interface V2Options {
  state: State;
  views: Views;
  now: () => number;
  checkHost: (request: Request) => void;
}

/** One v2 method. */
interface Method {
  service: string;
  name: string;
  /** The path over REST. */
  rest?: string;
  permission: string;
  request: MessageType;
  answer: (caller: Caller, request: Message) => string;
}

function listMethods(options: V2Options): Method[] {
  return [
    {
      service: "zitadel.internal_permission.v2.InternalPermissionService",
      name: "ListAdministrators",
      permission: "authenticated",
      request: ADMINISTRATORS_REQUEST,
      answer: ({ user }, request) => listAdministrators(options, user.id, request),
    },
    {
      service: "zitadel.user.v2.UserService",
      name: "ListPersonalAccessTokens",
      rest: "/v2/users/pats/search",
      permission: "authenticated",
      request: credentialsRequest("personalAccessTokens"),
      answer: ({ user }, request) =>
        listCredentials("personalAccessTokens", options, user.id, request),
    },
    {
      service: "zitadel.user.v2.UserService",
      name: "ListKeys",
      rest: "/v2/users/keys/search",
      permission: "authenticated",
      request: credentialsRequest("keys"),
      answer: ({ user }, request) => listCredentials("keys", options, user.id, request),
    },
  ];
}

/** Adds the v2 methods. */
export function addV2(app: Hono, options: V2Options): void {
  for (const method of listMethods(options)) {
    addConnect(app, method, options);
    if (method.rest !== undefined) addRest(app, method, method.rest, options);
  }
}

function addConnect(app: Hono, method: Method, options: V2Options): void {
  const path = `/${method.service}/${method.name}`;
  app.post(path, async ({ req: { raw } }) => {
    if (!/^application\/json\s*(;|$)/.test(raw.headers.get("content-type") ?? "")) {
      const accepted = "application/json, application/proto";
      return new Response(null, { status: 415, headers: { "accept-post": accepted } });
    }
    try {
      options.checkHost(raw);
      const request = decodeConnect(await raw.text(), method);
      return succeedConnect(call(method, raw.headers, request, options));
    } catch (error) {
      if (error instanceof Refused) return refuseConnect(error.refusal);
      throw error;
    }
  });
  app.all(path, () => new Response(null, { status: 405, headers: { allow: "POST" } }));
}

function addRest(app: Hono, method: Method, path: string, options: V2Options): void {
  app.post(path, async ({ req: { raw } }) => {
    const request = decodeBody(await raw.text(), method.request);
    options.checkHost(raw);
    return success(call(method, raw.headers, request, options), options.now());
  });
  app.all(path, () => refuse(refusals.methodNotAllowed, options.now()));
}

function call(method: Method, headers: Headers, request: Message, { state }: V2Options): string {
  const caller = authorize(state, headers, { permission: method.permission });
  validateFilters(`${method.name}Request`, method.request, request);
  return method.answer(caller, request);
}

/** Connect reads with protobuf alone, where the REST gateway reads JSON first. */
function decodeConnect(text: string, { service, name, request }: Method): Message {
  if (text === "") {
    const message = "unmarshal message: zero-length payload is not a valid JSON object";
    throw new Refused({ code: 3, message });
  }
  try {
    return decodeBody(text, request);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const message = `${service.split(".")[1]}.${name}Request`;
    const reason = error.refusal.message.replace(/^(?!proto: )/, "proto: ");
    throw new Refused({
      code: 3,
      message: `unmarshal message: unmarshal into *${message}: ${reason}`,
    });
  }
}
