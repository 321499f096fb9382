import { type ComponentProps, lazy, Suspense } from "react";
import { useStore } from "../../lib/store.ts";
import { personQuestion } from "./person-question.ts";

type Dialogs = typeof import("./person-dialogs.tsx");
const load = () => import("./person-dialogs.tsx");
const BlockDialog = lazy(() =>
  load().then(({ BlockDialog: found }: Dialogs) => ({ default: found })),
);
const ReportDialog = lazy(() =>
  load().then(({ ReportDialog: found }: Dialogs) => ({ default: found })),
);

/** The dialog about a person, while there is one. */
export function PersonQuestions() {
  const question = useStore(personQuestion);
  if (question === null) return null;
  const props: ComponentProps<typeof BlockDialog> = {
    question,
    onClose: () => personQuestion.set(null),
  };
  return (
    <Suspense>
      {question.kind === "block" ? <BlockDialog {...props} /> : <ReportDialog {...props} />}
    </Suspense>
  );
}
