import type { ProviderCheck } from "@mlebench/sandbox-compose";
import { type Cluster, callApi } from "../api/cluster.js";

/** What sandboxes need; the role in docs/cluster-owners.md grants it. */
const NEEDED_RIGHTS = [
  { group: "", resource: "pods", verbs: ["create", "get", "list", "watch", "delete", "deletecollection"] },
  { group: "", resource: "pods/exec", verbs: ["create", "get"] },
  { group: "", resource: "pods/log", verbs: ["get"] },
  {
    group: "networking.k8s.io",
    resource: "networkpolicies",
    verbs: ["create", "list", "delete", "deletecollection"],
  },
] as const;

/** Asks the API server for each right, so that what is missing is known before a sandbox fails for it. */
export async function checkRights({ authorization, namespace }: Cluster): Promise<ProviderCheck> {
  const name = "Rights";
  const wanted = NEEDED_RIGHTS.flatMap(({ group, resource, verbs }) =>
    verbs.map((verb) => ({ group, resource, verb, text: `${verb} ${resource}` })),
  );
  const answers = await Promise.all(
    wanted.map(async ({ group, resource: path, verb, text }) => {
      const [resource, subresource] = path.split("/");
      const resourceAttributes = { namespace, group, resource, subresource, verb };
      const { status } = await callApi(() =>
        authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }),
      );
      return { text, allowed: status?.allowed === true };
    }),
  );
  const missing = answers.filter(({ allowed }) => !allowed).map(({ text }) => text);
  if (missing.length === 0) return { name, state: "ok", facts: `all ${answers.length} that sandboxes need` };
  return {
    name,
    state: "missing",
    facts: `the account may not ${missing.join(", ")} in ${namespace}`,
    fix: "Bind the account to the role in @mlebench/sandbox-k8s/docs/cluster-owners.md.",
  };
}
