// An OpenID Connect provider on the loopback, as an agglomeration has one: machines ask it for a token of the API with
// their own secret. It prints its issuer once it answers; its key is a new one each time.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import Provider from "oidc-provider";

// The port is known only once the server listens, and the issuer is made of it.
const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const audience = process.argv[2];
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" };

const client = (name, organisation, groups) => ({
  client_id: name,
  client_secret: `secret-of-${name}`,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  organisation,
  groups,
});

const provider = new Provider(issuer, {
  clients: [
    client("analyst", "siao-21", ["observatoire-analyste", "intranet"]),
    client("visitor", "siao-21", ["intranet"]),
    client("stranger", "elsewhere", ["observatoire-analyste"]),
  ],
  extraClientMetadata: { properties: ["organisation", "groups"] },
  extraTokenClaims: (context, token) => ({
    organisation: { code: token.client.organisation },
    groups: token.client.groups,
    purposes: "NEEDS_ANALYSIS",
  }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        audience,
        scope: "read",
        accessTokenFormat: "jwt",
        accessTokenTTL: 600,
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
  jwks: { keys: [key] },
});

server.on("request", provider.callback());
console.log(issuer);
