import { Client, fetchExchange, type AnyVariables, type TypedDocumentNode } from "@urql/core";

const url = process.env.OBSERVATOIRE_URL ?? "http://127.0.0.1:8080";
const token = process.env.OBSERVATOIRE_TOKEN;
const purpose = process.env.OBSERVATOIRE_PURPOSE ?? "NEEDS_ANALYSIS";
if (!token) throw new Error("OBSERVATOIRE_TOKEN is not set");

const client = new Client({
  url: `${url}/graphql`,
  exchanges: [fetchExchange],
  // By POST always: addresses end up in the logs of proxies.
  preferGetMethod: false,
  fetchOptions: {
    headers: { Authorization: `Bearer ${token}`, "X-Purpose": purpose, "Accept-Language": "en" },
  },
});

/** The whole answer. One error is an error: half of a dashboard misleads. */
export async function ask<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await client.query(document, variables).toPromise();
  const refusals = error?.graphQLErrors.map(({ message, extensions }) => `${extensions.code}: ${message}`);
  if (error) throw new Error(refusals?.join("\n") || error.message);
  if (!data) throw new Error("the answer has no data");
  return data;
}

/** What stands in a cell: the number or, where it is withheld, its sign. Never a zero in its place. */
export function cell({ value, symbol }: { value?: number | null; symbol?: string | null }): string {
  return value?.toLocaleString("en") ?? symbol ?? "...";
}
