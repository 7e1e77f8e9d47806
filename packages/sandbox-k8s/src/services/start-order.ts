import { type ComposeSpec, serviceOrder } from "@mlebench/sandbox-compose";

/** Services after those that they depend on, and the main one as late as that allows: it then knows the others' addresses. */
export function startOrder(spec: ComposeSpec, main: string): string[] {
  const order = serviceOrder(spec);
  const afterMain = new Set([main]);
  for (const service of order) {
    const needs = Object.keys(spec.services[service]?.depends_on ?? {});
    if (needs.some((other) => afterMain.has(other))) afterMain.add(service);
  }
  afterMain.delete(main);
  return [
    ...order.filter((one) => one !== main && !afterMain.has(one)),
    main,
    ...order.filter((one) => afterMain.has(one)),
  ];
}
