from praxis.core.asking import asked_once, remembering_answers


def test_one_request_asks_once_and_the_next_one_again() -> None:
    asked: list[int] = []

    @asked_once
    def double(number: int) -> int:
        asked.append(number)
        return number * 2

    for _ in range(2):
        with remembering_answers():
            assert [double(1), double(1), double(2), double(number=2)] == [2, 2, 4, 4]
    assert asked == [1, 2, 2, 1, 2, 2]
    assert [double(3), double(3)] == [6, 6]
    assert asked[6:] == [3, 3], "without a request nothing is remembered"


def test_nothing_is_an_answer_too() -> None:
    asked: list[None] = []

    @asked_once
    def find() -> None:
        asked.append(None)

    with remembering_answers():
        find()
        find()
    assert len(asked) == 1
