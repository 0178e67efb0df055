"""Compares a report of Autobahn|Testsuite with what is expected: OK but for the cases listed.

Usage: check.py REPORT EXPECTED; status 1 if any verdict differs.
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    expected = json.load(file)

failed = 0
passed = 0
for agent, cases in sorted(report.items()):
    for case, verdict in sorted(cases.items()):
        behavior, close = verdict["behavior"], verdict["behaviorClose"]
        good = {"OK", "INFORMATIONAL", expected.get(case, "OK")}
        if behavior in good and close in {"OK", "INFORMATIONAL"}:
            passed += 1
        else:
            failed += 1
            print(f"autobahn: {agent} {case}: {behavior}, close {close}")
if not passed:
    print("autobahn: the report is empty")
    failed += 1
print(f"autobahn: {passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
