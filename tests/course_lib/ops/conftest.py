"""What a run says at its end about the node tests of the ONNX standard."""


def pytest_terminal_summary(terminalreporter):
    done = {
        outcome: [r for r in terminalreporter.getreports(outcome) if "test_onnx.py" in r.nodeid]
        for outcome in ("passed", "failed")
    }
    tested = {outcome: sum("::test_node[" in r.nodeid for r in done[outcome]) for outcome in done}
    if not any(tested.values()):
        return
    terminalreporter.section("ONNX node tests")
    terminalreporter.write_line(
        f"{tested['passed']} of {sum(tested.values())} in scope passed (ours and torch's together)"
    )
    for report in done["passed"]:
        for name, text in report.user_properties:
            if name == "left out":
                terminalreporter.write_line(f"left out {text}")
