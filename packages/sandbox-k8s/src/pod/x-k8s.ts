import type { ServiceSpec } from "@mlebench/sandbox-compose";
import { z } from "zod";

const XK8s = z.strictObject({
  node_selector: z.record(z.string(), z.string()).optional(),
  tolerations: z
    .array(
      z.strictObject({
        key: z.string().optional(),
        operator: z.enum(["Exists", "Equal"]).optional(),
        value: z.string().optional(),
        effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
        tolerationSeconds: z.number().int().optional(),
      }),
    )
    .optional(),
  image_pull_secrets: z.array(z.string()).optional(),
  runtime_class_name: z.string().optional(),
  priority_class_name: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

/** What a service says for Kubernetes alone (`x-k8s`), and what is wrong with it. */
export function readXK8s(service: ServiceSpec): { value: z.infer<typeof XK8s>; problems: string[] } {
  const parsed = XK8s.safeParse(service["x-k8s"] ?? {});
  if (parsed.success) return { value: parsed.data, problems: [] };
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.map((part) => `.${String(part)}`).join("")}: ${issue.message}`,
  );
  return { value: {}, problems };
}
