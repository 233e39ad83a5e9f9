// The audits of graphql-http: what the text on GraphQL over HTTP says that a server must, should and may do.
import { serverAudits } from "graphql-http";

import { server } from "./checks.mjs";

const results = [];
for (const audit of serverAudits({ url: `${server}/graphql`, fetchFn: fetch })) {
  const { id, name, status, reason, response } = await audit.fn();
  // A body that is not read keeps its connection.
  const answered = response && { status: response.status, type: response.headers.get("content-type") };
  if (response && !response.bodyUsed) await response.body?.cancel();
  results.push({ id, name, status, reason: reason ?? null, answered: answered ?? null });
}
console.log(JSON.stringify(results, null, 2));
