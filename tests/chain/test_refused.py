from console.chain.refused import LATE, told


def test_a_known_code_is_told_with_what_it_means() -> None:
    assert told("Failure_Core_Insufficient_Balance") == (
        "an account holds less than it moves (Failure_Core_Insufficient_Balance)"
    )
    assert told(LATE) == f"its deadline had passed ({LATE})"


def test_a_code_that_nobody_knows_is_told_as_it_is_and_never_long() -> None:
    assert told("Failure_Something_New") == "Failure_Something_New"
    assert told("") == ""
    hostile = told("\x1b[2J" + "x" * 1000)
    assert "\x1b" not in hostile
    assert len(hostile) <= 80
