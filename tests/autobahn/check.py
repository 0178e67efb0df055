"""Compares the reports of Autobahn|Testsuite with what is expected of every case.

Usage: check.py EXPECTED --list CASE...
       check.py EXPECTED --skipped AGENT,... CASE...
       check.py EXPECTED REPORTS AGENT,... CASE...
EXPECTED has a line "CASE BEHAVIOUR CLOSE-BEHAVIOUR" for each case; CASE selects some of them, with
asterisks; REPORTS has a folder for each agent with its index.json. The first form prints the cases as
JSON for the suite, which reads asterisks differently. The second prints the summary of a run that was
skipped. In the third, a case that is missing, that EXPECTED does not know, or that has another verdict is a
failure; status 1 if there is one.
"""

import fnmatch
import json
import os
import sys


def read_expected(path):
    """Verdicts by case."""
    expected = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            case, *verdict = line.split()
            if len(verdict) != 2 or case in expected:
                raise SystemExit(f"{path}: {line.strip()!r}: expected one line CASE BEHAVIOUR CLOSE-BEHAVIOUR")
            expected[case] = tuple(verdict)
    return expected


def read_report(folder, agent):
    """Verdicts by case; none where the suite wrote no report."""
    try:
        with open(os.path.join(folder, agent, "index.json"), encoding="utf-8") as file:
            report = json.load(file).get(agent, {})
    except OSError as problem:
        print(f"autobahn: {agent}: {problem}")
        return {}
    return {case: (result["behavior"], result["behaviorClose"]) for case, result in report.items()}


def select(expected, patterns):
    """The part of EXPECTED that the patterns name."""
    for pattern in patterns:
        if not fnmatch.filter(expected, pattern):
            raise SystemExit(f"autobahn: {pattern}: no such case")
    return {case: verdict for case, verdict in expected.items()
            if any(fnmatch.fnmatchcase(case, pattern) for pattern in patterns)}


def main():
    expected_path, reports, *arguments = sys.argv[1:]
    expected = read_expected(expected_path)
    if reports == "--list":
        # All cases of the suite, also those that EXPECTED does not have.
        print(json.dumps(arguments if arguments == ["*"] else list(select(expected, arguments))))
        return 0
    agents, *patterns = arguments
    wanted = select(expected, patterns)
    if reports == "--skipped":
        print(f"autobahn: 0 passed, 0 failed, {len(wanted) * len(agents.split(','))} skipped")
        return 0
    failed = passed = 0
    for agent in agents.split(","):
        report = read_report(reports, agent)
        for case in [*wanted, *(case for case in report if case not in wanted)]:
            got, want = report.get(case), wanted.get(case)
            if got == want:
                passed += 1
                continue
            failed += 1
            show = lambda verdict, otherwise: f"{verdict[0]}, close {verdict[1]}" if verdict else otherwise
            print(f"autobahn: {agent} {case}: {show(got, 'no result')}; expected {show(want, 'no such case')}")
    print(f"autobahn: {passed} passed, {failed} failed")
    # A run of no case is a failure too.
    return 1 if failed or not passed else 0


sys.exit(main())
