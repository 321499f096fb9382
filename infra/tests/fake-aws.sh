#!/usr/bin/env bash
# The AWS CLI of a test: answers the calls that docs/operations/commands.md makes. TASKS is a folder.
# A shell script, because each documented command makes nine calls, and Node.js starts slowly.
set -euo pipefail
echo "$1 $2" >>"$TASKS/calls"
case "$1 $2" in
  # With the name of the output that is asked for.
  "cloudformation describe-stacks") [[ $* =~ OutputKey==\'([A-Za-z]+)\' ]] && echo "${BASH_REMATCH[1]}" ;;
  "ecs run-task") exec node "$RUN_TASK" "$@" ;;
  "ecs wait") echo ;;
  "ecs describe-tasks") echo "$(<"$TASKS/exit-code")" ;;
  "logs tail")
    [[ " $* " == *" --log-stream-names operator/operator/0123 "* ]] || { echo "no such log" >&2; exit 1; }
    cat "$TASKS/log"
    echo
    ;;
  *)
    echo "unknown call: $1 $2" >&2
    exit 1
    ;;
esac
